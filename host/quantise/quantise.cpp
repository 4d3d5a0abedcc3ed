#include "host/quantise/quantise.h"

#include <cmath>

#include "traces/input_error.h"

namespace scansim {

namespace {

template <class Integer>
std::vector<Integer> to_integers(const std::vector<float>& values, int frac, int bits, uint64_t& saturated) {
  const double scale = std::ldexp(1.0, frac);
  const double end = std::ldexp(1.0, bits - 1);
  std::vector<Integer> out(values.size());
  uint64_t clipped = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double wanted = values[i] * scale + 0.5;  // to be rounded down, which costs a call as std::floor
    const double kept = wanted >= end ? end - 1 : wanted < -end ? -end : wanted;
    clipped += kept != wanted;
    const auto cut = static_cast<Integer>(kept);  // towards zero
    out[i] = static_cast<Integer>(cut - (kept < cut));
  }
  saturated = clipped;
  return out;
}

template <class Integer>
std::vector<float> to_floats(const std::vector<Integer>& values, int frac) {
  const double scale = std::ldexp(1.0, -frac);
  std::vector<float> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) out[i] = static_cast<float>(values[i] * scale);
  return out;
}

void refuse_growing_states(const std::vector<float>& a) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] > 0) {
      throw input_error("trace", "A", "values <= 0 (a decay of at most 1)",
                        std::to_string(a[i]) + " at index " + std::to_string(i));
    }
  }
}

}  // namespace

quantised_scan quantise(const scan_tensors& tensors, const scan_scales& scales) {
  refuse_growing_states(tensors.a);
  quantised_scan q;
  q.shape = tensors.shape;
  q.options = tensors.options;
  q.scales = scales;
  const int bits = scales.operand_bits;
  quantise_saturations& s = q.saturations;
  q.u = to_integers<int16_t>(tensors.u, scales.frac_u, bits, s.u);
  q.delta = to_integers<int16_t>(tensors.delta, scales.frac_delta, bits, s.delta);
  q.a = to_integers<int16_t>(tensors.a, scales.frac_a, bits, s.a);
  q.b = to_integers<int16_t>(tensors.b, scales.frac_b, bits, s.b);
  q.c = to_integers<int16_t>(tensors.c, scales.frac_c, bits, s.c);
  q.z = to_integers<int16_t>(tensors.z, scales.frac_z, bits, s.z);
  q.d = to_integers<int16_t>(tensors.d, scales.frac_d, hls::param_bits, s.d);
  q.delta_bias = to_integers<int16_t>(tensors.delta_bias, scales.frac_bias, hls::param_bits, s.delta_bias);
  q.h0 = to_integers<int32_t>(tensors.h0, scales.frac_state, scales.state_bits, s.h0);
  return q;
}

scan_tensors dequantise(const quantised_scan& scan) {
  scan_tensors t;
  t.shape = scan.shape;
  t.options = scan.options;
  const scan_scales& s = scan.scales;
  t.u = to_floats(scan.u, s.frac_u);
  t.delta = to_floats(scan.delta, s.frac_delta);
  t.a = to_floats(scan.a, s.frac_a);
  t.b = to_floats(scan.b, s.frac_b);
  t.c = to_floats(scan.c, s.frac_c);
  t.z = to_floats(scan.z, s.frac_z);
  t.d = to_floats(scan.d, s.frac_d);
  t.delta_bias = to_floats(scan.delta_bias, s.frac_bias);
  t.h0 = to_floats(scan.h0, s.frac_state);
  return t;
}

std::vector<double> dequantise(const std::vector<int32_t>& values, int frac) {
  const double scale = std::ldexp(1.0, -frac);
  std::vector<double> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) out[i] = values[i] * scale;
  return out;
}

}  // namespace scansim
