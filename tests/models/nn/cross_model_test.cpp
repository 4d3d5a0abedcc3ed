// The float cross-scanning model against what training measured, against loops over rows and columns, and
// against itself on the transposed picture; its captured calls against ref.
#include "models/nn/cross_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "models/nn/digits_data.h"
#include "models/ref/scan_sets_ref.h"
#include "tests/support/places.h"
#include "traces/calls/call_checks.h"

namespace scansim {
namespace {

const std::string nn_folder = test::source_dir() + "/models/nn/";

class drawn_cross {
 public:
  explicit drawn_cross(unsigned seed) : generator_(seed) {}

  float_matrix matrix(int64_t rows, int64_t cols, float low = -0.5F, float high = 0.5F) {
    std::uniform_real_distribution<float> draw(low, high);
    return float_matrix::NullaryExpr(rows, cols, [&] { return draw(generator_); });
  }
  Eigen::VectorXf vector(int64_t size) { return matrix(size, 1, 0.5F, 1.5F).col(0); }

  // A grid of 4 x 4 tokens.
  cross_weights model() {
    cross_weights w;
    w.config = {.d_model = 6,
                .d_inner = 10,
                .d_state = 2,
                .dt_rank = 3,
                .conv = 3,
                .n_layers = 2,
                .image = 8,
                .patch = 2,
                .classes = 4};
    const cross_config& c = w.config;
    w.patch_embed = matrix(c.d_model, c.patch * c.patch), w.patch_bias = vector(c.d_model);
    for (int64_t i = 0; i < c.n_layers; ++i) {
      cross_layer layer{.norm = vector(c.d_model),
                        .in_proj = matrix(c.d_inner, c.d_model, -2, 2),
                        .conv_weight = matrix(c.d_inner, c.conv * c.conv),
                        .conv_bias = vector(c.d_inner),
                        .branches = {},
                        .out_norm = vector(c.d_inner),
                        .out_proj = matrix(c.d_model, c.d_inner)};
      for (cross_branch& b : layer.branches)
        b = {.x_proj = matrix(c.dt_rank + 2 * c.d_state, c.d_inner),
             .dt_proj = matrix(c.d_inner, c.dt_rank),
             .dt_bias = flat(matrix(c.d_inner, 1, -2, 0)),
             .a = flat(matrix(c.d_inner, c.d_state, -4, -0.1F)),
             .d = flat(matrix(c.d_inner, 1, -1, 1))};
      w.layers.push_back(layer);
    }
    w.norm_f = vector(c.d_model), w.head = matrix(c.classes, c.d_model), w.head_bias = vector(c.classes);
    return w;
  }

  std::vector<uint8_t> image(int64_t pixels) {
    std::uniform_int_distribution<int> draw(0, pixel_max);
    std::vector<uint8_t> image(static_cast<size_t>(pixels));
    for (uint8_t& pixel : image) pixel = static_cast<uint8_t>(draw(generator_));
    return image;
  }

