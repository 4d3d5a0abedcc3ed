// The hls rung of rms_norm: x s16, weight times sqrt(D) s16, eps as an integer beside the sum of squares, y
// s8.
#include <algorithm>
#include <cmath>

#include "hls/units/rms_norm.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_operators.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/ref/rms_norm_ref.h"

namespace scansim {

namespace {

constexpr double scale_error = 6.1e-5;  // of 1 / sqrt(q), relative: hls/units/README.md

struct norm_scaling {
  int frac_x = 0, frac_w = 0, frac_y = 0;
  uint64_t eps_sum = 1;
  std::vector<int16_t> x, w;
  std::vector<double> want;
};

double scaled_eps(const rms_norm_call& call, int frac_x) {
  return std::floor(std::ldexp(static_cast<double>(call.size) * call.eps, 2 * frac_x) + 0.5);
}

std::vector<double> reference(const rms_norm_call& call, const norm_scaling& q) {
  const auto size = static_cast<double>(call.size);
  std::vector<double> w = dequantise_all<int16_t>(q.w, q.frac_w);
  for (double& value : w) value /= std::sqrt(size);
  const double eps = std::ldexp(static_cast<double>(q.eps_sum), -2 * q.frac_x) / size;
  return rms_norm_ref(dequantise_all<int16_t>(q.x, q.frac_x), w, call.size, eps);
}

norm_scaling quantise_norm(const rms_norm_call& call, const std::string& file) {
  norm_scaling q;
  q.frac_x = least_error_frac(call.x, 16);
  while (scaled_eps(call, q.frac_x) > std::ldexp(1.0, largest_eps_sum_bits)) --q.frac_x;
  q.eps_sum = static_cast<uint64_t>(std::max(1.0, scaled_eps(call, q.frac_x)));
  q.x = quantise_all<int16_t>(call.x, q.frac_x, 16);
  std::vector<float> w = call.w;
  for (float& value : w) value *= std::sqrt(static_cast<float>(call.size));
  q.frac_w = least_error_frac(w, 16);
  q.w = quantise_all<int16_t>(w, q.frac_w, 16);
  q.want = reference(call, q);
  q.frac_y = output_frac(q.want, 8, q.frac_w - least_norm_shift, file);
  if (q.frac_w > q.frac_y + largest_norm_shift) {
    q.frac_w = q.frac_y + largest_norm_shift;
    q.w = quantise_all<int16_t>(w, q.frac_w, 16);
    q.want = reference(call, q);
  }
  return q;
}

}  // namespace

rms_norm_operands quantise_rms_norm(const rms_norm_call& call, const std::string& file) {
  norm_scaling q = quantise_norm(call, file);
  return {call.rows, call.size, q.eps_sum, q.frac_w - q.frac_y, std::move(q.x), std::move(q.w)};
}

operator_result rms_norm_on_hls(const rms_norm_call& call, const std::string& file) {
  norm_scaling q = quantise_norm(call, file);
  std::vector<int8_t> y(q.x.size());
  hls::unit_saturations saturations;
  for (int64_t row = 0; row < call.rows; ++row)
    hls::rms_norm(q.x.data() + row * call.size, q.w.data(), static_cast<int>(call.size), q.eps_sum,
                  q.frac_w - q.frac_y, y.data() + row * call.size, saturations);
  operator_result r;
  r.y.assign(y.begin(), y.end());
  r.value = dequantise_all<int8_t>(y, q.frac_y);
  for (const double want : q.want) {
    r.limited.push_back(limit_to(want, 8, q.frac_y));
    r.bound.push_back(std::ldexp(0.5, -q.frac_y) + scale_error * std::fabs(want));
  }
  r.want = std::move(q.want);
  r.bound_text = "half a step of y + 6.1e-5 |y| (reciprocal square root)";
  const auto outputs = static_cast<uint64_t>(q.x.size());
  r.counters = {{"outputs", outputs}, {"multiplies", 3 * outputs}, {"saturations_norm", saturations.norm}};
  r.bytes = {{"x", 2 * outputs}, {"w", 2 * q.w.size()}, {"y", outputs}};
  r.scales = {{"x_bits", 16},       {"w_bits", 16},       {"y_bits", 8},         {"frac_x", q.frac_x},
              {"frac_w", q.frac_w}, {"frac_y", q.frac_y}, {"eps_sum", q.eps_sum}};
  return r;
}

}  // namespace scansim
