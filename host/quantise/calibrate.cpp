#include "host/quantise/calibrate.h"

#include <algorithm>
#include <cmath>

#include "host/quantise/clip_state.h"
#include "host/quantise/decay_fit.h"
#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_shift_rules.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr double clip_fraction = 0.0005;  // 1 - 99.95 %
constexpr double dt_limit = 16.0;         // where x saturates

struct value_range {
  double low = 0, high = 0;
  double magnitude() const { return std::max(-low, high); }
};

value_range range_of(const std::vector<float>& values) {
  value_range r;
  for (const float x : values) {
    r.low = std::min<double>(r.low, x);
    r.high = std::max<double>(r.high, x);
  }
  return r;
}

// The largest f with round(high 2^f) <= 2^(bits-1) - 1 and round(low 2^f) >= -2^(bits-1), at most
// largest_frac.
int fit_frac(const value_range& r, int bits) {
  const double top = std::ldexp(1.0, bits - 1);
  int frac = largest_frac;
  if (!std::isfinite(r.magnitude())) {
    throw input_error("trace", "u, delta, A, B, C, D", "a scan of finite values",
                      "an infinite state or output (are steps negative, without delta_softplus?)");
  }
  if (r.magnitude() > 0) frac = std::min(frac, bits - std::ilogb(r.magnitude()));
  while (r.high * std::ldexp(1.0, frac) >= top - 0.5 || r.low * std::ldexp(1.0, frac) < -top - 0.5) --frac;
  return frac;
}

int fit_magnitude(double magnitude, int bits) { return fit_frac({-magnitude, magnitude}, bits); }

// An unused or all-zero tensor has no say in the scales: 0 fraction bits.
int fit_tensor(const std::vector<float>& values, int bits) {
  const value_range r = range_of(values);
  return r.magnitude() == 0 ? 0 : fit_frac(r, bits);
}

double squared_error(const std::vector<float>& values, int frac, int bits) {
  const double scale = std::ldexp(1.0, frac);
  const double high = std::ldexp(1.0, bits - 1) - 1;
  double sum = 0;
  for (const float x : values) {
    const double kept = std::clamp(std::floor(x * scale + 0.5), -high - 1, high) / scale;
    sum += (kept - x) * (kept - x);
  }
  return sum;
}

int fit_clipped(const std::vector<float>& values, int bits) {
  const int safe = fit_tensor(values, bits);
  if (bits > 8 || values.empty()) return safe;
  std::vector<float> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(), [](float x) { return std::fabs(x); });
  const auto rank = static_cast<size_t>(static_cast<double>(values.size() - 1) * (1 - clip_fraction));
  std::nth_element(magnitudes.begin(), magnitudes.begin() + static_cast<ptrdiff_t>(rank), magnitudes.end());
  if (magnitudes[rank] == 0) return safe;
  const int boldest = std::min(fit_magnitude(magnitudes[rank], bits), safe + bits);
  int best = safe;
  double least = squared_error(values, safe, bits);
  for (int frac = safe + 1; frac <= boldest; ++frac) {
    const double error = squared_error(values, frac, bits);
    if (error < least) best = frac, least = error;
  }
  return best;
}

// A of 16 bits gives some of its fraction bits to dt2, which then tells steps of 1e-3 apart to 0.2 %.
void share_rate_bits(scan_scales& s, const hls::widths& w) {
  constexpr int coarsest_dt2_frac = 18, most_given = 4;
  if (w.operand_bits == 16)
    s.frac_a = std::max(s.frac_a - most_given, std::min(s.frac_a, w.exponent_frac() - coarsest_dt2_frac));
}

scan_scales fit_inputs(const scan_tensors& t, const hls::widths& w) {
  scan_scales s;
  s.operand_bits = w.operand_bits;
  s.state_bits = w.state_bits;
  s.output_bits = w.output_bits;
  const auto aligned = [](int frac) {  // shifts 0..31: fraction bits -4..27; values beyond 16 saturate anyway
    return std::clamp(frac, hls::x_frac - hls::shift_bias,
                      hls::x_frac - hls::shift_bias + largest_align_shift);
  };
  s.frac_u = fit_clipped(t.u, w.operand_bits);
  s.frac_delta = aligned(fit_tensor(t.delta, w.operand_bits));
  s.frac_bias = aligned(fit_tensor(t.delta_bias, hls::param_bits));
  s.frac_z = aligned(fit_tensor(t.z, w.operand_bits));
  s.frac_a = fit_tensor(t.a, w.operand_bits);
  s.frac_b = fit_tensor(t.b, w.operand_bits);
  s.frac_c = fit_tensor(t.c, w.operand_bits);
  s.frac_d = fit_tensor(t.d, hls::param_bits);
  share_rate_bits(s, w);
  return s;
}

// When the largest dt does not fit into dt2, frac_a is raised: the largest |A| then saturate, whose decay is
// 0 at such dt, while a saturated dt2 would change the decay of every state.
void fit_rate(scan_scales& s, const hls::widths& w, const scan_absmax& most, const shift_form& form) {
  double dt = std::min(most.dt * headroom, dt_limit);
  if (form.softplus) dt = std::max(dt, std::log(2.0) * headroom);  // of padded channels, whose operands are 0
  const double dt2 = dt * 1.4427;
  const int finest = dt2 > 0 ? fit_magnitude(dt2, hls::dt2_bits + 1) : largest_frac;
  while (dt2_frac(s, w) > finest) ++s.frac_a;
  const auto legal_dt2 = [&] { return shifts_of(s, w, form).dt2; };
  while (legal_dt2() < 0) ++s.frac_a;
  while (legal_dt2() > largest_product_shift) --s.frac_a;
}

