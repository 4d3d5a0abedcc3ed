// The float Mamba model against what training measured, against itself and against hand-made models.
#include "models/nn/mamba_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "models/nn/bits_per_byte.h"
#include "models/nn/scan_float.h"
#include "tests/support/places.h"

namespace scansim {
namespace {

const std::string nn_models = test::source_dir() + "/models/nn/";

std::vector<uint8_t> heldout_text() {
  std::ifstream in(nn_models + "heldout.txt", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<int32_t> heldout_tokens(size_t begin, size_t count) {
  const std::vector<uint8_t> text = heldout_text();
  REQUIRE(text.size() >= begin + count);
  return {text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(begin + count)};
}

std::vector<float> uniform(std::mt19937& generator, int64_t count, float low, float high) {
  std::uniform_real_distribution<float> draw(low, high);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = draw(generator);
  return values;
}

// y of one channel and token sequence in double, written from the formula.
double reference_y(const scan_tensors& call, int64_t batch, int64_t channel, int64_t last,
                   int64_t state_or_all) {
  const scan_shape& s = call.shape;
  const int64_t group = channel / (s.channels / s.groups);
  double sum = 0;
  double state_value = 0;
  const int64_t row = (batch * s.channels + channel) * s.length;
  for (int64_t n = 0; n < s.states; ++n) {
    const int64_t shared = ((batch * s.groups + group) * s.states + n) * s.length;
    double h = call.h0[static_cast<size_t>((batch * s.channels + channel) * s.states + n)];
    for (int64_t t = 0; t <= last; ++t) {
      const double raw = static_cast<double>(call.delta[static_cast<size_t>(row + t)]) +
                         static_cast<double>(call.delta_bias[static_cast<size_t>(channel)]);
      const double step = std::log1p(std::exp(raw));
      h = std::exp(step * static_cast<double>(call.a[static_cast<size_t>(channel * s.states + n)])) * h +
          step * static_cast<double>(call.b[static_cast<size_t>(shared + t)]) *
              static_cast<double>(call.u[static_cast<size_t>(row + t)]);
    }
    sum += h * static_cast<double>(call.c[static_cast<size_t>(shared + last)]);
    if (n == state_or_all) state_value = h;
  }
  if (state_or_all >= 0) return state_value;
  const auto at = static_cast<size_t>(row + last);
  const double z = call.z[at];
  return (sum + static_cast<double>(call.d[static_cast<size_t>(channel)]) * static_cast<double>(call.u[at])) *
         z / (1 + std::exp(-z));
}

TEST_CASE("mamba_model nn reproduces the held-out bits per byte that training measured", "[accuracy][nn]") {
  const mamba_model model = mamba_model::load(nn_models + "byte-mamba.safetensors");
  const nlohmann::json stated = nlohmann::json::parse(model.description()).at("heldout");
  std::vector<uint8_t> text = heldout_text();
  REQUIRE(text.size() >= stated.at("bytes").get<size_t>());
  text.resize(stated.at("bytes").get<size_t>());
  const double bits = bits_per_byte(model, text, stated.at("context").get<int64_t>());
  CHECK(bits == Approx(stated.at("bits_per_byte").get<double>()).margin(5e-5).epsilon(0));
  CHECK(bits < 2.2);
}

TEST_CASE("mamba_model nn gives the same logits however the text is cut", "[property][nn]") {
  const mamba_model model = mamba_model::load(nn_models + "byte-mamba.safetensors");
  const std::vector<int32_t> tokens = heldout_tokens(1000, 120);
  const float_matrix whole = model.forward(tokens);
  mamba_state state = zero_state(model.config());
  int64_t done = 0;
  for (const size_t piece : {1U, 2U, 1U, 60U, 3U, 53U}) {
    const auto from = std::span<const int32_t>(tokens).subspan(static_cast<size_t>(done), piece);
    const float_matrix part = model.forward(from, state);
    CHECK((part - whole.middleRows(done, part.rows())).cwiseAbs().maxCoeff() < 2e-3F);
    done += part.rows();
  }
  REQUIRE(done == whole.rows());
}

TEST_CASE("mamba_model nn refuses tokens outside the vocabulary and empty calls", "[negative][nn]") {
  const mamba_model model = mamba_model::load(nn_models + "byte-mamba.safetensors");
  CHECK_THROWS_AS(model.forward(std::vector<int32_t>{256}), std::invalid_argument);
  CHECK_THROWS_AS(model.forward(std::vector<int32_t>{-1}), std::invalid_argument);
  CHECK_THROWS_AS(model.forward(std::vector<int32_t>{}), std::invalid_argument);
  CHECK_THROWS_AS(bits_per_byte(model, std::vector<uint8_t>{1}, 512), std::invalid_argument);
  CHECK_THROWS_AS(bits_per_byte(model, std::vector<uint8_t>{1, 2}, 0), std::invalid_argument);
}

TEST_CASE("bits_per_byte nn of a model that knows nothing is 8", "[property][nn]") {
  mamba_weights weights;
  weights.config = {
      .d_model = 2, .d_inner = 4, .d_state = 1, .dt_rank = 1, .conv = 2, .n_layers = 0, .vocab = 256};
  weights.embedding = float_matrix::Zero(256, 2);
  weights.norm_f = Eigen::VectorXf::Ones(2);
  const mamba_model model(weights);
  const std::vector<uint8_t> text(100, 'x');
  CHECK(bits_per_byte(model, text, 7) == Approx(8.0).epsilon(1e-9));
  CHECK(bits_per_byte(model, text, 99) == Approx(8.0).epsilon(1e-9));
}

TEST_CASE("scan_float nn agrees with the recurrence in double", "[property][nn]") {
  const unsigned seed = GENERATE(1U, 2U, 3U);
  CAPTURE(seed);
  std::mt19937 generator(seed);
  scan_tensors call;
  call.shape = {.batch = 2, .channels = 6, .states = 5, .groups = 2, .length = 33};
  call.options.delta_softplus = true;
  call.u = uniform(generator, 2 * 6 * 33, -1, 1);
  call.delta = uniform(generator, 2 * 6 * 33, -3, 1);
  call.z = uniform(generator, 2 * 6 * 33, -4, 4);
  call.b = uniform(generator, 2 * 2 * 5 * 33, -1, 1);
  call.c = uniform(generator, 2 * 2 * 5 * 33, -1, 1);
  call.a = uniform(generator, 6 * 5, -4, -0.1F);
  call.d = uniform(generator, 6, -1, 1);
  call.delta_bias = uniform(generator, 6, -2, 0.5F);
  call.h0 = uniform(generator, 2 * 6 * 5, -1, 1);
  scan_float(call);
  for (int64_t row = 0; row < 12; ++row) {
    for (const int64_t t : {0, 7, 32}) {
      CHECK(call.expect_y[static_cast<size_t>(row * 33 + t)] ==
            Approx(reference_y(call, row / 6, row % 6, t, -1)).margin(2e-5));
    }
    CHECK(call.expect_h_last[static_cast<size_t>(row * 5 + 3)] ==
          Approx(reference_y(call, row / 6, row % 6, 32, 3)).margin(2e-5));
  }
  call.u.pop_back();
  CHECK_THROWS_AS(scan_float(call), std::invalid_argument);
}

}  // namespace
}  // namespace scansim
