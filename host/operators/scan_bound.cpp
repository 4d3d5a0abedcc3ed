#include "host/operators/scan_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hls/nonlin/pwl_bounds.h"
#include "host/operators/scan_tokens.h"
#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_shift_rules.h"

namespace scansim {

namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();
constexpr double log2e = 1.4426950408889634, ln2 = 0.6931471805599453;
constexpr double log2e_error = 5e-6;  // of a right machine's constant; not hls's, which is judged

double half_place(int frac) { return std::ldexp(0.5, -frac); }
// A rounding to fewer fraction bits, or none.
double rounding(int from, int to) { return from > to ? half_place(to) : 0.0; }

struct bounded {
  double value = 0, error = 0;
};

bounded product(const bounded& a, const bounded& b) {
  return {a.value * b.value, std::fabs(a.value) * b.error + std::fabs(b.value) * a.error + a.error * b.error};
}

// A signed format: near its end a machine may cut a value off.
struct format {
  double half, limit;  // half a last place; the largest value
  format(int bits, int frac)
      : half(half_place(frac)), limit(std::ldexp(1.0, bits - 1 - frac) - std::ldexp(1.0, -frac)) {}
  bounded held(bounded x) const {
    if (std::fabs(x.value) + x.error >= limit) x.error = unbounded;
    return x;
  }
  bounded rounded(bounded x) const {
    x.error += half;
    return held(x);
  }
};

// The formats of one call, and its values with their errors.
class bounded_scan {
 public:
  bounded_scan(const scan_tensors& t, const scan_scales& s, const hls::widths& w)
      : softplus_(t.options.delta_softplus),
        plain_drive_(t.options.plain_drive),
        linear_gate_(t.options.linear_gate),
        has_z_(!t.z.empty()),
        segments_(w.exp_segments),
        x_(hls::x_bits, step_frac(s, w, shift_form_of(t))),
        x_rounding_(of_step(t, s, step_frac(s, w, shift_form_of(t)))),
        dt2_half_(half_place(dt2_frac(s, w))),
        dt2_limit_(std::ldexp(1.0, hls::dt2_bits - dt2_frac(s, w))),
        e_half_(half_place(hls::exponent_lsb)),
        du_(w.du_bits(), s.frac_state + w.drive_guard() - s.frac_b),
        state_(w.state_bits, s.frac_state),
        // below the guard bits the kept part is cut off, not rounded
        guard_(w.state_guard() > 0 ? 2 * half_place(s.frac_state + w.state_guard()) : state_.half),
        skip_(w.acc_bits(), s.frac_c + s.frac_state),
        v_(hls::v_bits, s.frac_skip_v),
        z_rounding_(rounding(s.frac_z, hls::x_frac) / 4),  // the sigmoid's slope is at most 1 / 4
        gate_half_(half_place(gate_frac(s, true))),
        y_(w.output_bits, s.frac_y),
        y_half_(w.output_bits == 8 ? half_place(s.frac_y + output_quant_shift) : 0.0) {}

  bounded step(double x) const {
    const bounded sum = x_.held({x, x_rounding_});
    if (!softplus_) return {x, x < 0 ? unbounded : sum.error};  // a machine makes no negative step
    // The table's argument is up to x_rounding_ away, which moves its bound by less than 1 %; 8, from where
    // on dt = x, is no argument that a rounding crosses downwards.
    return {std::log1p(std::exp(x)), sum.error + 1.01 * hls::softplus_bound(std::clamp(x, -15.9, 15.9))};
  }
  bounded decay(const bounded& dt, double a) const {
    if (a >= 0) return {1, a > 0 ? unbounded : 0};  // nor a state that grows
    const double dt2 = log2e * dt.value, dt2_error = log2e * dt.error + log2e_error * dt2 + dt2_half_;
    const double e = -a * dt2, e_error = -a * dt2_error + e_half_, decay = std::exp2(-e);
    const double rate = ln2 * e_error;  // 2^e_error - 1 is less than rate + rate^2 up to 1.7
    if (rate > 1 || dt2 + dt2_error >= dt2_limit_) return {decay, unbounded};
    const double beyond = e + e_error > 16 ? 0x1p-15 : 0.0;
    return {decay,
            decay * rate * (1 + rate) + hls::decay_bound(std::fmin(e + e_error, 16.0), segments_) + beyond};
  }
  bounded driven(const bounded& dt, double u) const {
    return du_.rounded(plain_drive_ ? bounded{u, 0} : product(dt, {u, 0}));
  }
  bounded state(const bounded& kept, const bounded& drive) const {
    return state_.rounded({kept.value + drive.value, kept.error + drive.error + guard_});
  }
  bounded output(const bounded& sum, double skipped, double z) const {
    const bounded skip = skip_.rounded({skipped, 0});
    const bounded v = v_.rounded({sum.value + skip.value, sum.error + skip.error});
    bounded y = product(v, gate(z));
    y.error += y_half_;
    return y_.rounded(y);
  }

