// The hls rung of embedding: the table s16, as the residual stream that its rows become; y is its rows, bit
// for bit. At the end its row of the operator list.
#include <cmath>
#include <set>

#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_operators.h"
#include "host/program/compile/operator_programs.h"
#include "host/quantise/power_of_two_fit.h"
#include "traces/calls/embedding.h"

namespace scansim {

namespace {

constexpr int value_bits = 16;

template <class To, class From>
std::vector<To> rows_of(const std::vector<From>& w, const std::vector<int64_t>& ids, int64_t size) {
  std::vector<To> y;
  for (const int64_t id : ids) y.insert(y.end(), w.begin() + id * size, w.begin() + (id + 1) * size);
  return y;
}

}  // namespace

quantised_embedding quantise_embedding(const embedding_call& call, const embedding_scales* stored) {
  quantised_embedding q;
  if (stored != nullptr) q.scales = *stored;
  q.size = call.size, q.ids = call.ids;
  if (stored == nullptr) q.scales.frac_w = absmax_frac(call.w, value_bits);  // all of its range
  q.w = quantise_all<int16_t>(call.w, q.scales.frac_w, value_bits);
  return q;
}

operator_result embedding_on_hls(const embedding_call& call, const quantised_embedding& q) {
  operator_result r;
  r.y = rows_of<int32_t>(q.w, q.ids, q.size);
  r.value = dequantise_all<int32_t>(r.y, q.scales.frac_w);
  r.want = r.limited = rows_of<double>(dequantise_all<int16_t>(q.w, q.scales.frac_w), q.ids, q.size);
  r.bound.assign(r.want.size(), std::ldexp(0.5, -q.scales.frac_w));
  r.bound_text = "half a step of y";
  const std::set<int64_t> rows(call.ids.begin(), call.ids.end());
  r.counters = {{"outputs", r.y.size()}};
  r.bytes = {{"w", 2 * rows.size() * static_cast<uint64_t>(q.size)}, {"y", 2 * r.y.size()}};
  return r;
}

namespace {

const embedding_call& table_in(const call& one) { return payload<embedding_call>(one); }

quantised_embedding embedding_quantised(const embedding_call& c, const embedding_scales* stored,
                                        const design_point&, const std::string&) {
  return quantise_embedding(c, stored);
}

operator_result embedding_arithmetic(const embedding_call& c, const quantised_embedding& q,
                                     const design_point&) {
  return embedding_on_hls(c, q);
}

program embedding_compiled(const embedding_call&, const quantised_embedding& q, const compile_options&,
                           const design_point& point) {
  return make_embedding_program(q, point);
}

std::vector<int> embedding_fraction_bits(const quantised_embedding& q, const std::string&) {
  return {q.scales.frac_w};
}

}  // namespace

const operator_row embedding_row = {
    .kind = &embedding_kind,
    .ref =
        [](const call& one) {
          const embedding_call& c = table_in(one);
          return std::vector<named_reals>{{"y", rows_of<double>(c.w, c.ids, c.size)}};
        },
    .quantise = quantised_by<embedding_call, embedding_scales, embedding_quantised, embedding_arithmetic,
                             embedding_compiled, embedding_fraction_bits>::make,
    .work =
        [](const call& one) {
          const embedding_call& c = table_in(one);
          return least_work{2 * static_cast<double>(c.length * c.size), 0, 0};
        }};

}  // namespace scansim
