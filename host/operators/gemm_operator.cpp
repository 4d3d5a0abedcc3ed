// The hls rung of gemm: what each output may differ by, what it counts, what it moves. At the end its row of
// the operator list.
#include <cmath>
#include <limits>
#include <set>

#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_gemm.h"
#include "host/operators/weight_storage_json.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/gemm_ref.h"
#include "traces/calls/gemm.h"

namespace scansim {

namespace {

using kind = hls::gemm_epilogue_kind;

constexpr int list_bytes = 1;  // of one entry of gather or scatter

void compare(const gemm_call& call, const quantised_gemm& q, operator_result& r) {
  const int bits = q.scales.y_bits;
  for (size_t i = 0; i < r.y.size(); ++i) {
    const int frac =
        call.epilogue == kind::raw ? q.frac_acc[i % static_cast<size_t>(call.columns)] : q.scales.frac_y;
    const bool silu = call.epilogue == kind::silu;
    r.value.push_back(std::ldexp(r.y[i], -frac));
    add_limit(r, limit_of_sum(silu ? q.product[i] : q.want[i], silu, bits, frac));
    if (call.epilogue == kind::raw) r.bound.back() = 0;  // the accumulator itself: exact
  }
  r.bound_text = call.epilogue == kind::raw    ? "0 (accumulators, exact)"
                 : call.epilogue == kind::silu ? silu_bound_text
                                               : sum_bound_text;
}

void count_traffic(const gemm_call& call, const quantised_gemm& q, operator_result& r) {
  const std::set<int64_t> distinct(call.gather.begin(), call.gather.end());
  const auto x_rows = call.gather.empty() ? static_cast<uint64_t>(call.x_rows) : distinct.size();
  const auto outputs = static_cast<uint64_t>(call.rows * call.columns);
  r.bytes["x"] = x_rows * static_cast<uint64_t>(call.inner);
  const auto index = r.storage["index_bytes"].get<uint64_t>();
  r.bytes["weights"] = r.storage["total_bytes"].get<uint64_t>() - index;
  if (index > 0) r.bytes["index"] = index;
  r.bytes["shifts"] = static_cast<uint64_t>(call.columns);
  r.bytes["y"] = outputs * static_cast<uint64_t>(q.scales.y_bits / 8);
  if (!call.bias.empty()) r.bytes["bias"] = 4 * static_cast<uint64_t>(call.columns);
  if (!call.residual.empty()) r.bytes["residual"] = 2 * outputs;
  if (!call.gather.empty()) r.bytes["gather"] = list_bytes * call.gather.size();
  if (!call.scatter.empty()) r.bytes["scatter"] = list_bytes * call.scatter.size();
}

}  // namespace

operator_result gemm_on_hls(const gemm_call& call, const quantised_gemm& q) {
  const gemm_weights weights = expanded_weights(q.w, call.sparsity);
  hls::unit_saturations saturations;
  operator_result r;
  r.y = run_gemm(call, q, weights, saturations);
  r.want = q.want;
  compare(call, q, r);
  r.counters = {{"outputs", static_cast<uint64_t>(call.rows * call.columns)},
                {"multiplies", static_cast<uint64_t>(call.rows) * weights.values.size()},
                {"bias_clipped", q.bias_clipped},
                {"saturations_requantise", saturations.requantise}};
  r.storage = to_json(storage_of_weights(call.columns, call.inner, call.sparsity, call.weight_bits));
  count_traffic(call, q, r);
  return r;
}

namespace {

const gemm_call& gemm_in(const call& one) { return payload<gemm_call>(one); }

std::vector<named_reals> gemm_on_ref(const call& one) {
  const gemm_call& c = gemm_in(one);
  const gemm_ref_epilogue epilogue = c.epilogue == hls::gemm_epilogue_kind::silu ? gemm_ref_epilogue::silu
                                     : c.epilogue == hls::gemm_epilogue_kind::residual
                                         ? gemm_ref_epilogue::residual
                                         : gemm_ref_epilogue::none;
  return {{"y", gemm_ref(to_doubles(c.x), to_doubles(c.w), to_doubles(c.bias),
                         {c.rows, c.inner, c.columns, c.y_rows}, epilogue, to_doubles(c.residual),
                         {c.gather, c.scatter})}};
}

least_work gemm_work(const call& one) {
  const gemm_call& c = gemm_in(one);
  const auto outputs = static_cast<double>(c.rows * c.columns);
  const bool silu = c.epilogue == hls::gemm_epilogue_kind::silu;
  return {elements(c.x) + elements(c.w) + elements(c.bias) + elements(c.residual) + outputs,
          silu ? outputs : 0, 2 * outputs * static_cast<double>(c.inner)};
}

uint64_t gemm_macs(const call& one) {
  const gemm_call& c = gemm_in(one);
  return static_cast<uint64_t>(c.rows * c.columns * values_of_row(c.sparsity, c.inner));
}

quantised_gemm gemm_quantised(const gemm_call& c, const gemm_scales* stored, const design_point& point,
                              const std::string& file) {
  return quantise_gemm(c, point.output_bits, file, stored);
}

operator_result gemm_arithmetic(const gemm_call& c, const quantised_gemm& q, const design_point&) {
  return gemm_on_hls(c, q);
}

program gemm_compiled(const gemm_call& c, const quantised_gemm& q, const compile_options&,
                      const design_point& point) {
  return make_gemm_program(c, q, point);
}

void gemm_widths(call_scales& scales, const design_point& point) {
  auto& gemm = dynamic_cast<gemm_scales&>(scales);
  if (gemm.epilogue == hls::gemm_epilogue_kind::none) gemm.y_bits = point.output_bits;
}

// Accumulators as they are have the scale of their column.
std::vector<int> gemm_fraction_bits(const quantised_gemm& q, const std::string&) {
  if (q.scales.epilogue == hls::gemm_epilogue_kind::raw) return q.frac_acc;
  return {q.scales.frac_y};
}

}  // namespace

const operator_row gemm_row = {
    .kind = &gemm_kind,
    .ref = gemm_on_ref,
    .quantise = quantised_by<gemm_call, gemm_scales, gemm_quantised, gemm_arithmetic, gemm_compiled,
                             gemm_fraction_bits>::make,
    .work = gemm_work,
    .macs = gemm_macs,
    .set_widths = gemm_widths};

}  // namespace scansim
