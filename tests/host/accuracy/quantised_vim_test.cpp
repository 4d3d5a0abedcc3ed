// The Vision Mamba in the machine's integers: near the float model, the same bits every time, directions that
// are each other's mirror, and patterns that leave what they promise.
#include "host/accuracy/quantised_vim.h"

#include <catch2/catch.hpp>
#include <random>

#include "host/accuracy/accuracy_models.h"
#include "host/accuracy/quantise_vim.h"
#include "host/quantise/run_layer.h"
#include "models/configs/data_directory.h"
#include "models/nn/digits_data.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

const std::string model_folder = test::source_dir() + "/models/nn/";

design_point base() { return load_design_point("base", config_directory()); }

// digits-vim's first layer with the last head, a few training images.
struct small_vim_run {
  digits_data data = load_digits(model_folder + "digits.safetensors");
  vim_model model{[] {
    vim_weights w = load_vim_weights(model_folder + "digits-vim.safetensors");
    w.layers.resize(1), w.config.n_layers = 1;
    return w;
  }()};
  scan_machine machine{base()};

  std::vector<std::span<const uint8_t>> images() const {
    std::vector<std::span<const uint8_t>> images;
    for (int64_t i = 0; i < 12; ++i) images.push_back(data.train.image(i * 90));
    return images;
  }
  quantised_vim quantise(const layer_format& format) {
    return quantise_vim(model, images(), format, machine);
  }
  float_matrix logits(const quantised_vim& q, int64_t count = 20) {
    float_matrix all(q.config.classes, count);
    model_saturations saturations;
    for (int64_t i = 0; i < count; ++i) all.col(i) = classify(q, data.test.image(i), machine, saturations);
    return all;
  }
  double error(const quantised_vim& q) {
    const float_matrix got = logits(q);
    float_matrix want(got.rows(), got.cols());
    for (int64_t i = 0; i < got.cols(); ++i) want.col(i) = model.classify(data.test.image(i));
    return (got - want).squaredNorm() / want.squaredNorm();
  }
};

TEST_CASE("quantised_vim accuracy W8A8 of digits-vim costs at most 0.5 points of 600 images", "[accuracy]") {
  accuracy_request request;
  request.model = "digits-vim";
  request.point = base();
  const accuracy_result result = measure_accuracy(request);
  CAPTURE(result.details.dump());
  CHECK(result.metric == "accuracy");
  CHECK(result.baseline == Approx(587.0 / 600).epsilon(1e-12));
  CHECK(std::abs(result.value - result.baseline) <= 0.005);
  CHECK(result.details.at("scored_images") == 600);
  // 17 tokens, 3 layers, 2 x 2 x 128 + 2 x (36 + 128 + 128) requantised values each
  CHECK(result.details.at("saturations").at("requantise").get<uint64_t>() < 600 * 17 * 3 * 1096 / 1000);
}

TEST_CASE("quantised_vim accuracy follows the float model's logits in every format", "[accuracy]") {
  small_vim_run run;
  layer_format format;
  CHECK(run.error(run.quantise(format)) < 2e-3);
  format.hadamard = false;
  CHECK(run.error(run.quantise(format)) < 4e-3);
  format.weight_bits = 4;
  const double w4 = run.error(run.quantise(format));
  CHECK(w4 < 0.1);
  CHECK(w4 > 1e-3);
}

TEST_CASE("quantised_vim accuracy gives the same bits again and whatever image came before",
          "[property][accuracy]") {
  small_vim_run run;
  layer_format format;
  format.state_pattern = GENERATE(nm_pattern{4, 4}, nm_pattern{2, 4});
  const quantised_vim q = run.quantise(format);
  const float_matrix logits = run.logits(q);
  CHECK(run.logits(run.quantise(format)) == logits);
  model_saturations saturations;
  CHECK(classify(q, run.data.test.image(7), run.machine, saturations) == logits.col(7));
}

TEST_CASE("quantised_vim accuracy of a dense pattern equals no pattern bit for bit", "[property][accuracy]") {
  small_vim_run run;
  layer_format dense;
  dense.pattern = nm_pattern{16, 16};
  dense.state_pattern = nm_pattern{8, 8};
  CHECK(run.logits(run.quantise(dense)) == run.logits(run.quantise({})));
}

