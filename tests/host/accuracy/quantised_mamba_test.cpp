// The whole model in the machine's integers: near the float model, the same bits however it is run, and
// patterns that leave what they promise.
#include "host/accuracy/quantised_mamba.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <random>

#include "host/accuracy/byte_mamba_accuracy.h"
#include "host/accuracy/quantise_mamba.h"
#include "models/configs/data_directory.h"
#include "models/nn/bits_per_byte.h"
#include "tests/support/places.h"

namespace scansim {
namespace {

const std::string nn_folder = test::source_dir() + "/models/nn/";

// One whole answer of byte-mamba's table, on a short text.
TEST_CASE("quantised_mamba accuracy W8A8 of byte-mamba costs at most 0.01 bits per byte", "[accuracy]") {
  accuracy_request request;
  request.model = "byte-mamba";
  request.point = load_design_point("base", config_directory());
  request.bytes = 8192;
  request.workers = 2;
  const accuracy_result result = measure_accuracy(request);
  CAPTURE(result.details.dump());
  CHECK(result.metric == "bits_per_byte");
  CHECK(result.baseline == Approx(1.4).margin(0.15));
  CHECK(result.value - result.baseline < 0.01);
  CHECK(result.value - result.baseline > -0.01);
  CHECK(result.details.at("saturations").at("requantise").get<uint64_t>() < 8192 * 3 * 936 / 1000);
}

mamba_model small_model(unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> draw;
  const auto matrix = [&](int64_t rows, int64_t cols, float size) {
    return float_matrix::NullaryExpr(rows, cols, [&] { return size * draw(generator); }).eval();
  };
  const auto floats = [&](int64_t count, float size, float mean) {
    std::vector<float> v(static_cast<size_t>(count));
    for (float& x : v) x = mean + size * draw(generator);
    return v;
  };
  mamba_weights w;
  const mamba_config c{
      .d_model = 16, .d_inner = 24, .d_state = 8, .dt_rank = 4, .conv = 4, .n_layers = 2, .vocab = 256};
  w.config = c;
  w.embedding = matrix(c.vocab, c.d_model, 1);
  for (int64_t i = 0; i < c.n_layers; ++i) {
    mamba_layer layer;
    layer.norm = Eigen::VectorXf::Ones(c.d_model) + 0.1F * matrix(c.d_model, 1, 1);
    layer.in_proj = matrix(2 * c.d_inner, c.d_model, 0.3F);
    layer.conv_weight = matrix(c.d_inner, c.conv, 0.5F);
    layer.conv_bias = matrix(c.d_inner, 1, 0.1F);
    layer.x_proj = matrix(c.dt_rank + 2 * c.d_state, c.d_inner, 0.15F);
    layer.dt_proj = matrix(c.d_inner, c.dt_rank, 0.3F);
    layer.dt_bias = floats(c.d_inner, 0.5F, -2);
    layer.a = floats(c.d_inner * c.d_state, 0, 0);
    for (size_t k = 0; k < layer.a.size(); ++k) layer.a[k] = -1.0F - static_cast<float>(k % 8);
    layer.d = floats(c.d_inner, 0.1F, 1);
    layer.out_proj = matrix(c.d_model, c.d_inner, 0.3F);
    w.layers.push_back(layer);
  }
  w.norm_f = Eigen::VectorXf::Ones(c.d_model);
  w.description = "{}";
  return mamba_model(w);
}

std::vector<uint8_t> random_text(size_t count) {
  std::mt19937 generator(77);
  std::vector<uint8_t> text(count);
  for (uint8_t& byte : text) byte = static_cast<uint8_t>(generator());
  return text;
}

design_point small_point() {
  return load_design_point("base", config_directory(),
                           {"num_lanes=8", "states_per_lane=4", "axi_data_bits=256"});
}

struct small_run {
  std::vector<uint8_t> text = random_text(600);
  mamba_model model = small_model(5);
  scan_machine machine{small_point()};

