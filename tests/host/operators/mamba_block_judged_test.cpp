// Whole layers are judged: a wrong weight, an operator or a scan that is off is noticed, and named.
#include <catch2/catch.hpp>
#include <cmath>

#include "host/accuracy/quantise_mamba.h"
#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_expectation.h"
#include "host/operators/operator_list.h"
#include "host/operators/quantised_call.h"
#include "host/operators/scan_errors.h"
#include "host/quantise/quantise.h"
#include "host/quantise/run_layer.h"
#include "models/configs/data_directory.h"
#include "models/ref/mamba_block_ref.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/host/operators/mamba_block_calls.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

TEST_CASE("mamba_block rungs notice a wrong weight", "[unit][ref][hls]") {
  const mamba_block_call good = bundled_call();
  REQUIRE(against_expected(good).agree);
  for (std::vector<float> mamba_block_call::*tensor :
       {&mamba_block_call::norm, &mamba_block_call::in_proj, &mamba_block_call::out_proj}) {
    mamba_block_call bad = good;
    std::vector<float>& w = bad.*tensor;
    const auto largest = std::max_element(w.begin(), w.end());
    *largest = -*largest;
    CHECK_FALSE(against_expected(bad).agree);
  }
  for (std::vector<float> mamba_branch_call::*tensor :
       {&mamba_branch_call::conv_weight, &mamba_branch_call::conv_bias, &mamba_branch_call::x_proj,
        &mamba_branch_call::dt_proj, &mamba_branch_call::dt_bias, &mamba_branch_call::d}) {
    mamba_block_call bad = good;
    std::vector<float>& w = bad.forward.*tensor;
    const auto largest =
        std::max_element(w.begin(), w.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
    *largest = -*largest;
    CHECK_FALSE(against_expected(bad).agree);
  }
  const quantised_mamba_block q = quantise_mamba_block(good, block_point(), "test");
  quantised_mamba_block bad = q;
  bad.layer.branches[0].conv.w(7, 3) = static_cast<int8_t>(~bad.layer.branches[0].conv.w(7, 3));
  CHECK_FALSE(same(run_mamba_block(q, block_point()), run_mamba_block(bad, block_point())));
}

TEST_CASE(
    "every operator inside a layer is held to its own bound, so that an error that all rungs share shows",
    "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) { r.length = 120, r.with_state = true; });
  const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
  const auto judge = [&](const layer_record& record) {
    return shares_of(record, q.layer, q.scales.layer, q.scales.frac_residual);
  };
  // What a machine with the error would have made, judged by the right one.
  const auto found = [&](const std::function<void(quantised_layer&)>& plant) {
    quantised_mamba_block bad = q;
    plant(bad.layer);
    std::string units;
    for (const unit_share& one : judge(run_mamba_block(bad, block_point()).record))
      if (one.share.beyond > 0) units += (units.empty() ? "" : " ") + one.unit;
    return units;
  };
  CHECK(found([](quantised_layer&) {}).empty());
  CHECK(found([](quantised_layer& bad) {  // a gain of 0.1 %
          for (int16_t& w : bad.norm.w) w = static_cast<int16_t>(std::lround(w * 1.001));
        }) == "norm");
  CHECK(found([](quantised_layer& bad) { bad.in_proj.linear.slab(70, 3) = 0; }) == "in_proj");
  CHECK(found([](quantised_layer& bad) {  // a tenth of a last place of u, before silu
          for (int64_t c = 0; c < bad.branches[0].conv.w.rows(); ++c) {
            const auto at = static_cast<size_t>(c);
            bad.branches[0].conv.bias[at] += 1 << std::max(0, bad.branches[0].conv.channel[at].align - 14);
          }
        }) == "conv1d");
  CHECK(found([](quantised_layer& bad) { bad.branches[0].x_proj.linear.slab(5, 1) += 1; }) == "x_proj");
  CHECK(found([](quantised_layer& bad) { bad.branches[0].dt_proj.linear.slab(47, 0) = 0; }) == "dt_proj");
  CHECK(found([](quantised_layer& bad) { bad.out_proj.slab(31, 47) += 1; }) == "out_proj");
  layer_record record = run_mamba_block(q, block_point()).record;
  for (int64_t t = 0; t < 120; ++t)
    if (t % 10 == 0) --record.outputs[0].out(3, t);  // a tenth of a last place
  const std::vector<unit_share> units = judge(record);
  CHECK_FALSE(all_kept(units));
  CHECK_THAT(text_of(units), Catch::Contains("hadamard: ") && Catch::Contains("feature 3, token"));
}

TEST_CASE("the scan of a layer is held to bounds and lines", "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) { r.length = 120; });
  const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
  const hls::widths widths = widths_of(block_point());
  std::vector<recorded_scan> scans = run_mamba_block(q, block_point()).scans;
  REQUIRE(scans.size() == 1);
  const layer_scan_errors right = errors_of(scans, widths);
  CHECK(right.bounds[0].kept());
  CHECK(right.bounds[0].y.judged > 48 * 100);
  CHECK(right.straight());
  std::vector<recorded_scan> off = scans;
  for (int32_t& y : off[0].y) y = static_cast<int32_t>(std::lround(y * 1.001));
  CHECK_FALSE(errors_of(off, widths).straight());
  off = scans;
  off[0].h_last[7] += 40;
  CHECK_FALSE(errors_of(off, widths).bounds[0].kept());
}

TEST_CASE("mamba_block bound is broken by a fault of one operator", "[unit][hls]") {
  const mamba_block_call call = bundled_call();
  operator_result result = operator_on_hls(call, block_point(), "test");
  REQUIRE_FALSE(find_violation_of_bound(result));
  mamba_block_call other = call;
  std::fill(other.forward.dt_bias.begin(), other.forward.dt_bias.end(), 0.0F);
  result.value = mamba_block_ref(other).y;
  const auto violation = find_violation_of_bound(result);
  REQUIRE(violation);
  CHECK(violation->count == result.value.size());
  CHECK(largest_of_bound(result) > 1);
}

// A layer whose arithmetic has found `result`.
class layer_with_result final : public quantised_call {
 public:
  explicit layer_with_result(operator_result result) : result_(std::move(result)) {}
  program compile(const compile_options&) const override { return {}; }

 protected:
  std::optional<operator_result> on_hls() const override { return result_; }
  hls::widths scan_widths() const override { return widths_of(block_point()); }

 private:
  operator_result result_;
};

TEST_CASE("mamba_block hls is judged scan by scan, on the integers that the layer gives them",
          "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) { r.bidirectional = true; });
  const operator_result right =
      mamba_block_on_hls(call, quantise_mamba_block(call, block_point(), "f", nullptr), block_point());
  REQUIRE(right.scans.size() == 2);
  const auto judged = [&](const operator_result& result) {
    const auto place = [](const std::string&, int64_t) { return std::string(); };
    return layer_with_result(result).judge(place, {}, {{"y", mamba_block_ref(call).y}});
  };
  const bound_verdict verdict = judged(right);
  CAPTURE(verdict.finding);
  CHECK(verdict.agree);
  REQUIRE((verdict.scan && verdict.h_last));
  CHECK(*verdict.scan > 0);
  CHECK(*verdict.scan < scan_mse_bar);
  CHECK(*verdict.h_last < scan_mse_bar);
  const scan_tensors inputs = dequantise(right.scans[1].scan);
  scan_terms terms;
  const scan_output want = selective_scan_ref(inputs, nullptr, &terms);
  const limited_scan limited = run_limited(inputs, right.scans[1].scan.scales);
  CHECK(relative_mse(limited.readout, terms.readout) < 1e-20);  // nothing saturates here
  CHECK(relative_mse(limited.h_last, want.h_last) < 1e-20);
  operator_result wrong = right;  // y as it was
  for (int32_t& h : wrong.scans[1].h_last) h = h * 33 / 32;
  const bound_verdict refused = judged(wrong);
  CAPTURE(refused.finding);
  CHECK_FALSE(refused.agree);
  CHECK_THAT(refused.finding, Catch::Matchers::Contains("of its scans alone"));
}

TEST_CASE("mamba_block hls refuses what the machine does not have, naming the file", "[unit][hls]") {
  const auto message = [](const mamba_block_call& call, const std::vector<std::string>& overrides) {
    const design_point point = load_design_point("base", config_directory(), overrides);
    return refusal([&] { operator_on_hls(call, point, "t.safetensors"); });
  };
  const mamba_block_call call = generated([](operator_request&) {});
  CHECK(message(call, {}).empty());
  CHECK(message(call, {"output_bits=8"}).find("t.safetensors: mamba_block: expected a design point of 16") ==
        0);
  const mamba_block_call odd = generated([](operator_request& r) { r.channels = 36; });
  CHECK(message(odd, {}).find("t.safetensors: A.shape: expected D = m 2^k") == 0);
  const mamba_block_call many = generated([](operator_request& r) { r.states = 65; });
  CHECK(message(many, {}).find("t.safetensors: A.shape: expected N <= ") == 0);
  for (const float scale : {1e-30F, 1e-12F, 1e12F, 1e20F, 1e30F}) {
    for (std::vector<float> mamba_block_call::*tensor :
         {&mamba_block_call::x, &mamba_block_call::norm, &mamba_block_call::in_proj,
          &mamba_block_call::out_proj}) {
      mamba_block_call far = call;
      for (float& value : far.*tensor) value *= scale;
      CAPTURE(scale);
      const std::string refused = message(far, {});  // its exception is the test's
      CHECK((refused.empty() || refused.find("t.safetensors: ") == 0));
    }
  }
}

}  // namespace scansim::test
