// What a constant step makes of a state that nothing drives: its rate, over many tokens, against dt * A. Of
// the machine's arithmetic alone: dt and A are what their integers stand for. A state of 32 bits, so that its
// own rounding is no part of the answer; 8-bit and 16-bit operands, with and without softplus.
#include <catch2/catch.hpp>
#include <cmath>

#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_machine.h"
#include "host/quantise/trial_point.h"

namespace scansim {

namespace {

// One channel of two states under the largest and the smallest rate.
scan_tensors held_step(double step, bool softplus, double largest_rate, double smallest_rate) {
  scan_tensors t;
  t.shape = {.batch = 1, .channels = 1, .states = 2, .groups = 1, .length = 64};
  t.options.delta_softplus = softplus;
  const auto length = static_cast<size_t>(t.shape.length);
  t.u.assign(length, 0.0F);
  t.delta.assign(length, static_cast<float>(softplus ? std::log(std::expm1(step)) : step));
  t.a = {static_cast<float>(-largest_rate), static_cast<float>(-smallest_rate)};
  t.b.assign(2 * length, 1.0F), t.c.assign(2 * length, 1.0F);
  t.h0 = {1.0F, 1.0F};
  return t;
}

// The largest relative error of the rates that are slow enough to leave something of the state.
double rate_error(const scan_tensors& given, int operand_bits) {
  const hls::widths widths{operand_bits, 32, 16, 64};
  const quantised_scan scan = quantise(given, calibrate(given, widths));
  const scan_tensors held = dequantise(scan);
  const double dt = given.options.delta_softplus ? std::log1p(std::exp(held.delta[0])) : held.delta[0];
  const program_result result = scan_machine(trial_point(widths)).run(scan);
  double worst = 0;
  for (size_t n = 0; n < 2; ++n) {
    const double want = -dt * held.a[n];
    if (want * double(given.shape.length) > 8) continue;
    const double left = std::ldexp(result.output("h_last")[n], -scan.scales.frac_state) / held.h0[n];
    worst = std::max(worst, std::fabs(-std::log(left) / double(given.shape.length) / want - 1));
  }
  return worst;
}

}  // namespace

TEST_CASE("selective_scan hls a constant step of 1e-3 to 1e-1 decays within 0.5 % of its rate",
          "[trace][hls]") {
  const auto operand_bits = GENERATE(8, 16);
  const auto softplus = GENERATE(false, true);
  const auto largest_rate = GENERATE(0.7, 1.0, 4.0, 16.0, 64.0);
  for (double step = 1e-3; step < 0.1001; step *= std::pow(10.0, 0.125)) {
    const double error =
        rate_error(held_step(step, softplus, largest_rate, std::min(1.0, largest_rate)), operand_bits);
    CAPTURE(operand_bits, softplus, largest_rate, step);
    CHECK(error < 5e-3);
  }
}

}  // namespace scansim