 private:
  std::mt19937 generator_;
};

using double_matrix = Eigen::MatrixXd;

double_matrix norm_rows(const double_matrix& x, const Eigen::VectorXf& weight, double eps) {
  double_matrix y = x;
  for (int64_t t = 0; t < x.rows(); ++t)
    y.row(t) *= 1 / std::sqrt(x.row(t).squaredNorm() / static_cast<double>(x.cols()) + eps);
  return y * weight.cast<double>().asDiagonal();
}

// A layer by loops over rows r and columns q of the grid, in double; x (tokens, d_model).
double_matrix layer_by_loops(const cross_layer& w, const cross_config& c, const double_matrix& x) {
  const int64_t side = c.side();
  const double_matrix in = norm_rows(x, w.norm, c.norm_eps) * w.in_proj.cast<double>().transpose();
  double_matrix u(side * side, c.d_inner), y = double_matrix::Zero(side * side, c.d_inner);
  for (int64_t r = 0; r < side; ++r)
    for (int64_t q = 0; q < side; ++q)
      for (int64_t d = 0; d < c.d_inner; ++d) {
        double sum = w.conv_bias[d];
        for (int64_t dr = -1; dr <= 1; ++dr)
          for (int64_t dq = -1; dq <= 1; ++dq)
            if (r + dr >= 0 && r + dr < side && q + dq >= 0 && q + dq < side)
              sum += w.conv_weight(d, (dr + 1) * 3 + dq + 1) * in((r + dr) * side + q + dq, d);
        u(r * side + q, d) = sum / (1 + std::exp(-sum));
      }
  for (size_t k = 0; k < cross_directions; ++k) {
    const cross_branch& b = w.branches[k];
    const double_matrix projected = u * b.x_proj.cast<double>().transpose();
    const double_matrix delta = projected.leftCols(c.dt_rank) * b.dt_proj.cast<double>().transpose();
    double_matrix h = double_matrix::Zero(c.d_inner, c.d_state);
    for (int64_t i = 0; i < side * side; ++i) {
      const int64_t at = k < 2 ? i : side * side - 1 - i;
      const int64_t t = k % 2 == 0 ? at : at % side * side + at / side;
      for (int64_t d = 0; d < c.d_inner; ++d) {
        const double step = std::log1p(std::exp(delta(t, d) + b.dt_bias[static_cast<size_t>(d)]));
        double read = b.d[static_cast<size_t>(d)] * u(t, d);
        for (int64_t n = 0; n < c.d_state; ++n) {
          h(d, n) = std::exp(step * b.a[static_cast<size_t>(d * c.d_state + n)]) * h(d, n) +
                    step * u(t, d) * projected(t, c.dt_rank + n);
          read += projected(t, c.dt_rank + c.d_state + n) * h(d, n);
        }
        y(t, d) += read;
      }
    }
  }
  return x + norm_rows(y, w.out_norm, c.norm_eps) * w.out_proj.cast<double>().transpose();
}

TEST_CASE("cross_model nn classifies exactly as many test digits as training measured", "[accuracy][nn]") {
  const cross_model model = cross_model::load(nn_folder + "digits-cross.safetensors");
  const digits_data data = load_digits(nn_folder + "digits.safetensors");
  const nlohmann::json stated = nlohmann::json::parse(model.description()).at("accuracy");
  REQUIRE(stated.at("part") == "test");
  REQUIRE(stated.at("images") == data.test.size());
  const int64_t correct =
      count_correct([&](std::span<const uint8_t> image) { return model.classify(image); }, data.test);
  CHECK(correct == stated.at("correct"));
  const auto& logits = stated.at("first_logits");
  REQUIRE(logits.size() >= 4);
  for (size_t i = 0; i < logits.size(); ++i) {
    const Eigen::VectorXf got = model.classify(data.test.image(static_cast<int64_t>(i)));
    for (Eigen::Index k = 0; k < got.size(); ++k) {
      CAPTURE(i, k);
      CHECK(got[k] == Approx(logits[i][static_cast<size_t>(k)].get<double>()).margin(1e-3).epsilon(0));
    }
  }
}

TEST_CASE("cross_model nn layer is what loops over rows and columns compute", "[property][nn]") {
  const unsigned seed = GENERATE(1U, 2U, 3U);
  CAPTURE(seed);
  drawn_cross random(seed);
  const cross_model model(random.model());
  float_matrix x = model.embed(random.image(64));
  for (int64_t layer = 0; layer < model.config().n_layers; ++layer) {
    const double_matrix want =
        layer_by_loops(model.weights().layers[static_cast<size_t>(layer)], model.config(), x.cast<double>());
    const float_matrix before = x;
    model.run_layer(layer, x);
    CHECK((x - before).cwiseAbs().maxCoeff() > 1e-2F);
    CHECK((x.cast<double>() - want).cwiseAbs().maxCoeff() < 2e-5);
  }
}

TEST_CASE("cross_model nn with rows and columns exchanged sees the transposed picture", "[property][nn]") {
  drawn_cross random(4);
  cross_weights w = random.model();
  const cross_model model(w);
  const std::vector<uint8_t> image = random.image(64);
  std::vector<uint8_t> transposed(64);
  for (size_t y = 0; y < 8; ++y)
    for (size_t x = 0; x < 8; ++x) transposed[x * 8 + y] = image[y * 8 + x];
  const auto transpose_taps = [](float_matrix& taps, int64_t size) {
    const float_matrix old = taps;
    for (int64_t i = 0; i < size; ++i)
      for (int64_t j = 0; j < size; ++j) taps.col(j * size + i) = old.col(i * size + j);
  };
  transpose_taps(w.patch_embed, 2);
  for (cross_layer& layer : w.layers) {
    std::swap(layer.branches[0], layer.branches[1]), std::swap(layer.branches[2], layer.branches[3]);
    transpose_taps(layer.conv_weight, 3);
  }
  const Eigen::VectorXf logits = model.classify(image);
  CHECK((cross_model(w).classify(transposed) - logits).cwiseAbs().maxCoeff() < 1e-4F);
  CHECK((model.classify(transposed) - logits).cwiseAbs().maxCoeff() > 1e-3F);
}

TEST_CASE("cross_model nn captured calls are those that ref computes", "[property][nn]") {
  const cross_model model = cross_model::load(nn_folder + "digits-cross.safetensors");
  const digits_data data = load_digits(nn_folder + "digits.safetensors");
  for (int64_t layer = 0; layer < model.config().n_layers; ++layer) {
    CAPTURE(layer);
    const scan_sets_call call = model.scan_call(data.test.image(7), layer);
    REQUIRE_NOTHROW(check_call(call, "capture"));
    CHECK(call.length == 64);
    REQUIRE(call.sets.size() == 4);
    CHECK(call.z.empty());
    const scan_sets_output want = scan_sets_ref(call);
    const auto near = [](const std::vector<double>& a, const std::vector<float>& b) {
      REQUIRE(a.size() == b.size());
      double error = 0, power = 0;
      for (size_t i = 0; i < a.size(); ++i) error += (a[i] - b[i]) * (a[i] - b[i]), power += a[i] * a[i];
      return error <= 1e-10 * power && power > 0;
    };
    CHECK(near(want.y, call.expect_y));
    for (size_t k = 0; k < 4; ++k) CHECK(near(want.h_last[k], call.sets[k].expect_h_last));
  }
}

TEST_CASE("cross_model nn refuses images and layers that do not fit", "[negative][nn]") {
  drawn_cross random(7);
  const cross_model model(random.model());
  std::vector<uint8_t> image = random.image(64);
  CHECK_THROWS_AS(model.classify(random.image(63)), std::invalid_argument);
  CHECK_THROWS_AS(model.classify(random.image(100)), std::invalid_argument);
  CHECK_THROWS_AS(model.scan_call(image, 2), std::invalid_argument);
  CHECK_THROWS_AS(model.scan_call(image, -1), std::invalid_argument);
  image[63] = 17;
  CHECK_THROWS_AS(model.classify(image), std::invalid_argument);
}

}  // namespace
}  // namespace scansim
