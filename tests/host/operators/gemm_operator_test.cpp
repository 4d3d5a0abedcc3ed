// gemm on hls against ref: within its bound for random shapes and every pattern, weights exact through
// storage, row lists as permutations; a wrong output is found.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "hls/gemm/nm_format.h"
#include "host/operators/operator_list.h"
#include "host/operators/quantised_gemm.h"
#include "tests/host/operators/operator_calls.h"
#include "traces/calls/call_option.h"

namespace scansim::test {
namespace {

operator_request random_gemm(std::mt19937_64& random) {
  operator_request r = small_request("gemm", random());
  r.rows = 1 + static_cast<int64_t>(random() % 40);
  r.inner = 1 + static_cast<int64_t>(random() % 300);
  r.columns = 1 + static_cast<int64_t>(random() % 30);
  static const char* const epilogues[] = {"none", "silu", "residual", "raw"};
  r.epilogue = epilogues[random() % 4];
  r.weight_format = weight_format_names()[random() % 2];
  r.with_bias = random() % 2 == 0;
  r.gather = random() % 2 == 0;
  r.scatter = random() % 2 == 0;
  return r;
}

std::vector<std::string> patterns() {
  std::vector<std::string> all = {"dense"};
  for (const int m : {4, 8, 16})
    for (int n = 1; n <= m; ++n) all.push_back(to_string(nm_pattern{n, m}));
  return all;
}

}  // namespace

TEST_CASE("gemm hls stays within its bound of ref for random shapes and every pattern", "[unit][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const std::string& pattern : patterns()) {
    for (int i = 0; i < 6; ++i) {
      operator_request r = random_gemm(random);
      r.pattern = pattern;
      CAPTURE(pattern, r.seed, r.rows, r.inner, r.columns, r.epilogue, r.weight_format, r.gather, r.scatter);
      const gemm_call call = small_gemm(r);
      const operator_result result = gemm_on_hls(call, quantise_gemm(call, i % 2 == 0 ? 16 : 8, "test"));
      REQUIRE_FALSE(find_violation_of_bound(result));
      if (r.epilogue == "raw") REQUIRE(result.value == result.limited);
      // What 8 and 4 bits cost at a fitting scale; a wrong scale costs more. A few outputs may all lie near
      // zero.
      if (result.y.size() < 64) continue;
      REQUIRE(relative_mse(result.want, operator_on_ref(call)) < (r.weight_format == "int8" ? 0.05 : 0.2));
      REQUIRE(relative_mse(result.value, result.want) < 0.2);
    }
  }
}

TEST_CASE("gemm hls weights come out of storage as they went in, W4 ones exactly", "[unit][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const std::string& pattern : patterns()) {
    operator_request r = random_gemm(random);
    r.pattern = pattern, r.gather = r.scatter = false;
    CAPTURE(pattern, r.seed, r.inner, r.columns, r.weight_format);
    const gemm_call call = small_gemm(r);
    const quantised_gemm q = quantise_gemm(call, 16, "test");
    const gemm_weights stored = expanded_weights(q.w, call.sparsity);
    const nm_pattern p = call.sparsity;
    for (int64_t row = 0, at = 0; row < call.columns; ++row) {
      std::vector<int8_t> back(static_cast<size_t>(call.inner + p.m), 0);
      const int64_t count = p.dense() ? call.inner : int64_t{stored.groups} * p.n;
      for (int64_t i = 0; i < count; ++i, ++at) {
        const int64_t k = p.dense() ? i : i / p.n * p.m + stored.positions[static_cast<size_t>(at)];
        back[static_cast<size_t>(k)] = stored.values[static_cast<size_t>(at)];
      }
      for (int64_t k = 0; k < call.inner; ++k) REQUIRE(back[static_cast<size_t>(k)] == q.w.w(row, k));
    }
  }
}

