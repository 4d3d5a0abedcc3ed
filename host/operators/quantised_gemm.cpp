#include "host/operators/quantised_gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "host/operators/operator_scales.h"
#include "host/operators/output_limit.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/ref/gemm_ref.h"

namespace scansim {

namespace {

using kind = hls::gemm_epilogue_kind;

constexpr int token_block = 16;

quantised_linear quantise_weights(const gemm_call& call, const gemm_scales* stored) {
  const Eigen::Map<const float_matrix> w(call.w.data(), call.columns, call.inner);
  if (stored != nullptr) return quantise_linear(w, call.weight_bits, &stored->frac_w);
  quantised_linear out = quantise_linear(w, call.weight_bits);
  std::vector<bool> zero;
  for (int64_t n = 0; n < call.columns; ++n) zero.push_back(out.w.row(n).isZero());
  level_zero_rows(out.frac, zero);
  return out;
}

std::vector<double> weights_of(const quantised_gemm& q) {
  std::vector<double> w;
  w.reserve(static_cast<size_t>(q.w.w.size()));
  for (int64_t n = 0; n < q.w.w.rows(); ++n)
    for (int64_t k = 0; k < q.w.w.cols(); ++k)
      w.push_back(std::ldexp(q.w.w(n, k), -q.w.frac[static_cast<size_t>(n)]));
  return w;
}

int most_output_frac(const quantised_gemm& q) {
  return *std::min_element(q.frac_acc.begin(), q.frac_acc.end());
}

int output_frac_of(const gemm_call& call, const quantised_gemm& q, const std::string& file) {
  switch (call.epilogue) {
    case kind::silu: {
      std::vector<double> reachable;  // the unit ends at silu(16): larger outputs must not cost steps
      for (const double v : q.product) reachable.push_back(limited_silu(v));
      return output_frac(reachable, 8, hls::silu_product_frac, file);
    }
    case kind::residual: {
      std::vector<double> all = q.want;  // and the residual itself, which is read at the same scale
      all.insert(all.end(), call.residual.begin(), call.residual.end());
      return output_frac(all, 16, most_output_frac(q), file);
    }
    case kind::none:
      return output_frac(q.want, q.epilogue.output_bits, most_output_frac(q), file);
    default:
      return 0;  // raw: every channel keeps the scale of its accumulator
  }
}

std::vector<double> apply_epilogue(const gemm_call& call, const std::vector<double>& product,
                                   const std::vector<double>& residual) {
  std::vector<double> y = product;
  for (size_t i = 0; i < y.size(); ++i) {
    if (call.epilogue == kind::silu) y[i] /= 1 + std::exp(-y[i]);
    if (call.epilogue == kind::residual) y[i] += residual[i];
  }
  return y;
}

// Rows of y that no product is stored to are zero, whatever the residual.
void clear_unnamed_rows(const gemm_call& call, std::vector<double>& y) {
  if (call.scatter.empty()) return;
  const std::set<int64_t> named(call.scatter.begin(), call.scatter.end());
  for (int64_t row = 0; row < call.y_rows; ++row)
    if (named.count(row) == 0) std::fill_n(y.begin() + row * call.columns, call.columns, 0.0);
}

}  // namespace

quantised_gemm quantise_gemm(const gemm_call& call, int output_bits, const std::string& file,
                             const gemm_scales* stored) {
  quantised_gemm q;
  gemm_scales& s = q.scales;
  s = stored != nullptr ? *stored : payload<gemm_scales>(*call.make_scales());
  if (call.epilogue == kind::none) s.y_bits = output_bits;
  if (stored == nullptr) s.frac_x = least_error_frac(call.x, 8);
  q.x = quantise_all<int8_t>(call.x, s.frac_x, 8);
  q.w = quantise_weights(call, stored);
  s.frac_w = q.w.frac;
  for (const int frac : q.w.frac) q.frac_acc.push_back(s.frac_x + frac);
  q.bias_clipped = quantise_bias(call.bias, q.frac_acc, q.bias);
  q.epilogue.kind = call.epilogue;
  q.epilogue.output_bits = static_cast<uint8_t>(output_bits);

  std::vector<double> bias;
  for (size_t n = 0; n < q.bias.size(); ++n) bias.push_back(std::ldexp(q.bias[n], -q.frac_acc[n]));
  q.product = gemm_ref(dequantise_all<int8_t>(q.x, s.frac_x), weights_of(q), bias,
                       {call.rows, call.inner, call.columns, call.y_rows}, gemm_ref_epilogue::none, {},
                       {call.gather, call.scatter});
  q.want = apply_epilogue(call, q.product, to_doubles(call.residual));
  if (stored == nullptr) s.frac_y = output_frac_of(call, q, file);
  if (call.epilogue == kind::residual) {
    q.residual = quantise_all<int16_t>(call.residual, s.frac_y, 16);
    q.want = apply_epilogue(call, q.product, dequantise_all<int16_t>(q.residual, s.frac_y));
  }
  clear_unnamed_rows(call, q.want);
  if (call.epilogue == kind::silu)
    q.epilogue.shift_out = static_cast<uint8_t>(
        checked_shift(hls::silu_product_frac - s.frac_y, 0, largest_requantise_shift, "frac_y", file));
  for (int64_t n = 0; n < call.columns; ++n) {
    const int frac_acc = q.frac_acc[static_cast<size_t>(n)];
    const int frac_y = call.epilogue == kind::raw ? frac_acc : s.frac_y;
    q.channels.push_back(channel_of(frac_acc, s.frac_x, frac_y, call.epilogue == kind::silu, n, file));
  }
  return q;
}

std::vector<int32_t> run_gemm(const gemm_call& call, const quantised_gemm& q, const gemm_weights& weights,
                              hls::unit_saturations& saturations) {
  const int n_of_m = call.sparsity.n, m = call.sparsity.m, inner = static_cast<int>(call.inner);
  const bool dense = weights.positions.empty();
  const int64_t padded = dense ? inner : int64_t{weights.groups} * m;
  const int64_t row_values = dense ? inner : int64_t{weights.groups} * n_of_m;
  std::vector<int32_t> y(static_cast<size_t>(call.y_rows * call.columns), 0);
  for (int64_t first = 0; first < call.rows; first += token_block) {
    const int64_t count = std::min<int64_t>(token_block, call.rows - first);
    std::vector<int8_t> xt(static_cast<size_t>(padded * token_block), 0);
    for (int64_t r = 0; r < count; ++r) {
      const int64_t from = call.gather.empty() ? first + r : call.gather[static_cast<size_t>(first + r)];
      for (int64_t k = 0; k < inner; ++k)
        xt[static_cast<size_t>(k * token_block + r)] = q.x[static_cast<size_t>(from * inner + k)];
    }
    for (int64_t n = 0; n < call.columns; ++n) {
      int32_t acc[token_block];
      const int8_t* values = weights.values.data() + n * row_values;
      if (dense)
        hls::dot_dense_rows<token_block>(xt.data(), values, inner, acc);
      else
        hls::dot_nm_rows<token_block>(xt.data(), values, weights.positions.data() + n * row_values,
                                      weights.groups, n_of_m, m, acc);
      for (int64_t r = 0; r < count; ++r) {
        const int64_t to = call.scatter.empty() ? first + r : call.scatter[static_cast<size_t>(first + r)];
        const auto at = static_cast<size_t>(to * call.columns + n);
        y[at] = hls::gemm_finish(acc[r], q.bias[static_cast<size_t>(n)], q.channels[static_cast<size_t>(n)],
                                 q.epilogue, q.residual.empty() ? 0 : q.residual[at], saturations);
      }
    }
  }
  return y;
}

}  // namespace scansim