TEST_CASE("quantised_vim accuracy weights of both directions hold the pattern", "[property][accuracy]") {
  small_vim_run run;
  layer_format format;
  format.pattern = GENERATE(nm_pattern{2, 4}, nm_pattern{1, 8});
  format.hadamard = GENERATE(true, false);
  format.weight_bits = GENERATE(8, 4);
  format.method = GENERATE(prune_method::magnitude, prune_method::activation);
  const quantised_layer layer = run.quantise(format).layers.at(0);
  std::vector<const quantised_linear*> linears = {&layer.in_proj.linear, &layer.out_proj};
  REQUIRE(layer.branches.size() == 2);
  for (const quantised_branch& branch : layer.branches) {
    linears.push_back(&branch.x_proj.linear);
    linears.push_back(&branch.dt_proj.linear);
  }
  for (const quantised_linear* linear : linears) {
    const int8_matrix& w = linear->w;
    CHECK_FALSE(find_violation<int8_t>({w.data(), static_cast<size_t>(w.size())}, w.rows(), w.cols(),
                                       *format.pattern, nm_side::inputs));
    CHECK((w.array() != 0).count() > w.size() * format.pattern->n / format.pattern->m / 2);
  }
}

// The residual stream of random integers through one layer.
int16_matrix run_random(const quantised_layer& layer, scan_machine& machine, bool reversed) {
  std::mt19937 generator(11);
  int16_matrix r = int16_matrix::NullaryExpr(
      64, 17, [&] { return static_cast<int16_t>(static_cast<int>(generator() % 16384) - 8192); });
  if (reversed) r = r.rowwise().reverse().eval();
  std::vector<quantised_branch_state> states;
  for (const quantised_branch& branch : layer.branches) states.push_back(zero_state(branch));
  model_saturations saturations;
  run_layer(layer, states, r, machine, saturations);
  return reversed ? r.rowwise().reverse().eval() : r;
}

TEST_CASE("quantised_vim accuracy of a layer with its directions exchanged is the mirrored layer",
          "[property][accuracy]") {
  small_vim_run run;
  const quantised_layer layer = run.quantise({}).layers.at(0);
  quantised_layer exchanged = layer;
  std::swap(exchanged.branches[0], exchanged.branches[1]);
  CHECK(run_random(layer, run.machine, false) == run_random(exchanged, run.machine, true));
  CHECK(run_random(layer, run.machine, false) != run_random(layer, run.machine, true));
}

TEST_CASE("quantised_vim accuracy gives both directions one scale of z", "[unit][accuracy]") {
  // One channel of z is large and means nothing to the backward scan, which alone would clip it.
  small_vim_run run;
  vim_weights w = run.model.weights();
  w.layers[0].in_proj.row(w.config.d_inner) *= 30;
  w.layers[0].branches[1].conv_weight.row(0).setZero();
  w.layers[0].branches[1].conv_bias[0] = 0;
  const auto frac_z = [&](size_t branch) {
    const vim_model model(w);
    const quantised_vim q = quantise_vim(model, run.images(), {}, run.machine);
    return q.layers.at(0).branches.at(branch).scan.scales.frac_z;
  };
  const int forward = frac_z(0);
  CHECK(frac_z(1) == forward);
  std::swap(w.layers[0].branches[0], w.layers[0].branches[1]);
  CHECK(frac_z(0) > forward);
}

TEST_CASE("quantised_vim accuracy refuses other images and requests for texts", "[negative][accuracy]") {
  small_vim_run run;
  const quantised_vim q = run.quantise({});
  model_saturations saturations;
  const std::vector<uint8_t> small(63, 0), bright(64, 17);
  CHECK_THROWS_AS(classify(q, small, run.machine, saturations), std::invalid_argument);
  CHECK_THROWS_AS(classify(q, bright, run.machine, saturations), std::invalid_argument);
  accuracy_request request;
  request.model = "digits-vim";
  request.point = base();
  request.bytes = 100;
  CHECK(test::refusal([&] { measure_accuracy(request); }).find("--bytes") != std::string::npos);
  request.bytes = 0, request.ablation = true;
  CHECK(test::refusal([&] { measure_accuracy(request); }).find("--ablation") != std::string::npos);
}

}  // namespace
}  // namespace scansim
