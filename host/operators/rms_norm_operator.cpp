// The hls rung of rms_norm: x s16, weight times sqrt(D) s16, eps as an integer beside the sum of squares, y
// s8. At the end its row of the operator list.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hls/units/rms_norm.h"
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_operators.h"
#include "host/program/compile/operator_programs.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/ref/rms_norm_ref.h"
#include "traces/calls/rms_norm.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

double scaled_eps(const rms_norm_call& call, int frac_x) {
  return std::floor(std::ldexp(static_cast<double>(call.size) * call.eps, 2 * frac_x) + 0.5);
}

std::vector<double> reference(const rms_norm_call& call, const quantised_rms_norm& q) {
  const auto size = static_cast<double>(call.size);
  std::vector<double> w = dequantise_all<int16_t>(q.w, q.scales.frac_w);
  for (double& value : w) value /= std::sqrt(size);
  const double eps = std::ldexp(static_cast<double>(q.eps_sum), -2 * q.scales.frac_x) / size;
  return rms_norm_ref(dequantise_all<int16_t>(q.x, q.scales.frac_x), w, call.size, eps);
}

int chosen_input_frac(const rms_norm_call& call) {
  int frac = least_error_frac(call.x, 16);
  while (scaled_eps(call, frac) > std::ldexp(1.0, largest_eps_sum_bits)) --frac;
  return frac;
}

void quantise_weights(const rms_norm_call& call, const std::vector<float>& w, int frac,
                      quantised_rms_norm& q) {
  q.scales.frac_w = frac;
  q.w = quantise_all<int16_t>(w, frac, 16);
  q.want = reference(call, q);
}

}  // namespace

quantised_rms_norm quantise_rms_norm(const rms_norm_call& call, const std::string& file,
                                     const rms_norm_scales* stored) {
  quantised_rms_norm q;
  rms_norm_scales& s = q.scales;
  if (stored != nullptr) s = *stored;
  q.rows = call.rows, q.size = call.size;
  if (stored == nullptr) s.frac_x = chosen_input_frac(call);
  const double eps_sum = scaled_eps(call, s.frac_x);
  if (eps_sum > std::ldexp(1.0, largest_eps_sum_bits))
    throw input_error(file, "frac_x", fmt::format("D eps 2^(2 frac_x) at most 2^{}", largest_eps_sum_bits),
                      fmt::format("{:g}", eps_sum));
  q.eps_sum = static_cast<uint64_t>(std::max(1.0, eps_sum));
  q.x = quantise_all<int16_t>(call.x, s.frac_x, 16);
  std::vector<float> w = call.w;
  for (float& value : w) value *= std::sqrt(static_cast<float>(call.size));
  quantise_weights(call, w, stored != nullptr ? s.frac_w : least_error_frac(w, 16), q);
  if (stored == nullptr) {
    s.frac_y = output_frac(q.want, 8, s.frac_w - least_norm_shift, file);
    if (s.frac_w > s.frac_y + largest_norm_shift) quantise_weights(call, w, s.frac_y + largest_norm_shift, q);
  }
  q.shift = checked_shift(s.frac_w - s.frac_y, least_norm_shift, largest_norm_shift, "frac_y", file);
  return q;
}

operator_result rms_norm_on_hls(const rms_norm_call& call, const quantised_rms_norm& q) {
  std::vector<int8_t> y(q.x.size());
  hls::unit_saturations saturations;
  for (int64_t row = 0; row < call.rows; ++row)
    hls::rms_norm(q.x.data() + row * call.size, q.w.data(), static_cast<int>(call.size), q.eps_sum, q.shift,
                  y.data() + row * call.size, saturations);
  operator_result r;
  r.y.assign(y.begin(), y.end());
  r.value = dequantise_all<int8_t>(y, q.scales.frac_y);
  for (const double want : q.want) add_limit(r, limit_of_norm(want, q.scales.frac_y));
  r.want = q.want;
  r.bound_text = norm_bound_text;
  const auto outputs = static_cast<uint64_t>(q.x.size());
  r.counters = {{"outputs", outputs}, {"multiplies", 3 * outputs}, {"saturations_norm", saturations.norm}};
  r.bytes = {{"x", 2 * outputs}, {"norm", 2 * q.w.size()}, {"y", outputs}};
  return r;
}

namespace {

const rms_norm_call& norm_in(const call& one) { return payload<rms_norm_call>(one); }

quantised_rms_norm rms_norm_quantised(const rms_norm_call& c, const rms_norm_scales* stored,
                                      const design_point&, const std::string& file) {
  return quantise_rms_norm(c, file, stored);
}

operator_result rms_norm_arithmetic(const rms_norm_call& c, const quantised_rms_norm& q,
                                    const design_point&) {
  return rms_norm_on_hls(c, q);
}

program rms_norm_compiled(const rms_norm_call&, const quantised_rms_norm& q, const compile_options&,
                          const design_point& point) {
  return make_rms_norm_program(q, point);
}

std::vector<int> rms_norm_fraction_bits(const quantised_rms_norm& q, const std::string&) {
  return {q.scales.frac_y};
}

}  // namespace

const operator_row rms_norm_row = {
    .kind = &rms_norm_kind,
    .ref =
        [](const call& one) {
          const rms_norm_call& c = norm_in(one);
          return std::vector<named_reals>{
              {"y", rms_norm_ref(to_doubles(c.x), to_doubles(c.w), c.size, c.eps)}};
        },
    .quantise = quantised_by<rms_norm_call, rms_norm_scales, rms_norm_quantised, rms_norm_arithmetic,
                             rms_norm_compiled, rms_norm_fraction_bits>::make,
    .work =
        [](const call& one) {
          const rms_norm_call& c = norm_in(one);
          const double roots = elements(c.x) / static_cast<double>(c.size);
          return least_work{2 * elements(c.x) + elements(c.w), 0, 4 * elements(c.x), roots};
        }};

}  // namespace scansim
