// The hls rung of gemm: what each output may differ by, what it counts, what it moves.
#include <cmath>
#include <limits>
#include <set>

#include "host/operators/operator_scales.h"
#include "host/operators/quantised_gemm.h"

namespace scansim {

namespace {

using kind = hls::gemm_epilogue_kind;

constexpr int list_bytes = 1;  // of one entry of gather or scatter

void compare(const gemm_call& call, const quantised_gemm& q, operator_result& r) {
  const int bits = q.scales.y_bits;
  for (size_t i = 0; i < r.y.size(); ++i) {
    const int frac =
        call.epilogue == kind::raw ? q.frac_acc[i % static_cast<size_t>(call.columns)] : q.scales.frac_y;
    const double half_step = std::ldexp(0.5, -frac);
    const bool silu = call.epilogue == kind::silu;
    r.value.push_back(std::ldexp(r.y[i], -frac));
    r.limited.push_back(limit_to(silu ? limited_silu(q.product[i]) : q.want[i], bits, frac));
    // raw is the accumulator itself: exact.
    r.bound.push_back(call.epilogue == kind::raw ? 0 : half_step + (silu ? silu_error(q.product[i]) : 0));
  }
  r.bound_text = call.epilogue == kind::raw    ? "0 (accumulators, exact)"
                 : call.epilogue == kind::silu ? silu_bound_text
                                               : "half a step of y";
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
  r.storage = weight_storage(call.columns, call.inner, call.sparsity, call.weight_bits);
  count_traffic(call, q, r);
  return r;
}

}  // namespace scansim