  quantised_mamba quantise(const layer_format& format) {
    return quantise_mamba(model, spread_windows(text, 4, 128), format, machine);
  }
  std::vector<int32_t> tokens() const { return {text.begin(), text.begin() + 100}; }
  float_matrix logits(const quantised_mamba& q) {
    quantised_state state = zero_state(q);
    model_saturations saturations;
    return forward(q, tokens(), state, machine, saturations);
  }
  double error(const quantised_mamba& q) {
    const float_matrix want = model.forward(tokens());
    return (logits(q) - want).squaredNorm() / want.squaredNorm();
  }
};

TEST_CASE("quantised_mamba accuracy follows the float model where H_12 is not symmetric", "[accuracy]") {
  small_run run;
  layer_format format;
  CHECK(run.error(run.quantise(format)) < 2e-3);
  format.hadamard = false;  // outliers of y cost more
  CHECK(run.error(run.quantise(format)) < 2e-2);
  format.weight_bits = 4;
  const double w4 = run.error(run.quantise(format));
  CHECK(w4 < 0.1);
  CHECK(w4 > 2e-3);
}

TEST_CASE("quantised_mamba accuracy gives the same bits however the text is cut, and again",
          "[property][accuracy]") {
  small_run run;
  layer_format format;
  format.state_pattern = GENERATE(nm_pattern{4, 4}, nm_pattern{2, 4});
  const quantised_mamba q = run.quantise(format);
  const float_matrix whole = run.logits(q);
  CHECK(whole == run.logits(run.quantise(format)));
  const std::vector<int32_t> tokens = run.tokens();
  quantised_state state = zero_state(q);
  model_saturations saturations;
  int64_t done = 0;
  for (const size_t piece : {1U, 2U, 1U, 40U, 3U, 53U}) {
    const auto from = std::span<const int32_t>(tokens).subspan(static_cast<size_t>(done), piece);
    const float_matrix part = forward(q, from, state, run.machine, saturations);
    CHECK(part == whole.middleRows(done, part.rows()));
    done += part.rows();
  }
  REQUIRE(done == whole.rows());
}

TEST_CASE("quantised_mamba accuracy of a dense pattern equals no pattern bit for bit",
          "[property][accuracy]") {
  small_run run;
  layer_format dense;
  dense.pattern = nm_pattern{16, 16};
  dense.state_pattern = nm_pattern{8, 8};
  CHECK(run.logits(run.quantise(dense)) == run.logits(run.quantise({})));
}

TEST_CASE("quantised_mamba accuracy weights as the array sees them hold the pattern",
          "[property][accuracy]") {
  small_run run;
  layer_format format;
  format.pattern = GENERATE(nm_pattern{2, 4}, nm_pattern{1, 8});
  format.hadamard = GENERATE(true, false);
  format.weight_bits = GENERATE(8, 4);
  format.method = GENERATE(prune_method::magnitude, prune_method::activation);
  const quantised_mamba q = run.quantise(format);
  for (const quantised_layer& layer : q.layers) {
    const quantised_branch& branch = layer.branches[0];
    for (const quantised_linear* linear :
         {&layer.in_proj.linear, &branch.x_proj.linear, &branch.dt_proj.linear, &layer.out_proj}) {
      const int8_matrix& w = linear->w;
      CHECK_FALSE(find_violation<int8_t>({w.data(), static_cast<size_t>(w.size())}, w.rows(), w.cols(),
                                         *format.pattern, nm_side::inputs));
      CHECK((w.array() != 0).count() > w.size() * format.pattern->n / format.pattern->m / 2);
    }
  }
}

TEST_CASE("quantised_mamba accuracy of kept states equals the whole scan with the others' B and C zero",
          "[property][accuracy]") {
  small_run run;
  layer_format format;
  format.state_pattern = nm_pattern{2, 4};
  format.state_group_is_layer = true;
  const quantised_mamba compact = run.quantise(format);
  REQUIRE(compact.layers[0].branches[0].kept.size() == 1);
  REQUIRE(compact.layers[0].branches[0].kept[0].size() == 4);
  // The same integers without compaction: all states, rows of B and C outside the kept ones zero.
  quantised_mamba whole = compact;
  for (quantised_layer& whole_layer : whole.layers) {
    quantised_branch& branch = whole_layer.branches[0];
    const std::vector<int> kept = branch.kept[0];
    branch.kept.clear();
    const scan_shape full{1, 24, 8, 1, 1};
    std::vector<int16_t> a(24 * 8, -1);
    for (int64_t channel = 0; channel < 24; ++channel) {
      for (size_t i = 0; i < kept.size(); ++i)
        a[static_cast<size_t>(channel * 8 + kept[i])] = branch.scan.a[static_cast<size_t>(channel) * 4 + i];
    }
    branch.scan.a = a;
    branch.scan.shape = full;
    for (int row = 0; row < 8; ++row) {
      if (std::find(kept.begin(), kept.end(), row) != kept.end()) continue;
      for (const int64_t at : {int64_t{4 + row}, int64_t{12 + row}}) {
        branch.x_proj.linear.w.row(at).setZero();
        branch.x_proj.linear.slab.row(at).setZero();
      }
    }
  }
  CHECK(run.logits(compact) == run.logits(whole));
}

TEST_CASE("quantised_mamba accuracy keeps the states with the largest part of the output",
          "[property][accuracy]") {
  // Two channels in two groups; C picks state 3 for all, state 1 moves channel 0 only through A.
  scan_tensors call;
  call.shape = {1, 2, 4, 1, 50};
  call.options.delta_softplus = true;
  call.u.assign(100, 1), call.delta.assign(100, 0), call.z.assign(100, 1), call.delta_bias.assign(2, 0);
  call.b.assign(200, 1), call.c.assign(200, 0);
  for (int t = 0; t < 50; ++t)
    call.c[static_cast<size_t>(150 + t)] = 1, call.c[static_cast<size_t>(50 + t)] = 0.5F;
  call.a = {-1, -0.01F, -1, -9, -1, -9, -1, -0.01F};
  const kept_states kept = choose_states(call, {1, 4}, 2);
  CHECK(kept == kept_states{{1}, {3}});
  CHECK(choose_states(call, {2, 4}, 1) == kept_states{{1, 3}});
  CHECK_THROWS_AS(choose_states(call, {2, 8}, 1), std::invalid_argument);
}

TEST_CASE("activation_tap accuracy that rounds one tensor changes what follows and nothing before",
          "[unit][accuracy]") {
  const mamba_model model = small_model(8);
  const std::vector<int32_t> tokens = {1, 2, 3, 4, 5};
  mamba_state state = zero_state(model.config()), same = zero_state(model.config());
  const float_matrix plain = model.forward(tokens, state);
  int calls = 0;
  const float_matrix watched =
      model.forward(tokens, same, [&](activation, int64_t, Eigen::Ref<float_matrix>) { ++calls; });
  CHECK(watched == plain);
  CHECK(calls == 2 + 2 * num_activations);
  mamba_state other = zero_state(model.config());
  const float_matrix changed =
      model.forward(tokens, other, [](activation site, int64_t layer, Eigen::Ref<float_matrix> v) {
        if (site == activation::y && layer == 1) v.setZero();
      });
  CHECK(changed != plain);
  CHECK(other.layers[1].h == state.layers[1].h);
}

TEST_CASE("bits_per_byte accuracy does not depend on the number of workers", "[property][accuracy]") {
  const mamba_model model = small_model(3);
  const std::vector<uint8_t> text = random_text(500);
  const window_logits logits = [&](std::span<const int32_t> tokens, int) { return model.forward(tokens); };
  const double one = bits_per_byte(logits, text, 64, 1);
  CHECK(bits_per_byte(logits, text, 64, 3) == one);
  CHECK(bits_per_byte(model, text, 64) == one);
  CHECK_THROWS_AS(
      bits_per_byte([](std::span<const int32_t>, int) -> float_matrix { throw std::runtime_error("x"); },
                    text, 64, 2),
      std::runtime_error);
}

}  // namespace
}  // namespace scansim
