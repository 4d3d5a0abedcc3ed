// A quiet layer: the skip is nearly all of y, and the scan adds less than the published tolerance. What it
// adds is judged all the same; a check that cannot see it says so.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_machine.h"
#include "host/run/load_case.h"
#include "host/run/reference.h"
#include "host/run/run.h"
#include "models/ref/scan_fault.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/selective_scan.h"
#include "traces/generate.h"
#include "traces/trace.h"

namespace scansim {
namespace {

using Catch::Matchers::Contains;

scan_tensors quiet_layer() {
  generate_request request;
  request.channels = 24, request.states = 8, request.length = 40;
  request.seed = 5;
  scan_tensors scan = generate_scan(request);
  for (float& u : scan.u) u *= 0.05F;
  for (float& b : scan.b) b *= 0.002F;
  for (float& delta : scan.delta) delta -= 1;
  const scan_output right = selective_scan_ref(scan);
  scan.expect_y.assign(right.y.begin(), right.y.end());
  return scan;
}

trace trace_of(scan_tensors scan, std::optional<expect_tolerance> tolerance = {}) {
  auto one = std::make_shared<selective_scan_call>();
  one->scan = std::move(scan);
  trace given;
  given.path = "quiet.safetensors";
  given.sha256 = std::string(64, '0');
  given.call_ = std::move(one);
  given.tolerance = tolerance;
  given.own_tolerance = tolerance.has_value();
  return given;
}

design_point tiny() { return load_design({"tiny", {}}); }

expect_verdict judged(const trace& given) { return run_reference(*make_case(given, tiny())).verdict; }

run_result run_quiet(const scan_tensors& scan, const std::vector<std::string>& rungs) {
  run_request request;
  request.trace_path = "quiet.safetensors";
  request.design.config = "tiny";
  request.rungs = rungs;
  run_observer silent;
  return run(request, silent, rung_list(),
             [&](const std::string&, const design_point& point) { return make_case(trace_of(scan), point); });
}

}  // namespace

TEST_CASE("ref disagrees with a recording whose scan is another one, however small the scan", "[run][ref]") {
  const scan_tensors right = quiet_layer();
  const expect_verdict agrees = judged(trace_of(right));
  CHECK(agrees.agree);
  CHECK(agrees.blind_to.empty());
  CHECK(*agrees.scan < 1e-6);
  for (const scan_fault fault : scan_faults) {
    scan_tensors wrong = right;
    plant(fault, wrong);
    const expect_verdict verdict = judged(trace_of(wrong));
    CAPTURE(text_of(fault, true), verdict.finding);
    CHECK_FALSE(verdict.agree);
    CHECK_THAT(verdict.finding, Contains("every element within") && Contains("what the scan adds"));
  }
  scan_tensors decaying = right;
  for (float& a : decaying.a) a *= 8;
  CHECK_FALSE(judged(trace_of(decaying)).agree);
}

TEST_CASE("ref disagrees with a recorded last state that only the tolerance allows", "[run][ref]") {
  scan_tensors scan = quiet_layer();
  const scan_output right = selective_scan_ref(scan);
  scan.expect_h_last.assign(right.h_last.begin(), right.h_last.end());
  CHECK(judged(trace_of(scan)).agree);
  for (float& h : scan.expect_h_last) h *= 1.02F;
  const expect_verdict verdict = judged(trace_of(scan));
  CHECK_FALSE(verdict.agree);
  CHECK_THAT(verdict.finding, Contains("h_last: every element within"));
}

TEST_CASE("ref held to the tolerance of the trace says so, and what that cannot see", "[run][ref]") {
  scan_tensors wrong = quiet_layer();
  plant(scan_fault::deleted, wrong);
  const expect_verdict verdict = judged(trace_of(wrong, expect_tolerance{1e-2, 1e-2}));
  CHECK(verdict.agree);
  CHECK_THAT(verdict.finding, Contains("expect_tolerance"));
  CHECK(verdict.blind_to.size() == 3);
}

TEST_CASE("ref of a half-precision recording is given its rounding and no more", "[run][ref]") {
  scan_tensors scan = quiet_layer();
  for (float& y : scan.expect_y) {  // as bf16 keeps it
    int exponent = 0;
    const float fraction = std::frexp(y, &exponent);
    y = std::ldexp(std::nearbyint(fraction * 256) / 256, exponent);
  }
  const auto given = [](const scan_tensors& tensors) {
    trace one = trace_of(tensors);
    one.recorded_as = tensor_dtype::bf16;
    one.tolerance = published_tolerance(one.recorded_as);
    return one;
  };
  const expect_verdict verdict = judged(given(scan));
  CHECK(verdict.agree);
}

TEST_CASE("hls without its scan disagrees with ref, however large the skip", "[run][hls]") {
  scan_tensors scan = quiet_layer();
  const design_point point = tiny();
  const auto one = make_case(trace_of(scan), point);
  const auto reference = one->ref();
  const scan_scales scales = calibrate(scan, widths_of(point));
  const auto outputs_of = [&](const scan_tensors& tensors) {
    return scan_machine(point).run(quantise(tensors, scales)).outputs;
  };
  const bound_verdict right = one->judge(outputs_of(scan), reference);
  CAPTURE(right.finding);
  CHECK(right.agree);
  CHECK(right.blind_to.empty());
  CHECK(*right.scan < 1e-4);
  plant(scan_fault::deleted, scan);
  const bound_verdict wrong = one->judge(outputs_of(scan), reference);
  CAPTURE(wrong.finding);
  CHECK(*wrong.hls_vs_ref < 5e-5);  // all that y says
  CHECK_FALSE(wrong.agree);
  CHECK_THAT(wrong.finding, Contains("of what the scan adds"));
}

TEST_CASE("hls without the states of ref disagrees by h_last", "[run][hls]") {
  const scan_tensors scan = quiet_layer();
  const design_point point = tiny();
  const auto one = make_case(trace_of(scan), point);
  auto outputs = scan_machine(point).run(quantise(scan, calibrate(scan, widths_of(point)))).outputs;
  for (int32_t& h : outputs[1].values) h = h * 33 / 32;
  const bound_verdict verdict = one->judge(outputs, one->ref());
  CHECK_FALSE(verdict.agree);
  CHECK(verdict.finding.starts_with("beyond its bar: h_last; "));
}

TEST_CASE("hls whose states have too few fraction bits is said to be coarse, not wrong", "[run][hls]") {
  const scan_tensors scan = quiet_layer();
  const design_point point = tiny();
  trace coarse = trace_of(scan);
  auto scales = std::make_shared<selective_scan_scales>();
  scales->scan = calibrate(scan, widths_of(point));
  scales->scan.frac_state -= 6;
  scales->scan.frac_skip_v =
      std::min(scales->scan.frac_skip_v, scales->scan.frac_c + scales->scan.frac_state);
  coarse.scales = {scales};
  const auto one = make_case(coarse, point);
  const auto outputs = scan_machine(point).run(quantise(scan, scales->scan)).outputs;
  const bound_verdict verdict = one->judge(outputs, one->ref());
  CAPTURE(verdict.finding);
  CHECK_FALSE(verdict.agree);
  CHECK(verdict.y_bound->beyond == 0);
  CHECK_THAT(verdict.finding, Contains("too coarse for this call; "));
}

TEST_CASE("hls whose steps the machine cuts off is not said to round", "[run][hls]") {
  generate_request request;
  request.channels = 4, request.states = 8, request.length = 32, request.seed = 3;
  scan_tensors scan = generate_scan(request);
  for (size_t i = 0; i < scan.delta.size(); i += 16) scan.delta[i] = 40;
  const design_point point = tiny();
  const auto one = make_case(trace_of(scan), point);
  const auto outputs = scan_machine(point).run(quantise(scan, calibrate(scan, widths_of(point)))).outputs;
  const bound_verdict verdict = one->judge(outputs, one->ref());
  CAPTURE(verdict.finding);
  CHECK_FALSE(verdict.agree);
  CHECK_THAT(verdict.finding, !Contains("rounding"));
}

// What hls, systemc and rtl may have wrong alike: nobody but ref can say.
TEST_CASE("hls off by a gain of 0.1 %, an offset of 0.1 last places or one value disagrees with ref",
          "[run][hls]") {
  generate_request request;
  request.channels = 64, request.states = 16, request.length = 256, request.seed = 3;
  const scan_tensors scan = generate_scan(request);
  const design_point point = tiny();
  const auto one = make_case(trace_of(scan), point);
  const auto reference = one->ref();
  const auto right = scan_machine(point).run(quantise(scan, calibrate(scan, widths_of(point)))).outputs;
  const auto verdict_of = [&](auto change) {
    auto outputs = right;
    change(outputs[0].values, outputs[1].values);
    return one->judge(outputs, reference);
  };
  using integers = std::vector<int32_t>;
  const auto times = [](double gain) {
    return [gain](integers& y, integers&) {
      for (int32_t& value : y) value = static_cast<int32_t>(std::lround(value * gain));
    };
  };
  const auto offset = [](int step) {
    return [step](integers& y, integers&) {
      for (size_t i = 0; i < y.size(); i += 10) y[i] += step;
    };
  };
  const bound_verdict found = verdict_of([](integers&, integers&) {});
  CAPTURE(found.finding);
  CHECK(found.agree);
  CHECK_FALSE(verdict_of(times(1.001)).agree);
  CHECK_FALSE(verdict_of(times(0.999)).agree);
  CHECK_FALSE(verdict_of(offset(1)).agree);
  CHECK_FALSE(verdict_of(offset(-1)).agree);
  const auto smallest = [&](const integers& values) {
    const auto less = [](int32_t a, int32_t b) { return std::abs(a) < std::abs(b); };
    return std::min_element(values.begin(), values.end(), less) - values.begin();
  };
  const bound_verdict value = verdict_of([&](integers& y, integers&) { y[smallest(y)] += 4; });
  CHECK_FALSE(value.agree);
  CHECK(value.y_bound->beyond == 1);
  const bound_verdict state = verdict_of([&](integers&, integers& h) { h[smallest(h)] += 4096; });
  CHECK_FALSE(state.agree);
  CHECK(state.h_last_bound->beyond == 1);
}

TEST_CASE("a call in which a fault changes nothing is a blind check by name", "[run][ref]") {
  scan_tensors scan = quiet_layer();
  scan.b = scan.c;
  scan.expect_y.clear();
  const run_result result = run_quiet(scan, {"ref", "hls"});
  CHECK(result.agree());
  for (const run_warning& one : result.warnings) UNSCOPED_INFO(one.text);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].kind == "blind check");
  CHECK_THAT(result.warnings[0].text, Contains("swapped B and C"));
}

