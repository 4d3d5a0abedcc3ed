// The hls rung of hadamard: x s16 as the scan leaves it, exact sums, y s8 as out_proj takes it. At the end
// its row of the operator list.
#include <cmath>

#include "hls/units/hadamard_fwht.h"
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_operators.h"
#include "host/program/compile/operator_programs.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/ref/hadamard_ref.h"
#include "traces/calls/hadamard.h"

namespace scansim {

namespace {

constexpr int x_bits = 16, y_bits = 8;

}  // namespace

quantised_hadamard quantise_hadamard(const hadamard_call& call, const std::string& file,
                                     const hadamard_scales* stored) {
  quantised_hadamard q;
  hadamard_scales& s = q.scales;
  if (stored != nullptr) s = *stored;
  q.rows = call.rows, q.size = call.size, q.m = call.m, q.log2 = call.log2;
  if (stored == nullptr) s.frac_x = least_error_frac(call.x, x_bits);
  q.x = quantise_all<int32_t>(call.x, s.frac_x, x_bits);
  q.want = hadamard_ref(dequantise_all<int32_t>(q.x, s.frac_x), call.m, call.log2);
  if (stored == nullptr)
    s.frac_y = std::max(output_frac(q.want, y_bits, s.frac_x, file), s.frac_x - largest_requantise_shift);
  q.shift = checked_shift(s.frac_x - s.frac_y, 0, largest_requantise_shift, "frac_y", file);
  return q;
}

operator_result hadamard_on_hls(const hadamard_call& call, const quantised_hadamard& q) {
  const std::vector<int32_t>& x = q.x;
  const int frac_y = q.scales.frac_y;
  operator_result r;
  r.want = q.want;
  hls::unit_saturations saturations;
  r.y.resize(x.size());
  for (int64_t row = 0; row < call.rows; ++row)
    hls::hadamard_fwht(x.data() + row * call.size, r.y.data() + row * call.size, call.m, call.log2, q.shift,
                       y_bits, saturations);
  r.value = dequantise_all<int32_t>(r.y, frac_y);
  for (const double want : r.want) add_limit(r, limit_of_sum(want, false, y_bits, frac_y));
  r.bound_text = sum_bound_text;
  const auto adds = static_cast<uint64_t>(call.log2 + call.m - 1);
  r.counters = {
      {"outputs", x.size()}, {"adds", x.size() * adds}, {"saturations_hadamard", saturations.hadamard}};
  r.bytes = {{"x", 2 * x.size()}, {"y", x.size()}};
  return r;
}

namespace {

const hadamard_call& hadamard_in(const call& one) { return payload<hadamard_call>(one); }

quantised_hadamard hadamard_quantised(const hadamard_call& c, const hadamard_scales* stored,
                                      const design_point&, const std::string& file) {
  return quantise_hadamard(c, file, stored);
}

operator_result hadamard_arithmetic(const hadamard_call& c, const quantised_hadamard& q,
                                    const design_point&) {
  return hadamard_on_hls(c, q);
}

program hadamard_compiled(const hadamard_call&, const quantised_hadamard& q, const compile_options&,
                          const design_point& point) {
  return make_hadamard_program(q, point);
}

std::vector<int> hadamard_fraction_bits(const quantised_hadamard& q, const std::string&) {
  return {q.scales.frac_y};
}

}  // namespace

const operator_row hadamard_row = {
    .kind = &hadamard_kind,
    .ref =
        [](const call& one) {
          const hadamard_call& c = hadamard_in(one);
          return std::vector<named_reals>{{"y", hadamard_ref(to_doubles(c.x), c.m, c.log2)}};
        },
    .quantise = quantised_by<hadamard_call, hadamard_scales, hadamard_quantised, hadamard_arithmetic,
                             hadamard_compiled, hadamard_fraction_bits>::make,
    .work =
        [](const call& one) {
          const hadamard_call& c = hadamard_in(one);
          return least_work{2 * elements(c.x), 0, elements(c.x) * (c.log2 + c.m - 1)};
        }};

}  // namespace scansim