 private:
  bool softplus_, plain_drive_, linear_gate_, has_z_;
  int segments_;
  format x_;
  double x_rounding_, dt2_half_, dt2_limit_, e_half_;
  format du_, state_;
  double guard_;
  format skip_, v_;
  double z_rounding_, gate_half_;
  format y_;
  double y_half_;

  static double of_step(const scan_tensors& t, const scan_scales& s, int frac) {
    return rounding(s.frac_delta, frac) + (t.delta_bias.empty() ? 0.0 : rounding(s.frac_bias, frac));
  }
  bounded gate(double z) const {
    if (!has_z_) return {1, 0};
    if (linear_gate_) return {z, 0};
    return {z / (1 + std::exp(-z)), std::fabs(z) * (hls::sigmoid_bound + z_rounding_) + gate_half_};
  }
};

}  // namespace

scan_error_limits limits_of(const quantised_scan& scan, const hls::widths& widths,
                            const bounded_values* before) {
  const scan_tensors t = dequantise(scan);
  const bounded_scan machine(t, scan.scales, widths);
  const auto states = static_cast<size_t>(t.shape.states), length = static_cast<size_t>(t.shape.length);
  std::vector<bounded> h(static_cast<size_t>(t.shape.batch * t.shape.channels) * states);
  scan_error_limits result;
  result.y.values.resize(t.u.size()), result.y.errors.resize(t.u.size());
  for_each_token(t, [&](const scan_token& token) {
    bounded* row = h.data() + token.state;
    for (size_t n = 0; token.first && n < states; ++n) {
      const size_t at = token.state + n;
      if (before != nullptr) row[n] = {before->values[at], before->errors[at]};
      if (before == nullptr) row[n] = {t.h0.empty() ? 0.0 : t.h0[at], 0};
    }
    const bounded dt =
        machine.step(t.delta[token.at] + (t.delta_bias.empty() ? 0.0 : t.delta_bias[token.channel]));
    const bounded du = machine.driven(dt, t.u[token.at]);
    bounded sum;
    for (size_t n = 0; n < states; ++n) {
      const size_t at = token.vector + n * length;
      const bounded decay = machine.decay(dt, t.a[token.channel * states + n]);
      const bounded kept = product(decay, row[n]);
      row[n] = machine.state(kept, product(du, {t.b[at], 0}));
      const bounded read = t.options.tap_pre ? machine.state(kept, {}) : row[n];
      sum.value += t.c[at] * read.value;
      sum.error += std::fabs(t.c[at]) * read.error;
    }
    const double skip = t.d.empty() ? 0.0 : t.d[token.channel] * t.u[token.at];
    const bounded y = machine.output(sum, skip, t.z.empty() ? 0.0 : t.z[token.at]);
    result.y.values[token.at] = y.value, result.y.errors[token.at] = y.error;
  });
  for (const bounded& one : h) {
    result.h_last.values.push_back(one.value);
    result.h_last.errors.push_back(one.error);
  }
  return result;
}

scan_bounds bounds_of(const quantised_scan& scan, const hls::widths& widths, const scan_values& values) {
  const scan_error_limits limits = limits_of(scan, widths);
  scan_bounds result;
  for (size_t i = 0; i < limits.y.errors.size(); ++i)
    result.y.add(i, std::fabs(values.y[i] - values.want_y[i]), limits.y.errors[i]);
  for (size_t i = 0; i < limits.h_last.errors.size(); ++i)
    result.h_last.add(i, std::fabs(values.h_last[i] - values.want_h_last[i]), limits.h_last.errors[i]);
  return result;
}

std::string scan_bounds::text() const {
  const auto part = [](const char* name, const bound_share& share) {
    return share.beyond > 0
               ? fmt::format(
                     "{} of {} {} beyond what its roundings can make of it, most by {:.3g} times at index {}",
                     share.beyond, share.judged, name, share.largest, share.at)
               : fmt::format("every {} within {:.0f} % of its error bound", name, 100 * share.largest);
  };
  return h_last.judged > 0 ? part("y", y) + ", " + part("state", h_last) : part("y", y);
}

}  // namespace scansim