TEST_CASE("quantisation that loses y is a warning beside the verdict", "[run][hls]") {
  scan_tensors scan = quiet_layer();
  scan.expect_y.clear();
  CHECK(run_quiet(scan, {"ref", "hls"}).warnings.empty());
  scan.z[7] = 5000;  // saturates at 2032
  const run_result result = run_quiet(scan, {"ref", "hls"});
  CHECK(result.agree());
  REQUIRE(!result.warnings.empty());
  CHECK(result.warnings[0].kind == "quantisation");
  CHECK(*result.lost_relative_mse > 0.1);
}

TEST_CASE("steps that the machine cuts off are named with their count", "[run][hls]") {
  scan_tensors scan = quiet_layer();
  scan.expect_y.clear();
  scan.delta[3] = 40, scan.delta[11] = 60;
  const run_result result = run_quiet(scan, {"ref", "hls"});
  CHECK_FALSE(result.agree());
  CHECK(result.limits.at("steps beyond 16") == 2);
  CHECK_THAT(result.rungs[1].finding, Contains("the machine cuts off steps beyond 16 (2)"));
  std::fill(scan.delta.begin(), scan.delta.end(), -100.0F);  // no step at all; the machine's is 1e-7
  const run_result none = run_quiet(scan, {"ref", "hls"});
  CHECK_FALSE(none.agree());
  CHECK(none.limits.at("steps below -16 in front of the softplus") == scan.delta.size());
  CHECK_THAT(none.rungs[1].finding, Contains("steps below -16"));
  scan.options.delta_softplus = false;
  scan.delta_bias.clear();
  std::fill(scan.delta.begin(), scan.delta.end(), 0.01F);
  scan.delta[5] = -0.01F;
  CHECK(run_quiet(scan, {"hls"}).limits.at("negative steps") == 1);
}

}  // namespace scansim