TEST_CASE("gemm hls runs W4 weights that the format holds without any error", "[unit][hls]") {
  operator_request r = small_request("gemm");
  r.inner = 256, r.weight_format = "w4g128", r.epilogue = "raw", r.with_bias = false;
  gemm_call call = small_gemm(r);
  std::mt19937 random(3);
  const int multipliers[] = {5, 16};  // of the two groups of every row
  for (size_t i = 0; i < call.w.size(); ++i) {
    const int group = static_cast<int>(i % 256 / 128);
    const int w4 = i % 128 == 0 ? -8 : static_cast<int>(random() % 16) - 8;
    call.w[i] = static_cast<float>(std::ldexp(w4 * multipliers[group], -9));
  }
  for (float& x : call.x) x = static_cast<float>(static_cast<int>(random() % 255) - 127) / 64;
  call.x[0] = -127.0F / 64;
  const operator_result result = gemm_on_hls(call, quantise_gemm(call, 16, "test"));
  CHECK(result.value == operator_on_ref(call));
}

TEST_CASE("gemm hls gather and scatter permute rows and change nothing else", "[unit][hls]") {
  operator_request r = small_request("gemm", 9);
  r.rows = 37;
  gemm_call plain = small_gemm(r);
  gemm_call listed = plain;
  listed.gather.resize(37), listed.scatter.resize(37);
  for (int64_t i = 0; i < 37; ++i) {
    listed.gather[static_cast<size_t>(i)] = (i * 5 + 3) % 37;
    listed.scatter[static_cast<size_t>(i)] = (i * 11 + 7) % 37;
  }
  const operator_result straight = gemm_on_hls(plain, quantise_gemm(plain, 16, "test"));
  const operator_result permuted = gemm_on_hls(listed, quantise_gemm(listed, 16, "test"));
  for (size_t i = 0; i < 37; ++i)
    for (size_t n = 0; n < 5; ++n)
      REQUIRE(permuted.y[static_cast<size_t>(listed.scatter[i]) * 5 + n] ==
              straight.y[static_cast<size_t>(listed.gather[i]) * 5 + n]);
  CHECK_FALSE(find_violation_of_bound(permuted));
}

TEST_CASE("gemm hls leaves rows of y that no entry names zero", "[unit][hls]") {
  operator_request r = small_request("gemm", 4);
  r.scatter = true, r.epilogue = "residual";
  const gemm_call call = small_gemm(r);
  const operator_result result = gemm_on_hls(call, quantise_gemm(call, 16, "test"));
  for (int64_t row = 0; row < call.y_rows; ++row) {
    if (std::count(call.scatter.begin(), call.scatter.end(), row) > 0) continue;
    for (int64_t n = 0; n < call.columns; ++n)
      REQUIRE(result.y[static_cast<size_t>(row * call.columns + n)] == 0);
  }
  CHECK_FALSE(find_violation_of_bound(result));
}

TEST_CASE("gemm hls output of one step off is beyond the bound", "[unit][hls]") {
  operator_request r = small_request("gemm");
  for (const char* epilogue : {"none", "residual", "raw"}) {
    r.epilogue = epilogue;
    const gemm_call call = small_gemm(r);
    operator_result result = gemm_on_hls(call, quantise_gemm(call, 16, "test"));
    REQUIRE_FALSE(find_violation_of_bound(result));
    const double step = r.epilogue == std::string("raw") ? 1e-9 : 2 * result.bound[17];
    result.value[17] += result.value[17] < result.limited[17] ? -step : step;
    const auto found = find_violation_of_bound(result);
    REQUIRE(found);
    CHECK(found->first == 17);
    CHECK(found->count == 1);
  }
}

TEST_CASE("gemm storage is values and the fewest index bits", "[unit][hls]") {
  operator_request r = small_request("gemm");
  r.inner = 256, r.columns = 64;
  const auto storage = [&](const char* pattern, const char* format) {
    r.pattern = pattern, r.weight_format = format;
    const gemm_call call = small_gemm(r);
    return storage_of_weights(call.columns, call.inner, call.sparsity, call.weight_bits);
  };
  CHECK(storage("dense", "int8").total() == 256 * 64);
  CHECK(storage("2:4", "int8").values == 128 * 64);
  CHECK(storage("2:4", "int8").index == 64 * 64 * 3 / 8);
  CHECK(storage("2:8", "int8").index == 32 * 64 * 5 / 8);
  CHECK(storage("2:4", "w4g128").total() == 64 * 64 + 64 * 64 * 3 / 8 + 2 * 64);
}

}  // namespace scansim::test
