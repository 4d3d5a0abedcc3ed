// The machine's arithmetic once more, element by element in the trace's own order, with 64-bit integers: no
// memory image, no tiles, no vector code. Only the leaf functions are shared with the machine.
#pragma once
#include "hls/nonlin/exp_pwl.h"
#include "hls/scan/delta_softplus.h"
#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "host/quantise/make_shifts.h"

namespace scansim::test {

struct naive_result {
  std::vector<int32_t> y, h_last;
  hls::saturation_counts saturations;
};

inline int64_t naive_state(const hls::delta_result& step, int64_t a, int64_t b, int64_t h,
                           const hls::scan_shifts& shifts, const hls::widths& w,
                           hls::saturation_counts& sat) {
  const int64_t rate = (a < 0 ? -a : 0) << w.rate_shift(shifts.align_a);
  const int shift = w.exponent_frac() - hls::exponent_lsb;  // rounded up
  const int64_t wide = (int64_t{step.dt2} * rate + (int64_t{1} << shift) - 1) >> shift;
  const int64_t decay =
      wide > (1 << hls::exponent_bits)
          ? 0
          : hls::exp_pwl(static_cast<uint32_t>(wide), hls::exp_pwl_table(w.exp_segments), w.exp_index_bits());
  const int guard = w.state_guard();
  // Below the guard the product is cut off; without a guard it is rounded.
  const int64_t kept =
      guard > 0 ? (decay * h) >> (hls::exp_frac - guard) : hls::round_shift(decay * h, hls::exp_frac);
  const int64_t left = w.drive_guard() < 0 ? -w.drive_guard() : 0;
  const int64_t next = hls::round_shift(kept + ((int64_t{step.du} * b) << left), guard);
  const int64_t state = hls::clamp_signed(next, w.state_bits);
  sat.state += state != next;
  return state;
}

inline naive_result naive_scan(const quantised_scan& q, const hls::widths& w) {
  const scan_shape& s = q.shape;
  const bool has_z = !q.z.empty();
  const hls::scan_shifts shifts = make_shifts(q.scales, w, shift_form_of(q));
  naive_result r;
  r.y.resize(static_cast<size_t>(s.batch * s.channels * s.length));
  r.h_last.resize(static_cast<size_t>(s.batch * s.channels * s.states));
  for (int64_t row = 0; row < s.batch * s.channels; ++row) {
    const int64_t batch = row / s.channels, channel = row % s.channels;
    const int64_t group = channel / (s.channels / s.groups);
    std::vector<int64_t> h(static_cast<size_t>(s.states), 0);
    for (int64_t n = 0; n < s.states && !q.h0.empty(); ++n) h[n] = q.h0[row * s.states + n];
    for (int64_t i = 0; i < s.length; ++i) {
      const int64_t t = q.options.reverse ? s.length - 1 - i : i;
      const int64_t at = row * s.length + t;
      const hls::delta_result d = hls::delta_softplus(
          q.delta[at], q.u[at], q.delta_bias.empty() ? 0 : q.delta_bias[channel],
          q.d.empty() ? 0 : q.d[channel], q.options.delta_softplus, shifts, w, r.saturations);
      int64_t acc = 0;
      for (int64_t n = 0; n < s.states; ++n) {
        const int64_t bc = ((batch * s.groups + group) * s.states + n) * s.length + t;
        h[n] = naive_state(d, q.a[channel * s.states + n], q.b[bc], h[n], shifts, w, r.saturations);
        acc += int64_t{q.c[bc]} * h[n];
      }
      int32_t y =
          hls::gate_silu(acc, d.skip, has_z ? q.z[at] : 0, hls::gate_of(has_z), shifts, w, r.saturations);
      if (w.output_bits == 8) y = hls::quantise_shift(y, shifts.quant, r.saturations);
      r.y[at] = y;
    }
    for (int64_t n = 0; n < s.states; ++n) r.h_last[row * s.states + n] = static_cast<int32_t>(h[n]);
  }
  return r;
}

}  // namespace scansim::test
