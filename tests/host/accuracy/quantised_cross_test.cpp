// The cross-scanning model in the machine's integers: near the float model, the same bits every time and on
// machines with and without sets, and no request that it cannot answer.
#include "host/accuracy/quantised_cross.h"

#include <catch2/catch.hpp>

#include "host/accuracy/accuracy_models.h"
#include "host/accuracy/quantise_cross.h"
#include "models/configs/data_directory.h"
#include "models/nn/digits_data.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

const std::string cross_folder = test::source_dir() + "/models/nn/";

// digits-cross's first layer with the last head, a few training images.
struct small_cross_run {
  digits_data data = load_digits(cross_folder + "digits.safetensors");
  cross_model model{[] {
    cross_weights w = load_cross_weights(cross_folder + "digits-cross.safetensors");
    w.layers.resize(1), w.config.n_layers = 1;
    return w;
  }()};

  quantised_cross quantise(const layer_format& format, const std::string& config) const {
    std::vector<std::span<const uint8_t>> images;
    for (int64_t i = 0; i < 12; ++i) images.push_back(data.train.image(i * 90));
    return quantise_cross(model, images, format, load_design_point(config, config_directory()));
  }
  float_matrix logits(const quantised_cross& q, const std::string& config, int64_t count = 12) const {
    scan_machine machine(load_design_point(config, config_directory()));
    float_matrix all(q.config.classes, count);
    model_saturations saturations;
    for (int64_t i = 0; i < count; ++i) all.col(i) = classify(q, data.test.image(i), machine, saturations);
    return all;
  }
  double error(const quantised_cross& q) const {
    const float_matrix got = logits(q, "base");
    float_matrix want(got.rows(), got.cols());
    for (int64_t i = 0; i < got.cols(); ++i) want.col(i) = model.classify(data.test.image(i));
    return (got - want).squaredNorm() / want.squaredNorm();
  }
};

TEST_CASE("quantised_cross accuracy W8A8 of digits-cross costs at most 0.5 points of 600 images",
          "[accuracy]") {
  accuracy_request request;
  request.model = "digits-cross";
  request.point = load_design_point("vision", config_directory());
  const accuracy_result result = measure_accuracy(request);
  CAPTURE(result.details.dump());
  CHECK(result.metric == "accuracy");
  CHECK(result.baseline > 0.95);
  CHECK(std::abs(result.value - result.baseline) <= 0.005);
  CHECK(result.details.at("scored_images") == 600);
  CHECK(result.details.at("hadamard") == false);
  // 64 tokens, 3 layers, 128 + 4 x (6 + 128) + 64 requantised values each
  CHECK(result.details.at("saturations").at("requantise").get<uint64_t>() < 600UL * 64 * 3 * 728 / 1000);
}

TEST_CASE("quantised_cross accuracy follows the float model's logits in every format", "[accuracy]") {
  const small_cross_run run;
  layer_format format;
  CHECK(run.error(run.quantise(format, "base")) < 4e-3);
  format.weight_bits = 4;
  const double w4 = run.error(run.quantise(format, "base"));
  CHECK(w4 < 0.2);
  CHECK(w4 > 1e-3);
}

TEST_CASE(
    "quantised_cross accuracy gives the same bits again, and on a machine with sets those of one without",
    "[property][accuracy]") {
  const small_cross_run run;
  const quantised_cross q = run.quantise({}, "base");
  const float_matrix logits = run.logits(q, "base");
  CHECK(run.logits(run.quantise({}, "base"), "base") == logits);
  CHECK(run.logits(q, "vision") == logits);
  model_saturations saturations;
  scan_machine machine(load_design_point("base", config_directory()));
  CHECK(classify(q, run.data.test.image(7), machine, saturations) == logits.col(7));
}

TEST_CASE("quantised_cross accuracy depends on every direction", "[property][accuracy]") {
  const small_cross_run run;
  const quantised_cross q = run.quantise({}, "base");
  const float_matrix logits = run.logits(q, "base", 3);
  for (size_t k = 0; k < cross_directions; ++k) {
    quantised_cross without = q;
    int8_matrix& dt = without.layers[0].branches[k].x_proj.linear.w;
    dt.setZero();
    without.layers[0].branches[k].x_proj.linear.slab.setZero();
    CAPTURE(k);
    CHECK(run.logits(without, "base", 3) != logits);
  }
}

TEST_CASE("quantised_cross accuracy refuses other images and what it has not", "[negative][accuracy]") {
  const small_cross_run run;
  const quantised_cross q = run.quantise({}, "base");
  model_saturations saturations;
  scan_machine machine(load_design_point("base", config_directory()));
  const std::vector<uint8_t> small(63, 0), bright(64, 17);
  CHECK_THROWS_AS(classify(q, small, machine, saturations), std::invalid_argument);
  CHECK_THROWS_AS(classify(q, bright, machine, saturations), std::invalid_argument);
  accuracy_request request;
  request.model = "digits-cross";
  request.point = load_design_point("base", config_directory());
  const auto refused = [&](const char* option, auto change) {
    accuracy_request asked = request;
    change(asked);
    CAPTURE(option);
    CHECK(test::refusal([&] { measure_accuracy(asked); }).find(option) != std::string::npos);
  };
  refused("--bytes", [](accuracy_request& r) { r.bytes = 100; });
  refused("--ablation", [](accuracy_request& r) { r.ablation = true; });
  refused("--pattern", [](accuracy_request& r) { r.format.pattern = nm_pattern{2, 4}; });
  refused("--state-pattern", [](accuracy_request& r) { r.format.state_pattern = nm_pattern{2, 4}; });
  refused("--no-hadamard", [](accuracy_request& r) { r.format.hadamard = false; });
}

}  // namespace
}  // namespace scansim
