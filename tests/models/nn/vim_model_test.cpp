// The float Vision Mamba against what training measured, against the unidirectional model and against itself
// seen in a mirror.
#include "models/nn/vim_model.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "models/nn/digits_data.h"
#include "models/nn/mamba_model.h"
#include "models/ref/compare_to_expect.h"
#include "tests/support/places.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

const std::string model_folder = test::source_dir() + "/models/nn/";

class random_weights {
 public:
  explicit random_weights(unsigned seed) : generator_(seed) {}

  float_matrix matrix(int64_t rows, int64_t cols, float low = -0.5F, float high = 0.5F) {
    std::uniform_real_distribution<float> draw(low, high);
    return float_matrix::NullaryExpr(rows, cols, [&] { return draw(generator_); });
  }
  Eigen::VectorXf vector(int64_t size) { return matrix(size, 1).col(0); }
  std::vector<float> values(int64_t size, float low, float high) {
    const float_matrix m = matrix(size, 1, low, high);
    return {m.data(), m.data() + m.size()};
  }

  vim_branch branch(const vim_config& c) {
    return {.conv_weight = matrix(c.d_inner, c.conv),
            .conv_bias = vector(c.d_inner),
            .x_proj = matrix(c.dt_rank + 2 * c.d_state, c.d_inner),
            .dt_proj = matrix(c.d_inner, c.dt_rank),
            .dt_bias = values(c.d_inner, -2, 0),
            .a = values(c.d_inner * c.d_state, -4, -0.1F),
            .d = values(c.d_inner, -1, 1)};
  }

