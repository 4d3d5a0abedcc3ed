// The captured traces of traces/: they load, have the documented shape and origin, and ref agrees with what
// the float model recorded.
#include <catch2/catch.hpp>
#include <string>

#include "models/ref/compare_to_expect.h"
#include "models/ref/relative_mse.h"
#include "models/ref/scan_sets_ref.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/support/places.h"
#include "traces/scan_trace.h"
#include "traces/sha256.h"
#include "traces/trace.h"

using namespace scansim;

namespace {

struct bundled_trace {
  const char* name;
  int64_t layer, length;
  bool decode;
};

const bundled_trace bundled[] = {{"byte-mamba-early-prefill", 0, 512, false},
                                 {"byte-mamba-late-prefill", 2, 512, false},
                                 {"byte-mamba-decode", 1, 96, true}};

const std::string root = test::source_dir() + "/";

scan_trace load(const bundled_trace& which) {
  return load_scan_trace(root + "traces/" + which.name + ".safetensors");
}

}  // namespace

TEST_CASE("bundled traces have the documented shape and origin", "[bundled][traces]") {
  const std::string model_sha256 = sha256_of_file(root + "models/nn/byte-mamba.safetensors");
  for (const bundled_trace& which : bundled) {
    INFO(which.name);
    const scan_trace trace = load(which);
    const scan_shape& shape = trace.tensors.shape;
    CHECK((shape.batch == 1 && shape.channels == 256 && shape.states == 16 && shape.groups == 1));
    CHECK(shape.length == which.length);
    CHECK(trace.tensors.options.decode == which.decode);
    CHECK(trace.tensors.options.delta_softplus);
    CHECK(trace.tensors.h0.empty() != which.decode);
    CHECK(trace.provenance.at("kind") == "captured");
    CHECK(trace.provenance.at("layer") == which.layer);
    CHECK(trace.provenance.at("model_sha256") ==
          model_sha256);  // fails when the model changed: capture again
  }
}

TEST_CASE("bundled traces agree with ref", "[bundled][ref]") {
  for (const bundled_trace& which : bundled) {
    INFO(which.name);
    const scan_trace trace = load(which);
    const expect_comparison comparison = compare_to_expect(selective_scan_ref(trace.tensors), trace.tensors,
                                                           trace.tolerance.value_or(expect_tolerance{}));
    CHECK((comparison.y.present && comparison.h_last.present));
    CHECK(comparison.agree());
    CHECK(comparison.y.relative_mse < 1e-10);  // both are the same float tensors; only rounding differs
    CHECK(comparison.h_last.relative_mse < 1e-10);
  }
}

TEST_CASE("bundled traces of digits-cross are four scans of one picture that agree with ref",
          "[bundled][ref]") {
  const trace given = load_trace(root + "traces/digits-cross-scans.safetensors");
  CHECK(given.provenance.at("kind") == "captured");
  CHECK(given.provenance.at("layer") == 2);
  CHECK(given.provenance.at("test_image") == 7);
  CHECK(given.provenance.at("model_sha256") == sha256_of_file(root + "models/nn/digits-cross.safetensors"));
  const auto& call = payload<scan_sets_call>(*given.call_);
  CHECK((call.channels == 128 && call.height == 8 && call.width == 8 && call.sets.size() == 4));
  CHECK(call.sets[3].states == 1);
  const scan_sets_output out = scan_sets_ref(call);
  CHECK(relative_mse(out.y, {call.expect_y.begin(), call.expect_y.end()}) < 1e-10);
  for (size_t k = 0; k < 4; ++k) {
    const std::vector<float>& recorded = call.sets[k].expect_h_last;
    CHECK(relative_mse(out.h_last[k], {recorded.begin(), recorded.end()}) < 1e-10);
  }
}
