// The error bound of each value of a scan: no right machine is beyond it, whatever the widths and the
// integers; a machine that leaves one term out of one sum is.
#include "host/operators/scan_bound.h"

#include <catch2/catch.hpp>

#include "host/quantise/scan_machine.h"
#include "host/quantise/trial_point.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/support/random_scans.h"

namespace scansim {

namespace {

struct integer_outputs {
  std::vector<int32_t> y, h_last;
};

integer_outputs on_machine(const quantised_scan& scan, const hls::widths& w) {
  design_point point = trial_point(w);
  point.output_bits = w.output_bits;
  const program_result result = scan_machine(point).run(scan);
  return {result.output("y"), result.output("h_last")};
}

scan_bounds judged(const quantised_scan& scan, const hls::widths& w, const integer_outputs& found) {
  const scan_output want = selective_scan_ref(dequantise(scan));
  const std::vector<double> y = dequantise(found.y, scan.scales.frac_y),
                            h_last = dequantise(found.h_last, scan.scales.frac_state);
  return bounds_of(scan, w, {y, h_last, want.y, want.h_last});
}

hls::widths random_widths(std::mt19937_64& random) {
  return {test::coin(random) ? 8 : 16, test::pick(random, 16, 32), test::coin(random) ? 8 : 16,
          8 << test::pick(random, 0, 3)};
}

}  // namespace

TEST_CASE("scan_bound hls no value of generated scans is beyond its bound at any width", "[property][hls]") {
  const uint64_t seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  uint64_t values = 0;
  double largest = 0;
  for (int i = 0; i < 150; ++i) {
    const hls::widths w = random_widths(random);
    const scan_tensors tensors = generate_scan(test::random_request(random, 16));
    const quantised_scan scan = quantise(tensors, calibrate(tensors, w));
    const scan_bounds found = judged(scan, w, on_machine(scan, w));
    CAPTURE(i, w.operand_bits, w.state_bits, w.output_bits, w.exp_segments, found.text());
    REQUIRE(found.kept());
    values += found.y.judged + found.h_last.judged;
    largest = std::max(largest, found.y.largest);
  }
  CHECK(values > 100'000);
  CHECK(largest > 0.7);  // a bound that no value comes near says nothing
}

TEST_CASE("scan_bound hls integers over the whole width are within their bounds or not judged",
          "[property][hls]") {
  const uint64_t seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 100; ++i) {
    const hls::widths w = random_widths(random);
    const quantised_scan scan = test::random_integers(test::random_request(random, 16), w, random);
    const scan_bounds found = judged(scan, w, on_machine(scan, w));
    CAPTURE(i, w.operand_bits, w.state_bits, w.output_bits, w.exp_segments, found.text());
    REQUIRE(found.kept());
  }
}

TEST_CASE("scan_bound hls one state left out of one readout is beyond the bound", "[property][hls]") {
  generate_request request;
  request.channels = 16, request.states = 16, request.length = 128, request.seed = 7;
  const hls::widths w{8, 16, 16, 64};
  const scan_tensors tensors = generate_scan(request);
  const quantised_scan right = quantise(tensors, calibrate(tensors, w));
  quantised_scan wrong = right;
  const size_t token = 100, state = 3;
  wrong.c[state * 128 + token] = 0;
  const scan_bounds found = judged(right, w, on_machine(wrong, w));
  INFO(found.text());
  CHECK(found.y.beyond >= 1);
  CHECK(found.y.beyond <= 16);  // that token, in whichever channels the state is not small
  CHECK(found.y.at % 128 == token);
  CHECK(found.h_last.beyond == 0);
}

}  // namespace scansim