void fit_state(scan_scales& s, const hls::widths& w, const scan_absmax& most, const shift_form& form) {
  s.frac_state = fit_magnitude(most.state * headroom, w.state_bits);
  const int du_frac = fit_magnitude(most.dt_u * headroom, w.du_bits());
  s.frac_state = std::min(s.frac_state, du_frac + s.frac_b - w.drive_guard());
  const int du = shifts_of(s, w, form).du;
  if (du < 0) s.frac_state += du;
  if (du > largest_product_shift) s.frac_u -= du - largest_product_shift;  // u is nothing beside the state
}

// Takes `bits` from the sum's fraction bits frac_c + frac_state: first from what the state has above 16 bits.
void lower_sum(scan_scales& s, int bits) {
  if (bits <= 0) return;
  const int from_state = std::min(bits, s.state_bits - 16);
  s.frac_state -= from_state;
  s.frac_c -= bits - from_state;
}

void fit_skip(scan_scales& s, const hls::widths& w, double largest_d, double largest_skip,
              const shift_form& form) {
  if (largest_d == 0) {  // any scale will do: the one whose skip shift is legal wherever the sum's point is
    s.frac_d = s.frac_c + s.frac_state - s.frac_u;
    return;
  }
  const int skip_frac = fit_magnitude(largest_skip, w.acc_bits());
  lower_sum(s, s.frac_c + s.frac_state - skip_frac);
  lower_sum(s, -shifts_of(s, w, form).skip);
  s.frac_d -= std::max(0, shifts_of(s, w, form).skip - largest_product_shift);
}

void fit_outputs(scan_scales& s, const hls::widths& w, const scan_absmax& most, const shift_form& form,
                 int finest_y) {
  s.frac_skip_v = fit_magnitude(most.skip_v * headroom, hls::v_bits);
  s.frac_skip_v = std::min(s.frac_skip_v, s.frac_c + s.frac_state);
  lower_sum(s, shifts_of(s, w, form).v - largest_product_shift);
  s.frac_y = std::min(output_frac(most.y, w.output_bits), finest_y);
  s.frac_y += std::min(0, shifts_of(s, w, form).y);
  s.frac_skip_v -= std::max(0, shifts_of(s, w, form).y - largest_product_shift);
}

// State, sum and output have no say in the integers of the inputs, apart from h0's; nor has a D of zeros.
bool same_inputs(const scan_scales& one, scan_scales other, double largest_d) {
  other.frac_state = one.frac_state, other.frac_skip_v = one.frac_skip_v, other.frac_y = one.frac_y;
  if (largest_d == 0) other.frac_d = one.frac_d;
  return one == other;
}

}  // namespace

namespace {

// Two rounds, a third where the first one changed the inputs; `before`: the scales under which the inputs of
// the last round were seen.
scan_scales fit_scales(const scan_tensors& tensors, const hls::widths& w, const scale_limits& limits,
                       const std::function<scan_absmax(const scan_tensors&)>& most_of, scan_scales& before) {
  const shift_form form = shift_form_of(tensors);
  const double largest_d = range_of(tensors.d).magnitude();
  const double largest_skip = largest_d * range_of(tensors.u).magnitude() * headroom;
  scan_scales s = fit_inputs(tensors, w);
  s.frac_a = limits.frac_a.value_or(s.frac_a);
  s.frac_u = std::min(s.frac_u, limits.frac_u), s.frac_z = std::min(s.frac_z, limits.frac_z);
  // The reference sees the inputs under the scales found so far; it runs again only if those had to change.
  for (int round = 0; round < 3; ++round) {
    before = s;
    scan_tensors inputs = dequantise(quantise(tensors, s));
    inputs.h0 = tensors.h0;  // its scale is not known yet
    const scan_absmax most = most_of(inputs);
    fit_rate(s, w, most, form);
    fit_state(s, w, most, form);
    fit_skip(s, w, largest_d, largest_skip, form);
    fit_outputs(s, w, most, form, limits.frac_y);
    if (s.frac_a == before.frac_a && s.frac_u == before.frac_u && s.frac_c == before.frac_c) break;
  }
  return s;
}

}  // namespace

scan_scales calibrate_parts(const scan_tensors& tensors, const hls::widths& w, const scale_limits& limits,
                            const std::function<scan_absmax(const scan_tensors&)>& most_of) {
  scan_scales before;
  return fit_scales(tensors, w, limits, most_of, before);
}

std::optional<int> decay_frac(const scan_tensors& tensors, const hls::widths& w) {
  if (w.operand_bits > 8) return std::nullopt;
  return least_decay_error_frac(tensors, fit_tensor(tensors.a, w.operand_bits), w.operand_bits);
}

int output_frac(double magnitude, int bits) { return fit_magnitude(magnitude * headroom, bits); }

calibrated_scan calibrate_with_reference(const scan_tensors& tensors, const hls::widths& w) {
  scan_reference reference;
  const auto most_of = [&](const scan_tensors& inputs) {
    scan_absmax most;
    reference.output = selective_scan_ref(inputs, &most, &reference.terms);
    return most;
  };
  scan_scales before;
  const scan_scales s = fit_scales(tensors, w, {.frac_a = decay_frac(tensors, w)}, most_of, before);
  calibrated_scan found{clip_state(tensors, s, w, reference), std::nullopt};
  if (tensors.h0.empty() && same_inputs(before, found.scales, range_of(tensors.d).magnitude()))
    found.reference = std::move(reference);
  return found;
}

scan_scales calibrate(const scan_tensors& tensors, const hls::widths& w) {
  return calibrate_with_reference(tensors, w).scales;
}

}  // namespace scansim
