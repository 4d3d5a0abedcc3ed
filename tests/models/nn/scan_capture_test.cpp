// Captured scan calls: complete, consistent with the model, and valid as traces.
#include "models/nn/scan_capture.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <string>

#include "models/nn/scan_float.h"
#include "tests/support/places.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

const std::string model_path = test::source_dir() + "/models/nn/byte-mamba.safetensors";
const std::string spoken = "And it came to pass in those days, that he said unto them, Go ye into the city.";

std::vector<int32_t> ids(const std::string& s) { return {s.begin(), s.end()}; }
const std::vector<int32_t> text_ids = ids(spoken);
const std::span<const int32_t> text_tokens = text_ids;

// Largest difference between token `skip + t` of `whole` and token t of `part`, rows of `rows_of` per tensor.
float largest_difference(const std::vector<float>& whole, const std::vector<float>& part,
                         int64_t whole_length, int64_t part_length) {
  const int64_t rows = static_cast<int64_t>(part.size()) / part_length;
  REQUIRE(static_cast<int64_t>(whole.size()) == rows * whole_length);
  float largest = 0;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t t = 0; t < part_length; ++t) {
      const float a = whole[static_cast<size_t>(row * whole_length + whole_length - part_length + t)];
      largest = std::max(largest, std::abs(a - part[static_cast<size_t>(row * part_length + t)]));
    }
  }
  return largest;
}

TEST_CASE("scan_capture nn prefill is a complete and valid scan call of the layer", "[property][nn]") {
  const mamba_model model = mamba_model::load(model_path);
  for (int64_t layer = 0; layer < model.config().n_layers; ++layer) {
    scan_tensors call = capture_scan(model, text_tokens, layer);
    CAPTURE(layer);
    CHECK(call.shape.batch == 1);
    CHECK(call.shape.groups == 1);
    CHECK(call.shape.channels == model.config().d_inner);
    CHECK(call.shape.states == model.config().d_state);
    CHECK(call.shape.length == static_cast<int64_t>(spoken.size()));
    CHECK(call.options.delta_softplus);
    CHECK_FALSE(call.options.decode);
    CHECK(call.h0.empty());
    REQUIRE_NOTHROW(check_scan_tensors(call, "capture"));
    for (const float a : call.a) REQUIRE(a < 0);
    const std::vector<float> y = call.expect_y, h = call.expect_h_last;
    scan_float(call);
    CHECK(call.expect_y == y);
    CHECK(call.expect_h_last == h);
  }
}

TEST_CASE("scan_capture nn continuation equals the tail of the whole prefill", "[property][nn]") {
  const mamba_model model = mamba_model::load(model_path);
  const int64_t layer = model.config().n_layers - 1;
  const int64_t prefix = 50, whole_length = static_cast<int64_t>(spoken.size()),
                steps = whole_length - prefix;
  const scan_tensors whole = capture_scan(model, text_tokens, layer);
  const scan_tensors before = capture_scan(model, text_tokens.first(prefix), layer);
  const scan_tensors part =
      capture_continuation(model, text_tokens.first(prefix), text_tokens.subspan(prefix), layer);
  CHECK(part.options.decode);
  CHECK(part.shape.length == steps);
  CHECK(largest_difference(whole.u, part.u, whole_length, steps) < 1e-4F);
  CHECK(largest_difference(whole.delta, part.delta, whole_length, steps) < 1e-4F);
  CHECK(largest_difference(whole.b, part.b, whole_length, steps) < 1e-4F);
  CHECK(largest_difference(whole.expect_y, part.expect_y, whole_length, steps) < 1e-3F);
  CHECK(largest_difference(whole.expect_h_last, part.expect_h_last, 1, 1) < 1e-3F);
  CHECK(largest_difference(before.expect_h_last, part.h0, 1, 1) == 0.0F);
}

TEST_CASE("scan_capture nn decode runs the tokens that the model writes itself", "[property][nn]") {
  const mamba_model model = mamba_model::load(model_path);
  std::string written = spoken;
  for (int i = 0; i < 6; ++i) {
    Eigen::Index best = 0;
    model.forward(ids(written)).bottomRows(1).row(0).maxCoeff(&best);
    written.push_back(static_cast<char>(best));
  }
  const scan_tensors decode = capture_decode(model, text_tokens, 6, 1);
  const scan_tensors given = capture_continuation(model, text_tokens, ids(written.substr(spoken.size())), 1);
  CHECK(decode.options.decode);
  CHECK(decode.shape.length == 6);
  CHECK(decode.h0 == given.h0);
  CHECK(decode.u == given.u);
  CHECK(decode.expect_y == given.expect_y);
  REQUIRE_NOTHROW(check_scan_tensors(decode, "capture"));
}

TEST_CASE("scan_capture nn calls survive the trace file unchanged", "[format][nn]") {
  const mamba_model model = mamba_model::load(model_path);
  const scan_tensors call = capture_decode(model, text_tokens, 3, 0);
  const std::string path = test::build_dir() + "/scan_capture_test.safetensors";
  write_scan_trace(path, call, {{"model", "byte-mamba"}});
  const scan_trace loaded = load_scan_trace(path);
  std::filesystem::remove(path);
  CHECK(loaded.tensors.u == call.u);
  CHECK(loaded.tensors.h0 == call.h0);
  CHECK(loaded.tensors.expect_y == call.expect_y);
  CHECK(loaded.tensors.options.decode);
}

TEST_CASE("scan_capture nn refuses layers outside the model and empty texts", "[negative][nn]") {
  const mamba_model model = mamba_model::load(model_path);
  CHECK_THROWS_AS(capture_scan(model, text_tokens, -1), std::invalid_argument);
  CHECK_THROWS_AS(capture_scan(model, text_tokens, model.config().n_layers), std::invalid_argument);
  CHECK_THROWS_AS(capture_scan(model, {}, 0), std::invalid_argument);
  CHECK_THROWS_AS(capture_decode(model, text_tokens, 0, 0), std::invalid_argument);
  CHECK_THROWS_AS(capture_decode(model, {}, 1, 0), std::invalid_argument);
  CHECK_THROWS_AS(capture_continuation(model, text_tokens, {}, 0), std::invalid_argument);
}

}  // namespace
}  // namespace scansim
