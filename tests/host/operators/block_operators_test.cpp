// conv1d, hadamard and rms_norm on hls against ref: within their bounds for random shapes and extreme values.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "host/operators/operator_list.h"
#include "host/operators/quantised_operators.h"
#include "models/configs/data_directory.h"
#include "tests/host/operators/operator_calls.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

const design_point& base() {
  static const design_point point = load_design_point("base", config_directory());
  return point;
}

void check_within_bound(const operator_call& call, double quantisation_bar) {
  const operator_result result = operator_on_hls(call, base(), "test");
  REQUIRE_FALSE(find_violation_of_bound(result));
  REQUIRE(result.y.size() == result.bound.size());
  if (result.y.size() < 64) return;  // a few outputs may all lie near zero
  REQUIRE(relative_mse(result.want, operator_on_ref(call)) < quantisation_bar);
  // Eight bits shared by rows of different ranges: only a wrong scale costs as much as this.
  REQUIRE(relative_mse(result.value, result.want) < 0.2);
}

}  // namespace

TEST_CASE("conv1d hls stays within its bound of ref for every width", "[unit][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    operator_request r = small_request("conv1d", random());
    r.width = 2 + i % 3, r.silu = i % 2 == 0, r.with_state = i % 4 < 2, r.with_bias = i % 5 != 0;
    r.channels = 1 + static_cast<int64_t>(random() % 20), r.length = 1 + static_cast<int64_t>(random() % 50);
    CAPTURE(r.seed, r.width, r.silu, r.with_state, r.channels, r.length);
    check_within_bound(generate_operator(r), 0.05);
  }
}

TEST_CASE("hadamard hls stays within its bound of ref for every order", "[unit][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const int64_t size : {1, 2, 64, 4096, 12, 192, 20, 640, 28, 1792, 40, 5120, 8192}) {
    operator_request r = small_request("hadamard", random());
    r.size = size, r.rows = 3;
    CAPTURE(r.seed, size);
    check_within_bound(generate_operator(r), 1e-6);
  }
}

TEST_CASE("rms_norm hls stays within its bound of ref for rows of every magnitude", "[unit][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const int64_t size : {1, 3, 64, 768, 4096}) {
    for (const float scale : {1e-4F, 1e-2F, 1.0F, 1e3F, 1e8F}) {
      operator_request r = small_request("rms_norm", random());
      r.size = size, r.rows = 9;
      rms_norm_call call = payload<rms_norm_call>(generate_operator(r));
      for (float& x : call.x) x *= scale;
      CAPTURE(r.seed, size, scale);
      check_within_bound(call, 1e-3);
    }
  }
}

TEST_CASE("embedding hls gives the rows of its table, bit for bit", "[unit][hls]") {
  operator_request r = small_request("embedding");
  r.rows = 30, r.size = 70, r.vocabulary = 11;
  const operator_call one = generate_operator(r);
  const auto& call = payload<embedding_call>(one);
  const quantised_embedding q = quantise_embedding(call);
  const operator_result result = operator_on_hls(one, base(), "test");
  CHECK_FALSE(find_violation_of_bound(result));
  for (int64_t t = 0; t < r.rows; ++t)
    for (int64_t i = 0; i < r.size; ++i)
      REQUIRE(result.y[static_cast<size_t>(t * r.size + i)] ==
              q.w[static_cast<size_t>(call.ids[static_cast<size_t>(t)] * r.size + i)]);
}

TEST_CASE("operators hls give zero for zero inputs", "[unit][hls]") {
  for (const std::string& name : call_names(unit_kinds())) {
    CAPTURE(name);
    operator_request r = small_request(name);
    r.with_bias = false;
    operator_call call = generate_operator(r);
    std::fill(call.x().begin(), call.x().end(), 0.0F);
    const operator_result result = operator_on_hls(call, base(), "test");
    CHECK_FALSE(find_violation_of_bound(result));
    CHECK(std::all_of(result.y.begin(), result.y.end(), [](int32_t y) { return y == 0; }));
  }
}

TEST_CASE("operators hls refuse ranges that no shift reaches, or stay within their bound", "[unit][hls]") {
  for (const std::string& name : call_names(unit_kinds())) {
    if (name == "mamba_block") continue;  // no bound holds where its values between operators vanish
    for (const float scale : {1e-30F, 1e-12F, 1e12F, 1e30F}) {
      CAPTURE(name, scale);
      operator_call call = generate_operator(small_request(name));
      for (float& x : call.x()) x *= scale;
      try {
        const operator_result result = operator_on_hls(call, base(), "test");  // its exception is the test's
        CHECK_FALSE(find_violation_of_bound(result));
      } catch (const input_error& error) {
        CHECK(std::string(error.what()).find("test: ") == 0);
      }
    }
  }
}

}  // namespace scansim::test