  // Nine patches: the class token is not in the middle of the ten tokens, so that a flip moves it.
  vim_weights model() {
    vim_weights w;
    w.config = {.d_model = 6,
                .d_inner = 10,
                .d_state = 3,
                .dt_rank = 2,
                .conv = 3,
                .n_layers = 2,
                .image = 6,
                .patch = 2,
                .classes = 4};
    const vim_config& c = w.config;
    w.patch_embed = matrix(c.d_model, c.patch * c.patch);
    w.patch_bias = vector(c.d_model);
    w.cls_token = vector(c.d_model);
    w.pos_embed = matrix(c.tokens(), c.d_model);
    for (int64_t i = 0; i < c.n_layers; ++i) {
      w.layers.push_back({.norm = vector(c.d_model),
                          .in_proj = matrix(2 * c.d_inner, c.d_model, -2, 2),
                          .branches = {branch(c), branch(c)},
                          .out_proj = matrix(c.d_model, c.d_inner)});
    }
    w.norm_f = vector(c.d_model);
    w.head = matrix(c.classes, c.d_model);
    w.head_bias = vector(c.classes);
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

float largest(const float_matrix& difference) { return difference.cwiseAbs().maxCoeff(); }

// y (D, L) that a unidirectional model with this direction's weights computes from the rows of x in their
// order.
float_matrix unidirectional_y(const vim_model& vim, int64_t index, const vim_branch& branch,
                              const float_matrix& x) {
  const vim_layer& layer = vim.weights().layers[static_cast<size_t>(index)];
  const vim_config& c = vim.config();
  mamba_weights w;
  w.config = {.d_model = c.d_model,
              .d_inner = c.d_inner,
              .d_state = c.d_state,
              .dt_rank = c.dt_rank,
              .conv = c.conv,
              .n_layers = 1,
              .vocab = x.rows(),
              .norm_eps = c.norm_eps};
  w.embedding = x;
  w.layers = {{.norm = layer.norm,
               .in_proj = layer.in_proj,
               .conv_weight = branch.conv_weight,
               .conv_bias = branch.conv_bias,
               .x_proj = branch.x_proj,
               .dt_proj = branch.dt_proj,
               .dt_bias = branch.dt_bias,
               .a = branch.a,
               .d = branch.d,
               .out_proj = layer.out_proj}};
  w.norm_f = Eigen::VectorXf::Ones(c.d_model);
  const mamba_model model(w);
  std::vector<int32_t> tokens(static_cast<size_t>(x.rows()));
  for (size_t t = 0; t < tokens.size(); ++t) tokens[t] = static_cast<int32_t>(t);
  mamba_state state = zero_state(model.config());
  const scan_tensors call = model.scan_call(tokens, 0, state);
  return Eigen::Map<const float_matrix>(call.expect_y.data(), c.d_inner, x.rows());
}

TEST_CASE("vim_model nn classifies exactly as many test digits as training measured", "[accuracy][nn]") {
  const vim_model model = vim_model::load(model_folder + "digits-vim.safetensors");
  const digits_data data = load_digits(model_folder + "digits.safetensors");
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

TEST_CASE("vim_model nn layer is the sum of two unidirectional layers, one on reversed tokens",
          "[property][nn]") {
  const unsigned seed = GENERATE(1U, 2U, 3U);
  CAPTURE(seed);
  random_weights random(seed);
  const vim_model model(random.model());
  for (int64_t layer = 0; layer < model.config().n_layers; ++layer) {
    const vim_layer& w = model.weights().layers[static_cast<size_t>(layer)];
    const float_matrix before = random.matrix(10, 6, -1, 1);
    const float_matrix y = unidirectional_y(model, layer, w.branch(vim_direction::forward), before) +
                           float_matrix(unidirectional_y(model, layer, w.branch(vim_direction::backward),
                                                         before.colwise().reverse())
                                            .rowwise()
                                            .reverse());
    float_matrix x = before;
    model.run_layer(layer, x);
    CHECK(largest(x - before) > 1e-3F);
    CHECK(largest(x - before - (w.out_proj * y).transpose()) < 1e-5F);
  }
}

TEST_CASE("vim_model nn with exchanged directions mirrors the tokens", "[property][nn]") {
  random_weights random(4);
  vim_weights w = random.model();
  const vim_model model(w);
  for (vim_layer& layer : w.layers) std::swap(layer.branches[0], layer.branches[1]);
  const vim_model exchanged(w);
  float_matrix x = random.matrix(10, 6, -1, 1);
  float_matrix mirrored = x.colwise().reverse();
  for (int64_t layer = 0; layer < 2; ++layer) {
    model.run_layer(layer, x);
    exchanged.run_layer(layer, mirrored);
  }
  CHECK(largest(x.colwise().reverse() - mirrored) < 1e-5F);
}

TEST_CASE("vim_model nn puts the class token between the patches and reads it there", "[property][nn]") {
  random_weights random(5);
  vim_weights w = random.model();
  const std::vector<uint8_t> image = random.image(36);
  const float_matrix x = vim_model(w).embed(image);
  REQUIRE(x.rows() == 10);
  CHECK(largest(x.row(4) - w.cls_token.transpose() - w.pos_embed.row(4)) < 1e-6F);
  // Patch 5 (row 1, column 2) is token 6: pixels (2, 4), (2, 5), (3, 4), (3, 5).
  Eigen::Vector4f patch;
  patch << image[16], image[17], image[22], image[23];
  const Eigen::VectorXf expected =
      w.patch_embed * (patch.array() / 8 - 1).matrix() + w.patch_bias + w.pos_embed.row(6).transpose();
  CHECK(largest(x.row(6) - expected.transpose()) < 1e-5F);
  float_matrix tokens = float_matrix::Random(10, 6);
  const Eigen::VectorXf logits = vim_model(w).classify_tokens(tokens);
  for (int64_t t = 0; t < 10; ++t) {
    if (t != 4) tokens.row(t).setZero();
  }
  CHECK(vim_model(w).classify_tokens(tokens) == logits);
}

TEST_CASE("vim_model nn captured scan calls are those that ref computes, the backward one in reverse",
          "[property][nn]") {
  const vim_model model = vim_model::load(model_folder + "digits-vim.safetensors");
  const digits_data data = load_digits(model_folder + "digits.safetensors");
  for (int64_t layer = 0; layer < model.config().n_layers; ++layer) {
    for (const vim_direction direction : vim_directions) {
      CAPTURE(layer, static_cast<int>(direction));
      const scan_tensors call = model.scan_call(data.test.image(7), layer, direction);
      REQUIRE_NOTHROW(check_scan_tensors(call, "capture"));
      CHECK(call.shape.length == 17);
      CHECK(call.options.reverse == (direction == vim_direction::backward));
      const expect_comparison compared = compare_to_expect(selective_scan_ref(call), call, {1e-4, 1e-5});
      REQUIRE(compared.y.present);
      REQUIRE(compared.h_last.present);
      CHECK(compared.agree());
    }
    const scan_tensors forward = model.scan_call(data.test.image(7), layer, vim_direction::forward);
    const scan_tensors backward = model.scan_call(data.test.image(7), layer, vim_direction::backward);
    CHECK(forward.z == backward.z);  // in token order the gate is the same tensor
    CHECK(forward.u != backward.u);
  }
}

TEST_CASE(
    "vim_model nn shows every activation once per layer or direction and goes on with what the tap leaves",
    "[property][nn]") {
  random_weights random(6);
  const vim_model model(random.model());
  const std::vector<uint8_t> image = random.image(36);
  int shared = 0, own = 0;
  const auto count = [&](activation site, int64_t, vim_direction direction, Eigen::Ref<float_matrix> values) {
    const bool is_shared = site == activation::residual || site == activation::norm ||
                           site == activation::conv_input || site == activation::z;
    CHECK((!is_shared || direction == vim_direction::forward));
    CHECK(values.cols() == (site == activation::norm && values.cols() == 1 ? 1 : 10));
    ++(is_shared ? shared : own);
  };
  CHECK(model.classify(image, count) == model.classify(image));
  CHECK(shared == 1 + 2 * 4 + 1);
  CHECK(own == 2 * 2 * 6);
  for (int site = 0; site < num_activations; ++site) {
    const auto halve = [&](activation shown, int64_t layer, vim_direction, Eigen::Ref<float_matrix> values) {
      if (shown == static_cast<activation>(site) && layer == 1) values *= 0.5F;
    };
    CAPTURE(activation_names[site]);
    if (static_cast<activation>(site) == activation::residual) continue;  // the last norm takes out a factor
    CHECK(model.classify(image, halve) != model.classify(image));
  }
}

TEST_CASE("vim_model nn refuses images and layers that do not fit", "[negative][nn]") {
  random_weights random(7);
  const vim_model model(random.model());
  std::vector<uint8_t> image = random.image(36);
  CHECK_THROWS_AS(model.classify(random.image(35)), std::invalid_argument);
  CHECK_THROWS_AS(model.classify(random.image(64)), std::invalid_argument);
  CHECK_THROWS_AS(model.scan_call(image, 2, vim_direction::forward), std::invalid_argument);
  CHECK_THROWS_AS(model.scan_call(image, -1, vim_direction::backward), std::invalid_argument);
  image[35] = 17;
  CHECK_THROWS_AS(model.classify(image), std::invalid_argument);
}

}  // namespace
}  // namespace scansim
