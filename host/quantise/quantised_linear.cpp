#include "host/quantise/quantised_linear.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "hls/gemm/weight_w4.h"
#include "host/quantise/power_of_two_fit.h"

namespace scansim {

namespace {

constexpr int64_t exact_inputs = 1024;  // 2^10 products of at most 2^14 each
constexpr int largest_multiplier = 16;

double nearest_w4(double scaled) { return std::clamp(std::floor(scaled + 0.5), -8.0, 7.0); }

// The multiplier of least squared error for `row[first, last)` at 2^-frac.
int best_multiplier(std::span<const float> row, int frac, double& least) {
  int best = 1;
  least = std::numeric_limits<double>::infinity();
  for (int m = 1; m <= largest_multiplier; ++m) {
    const double step = std::ldexp(m, -frac);
    double error = 0;
    for (const float w : row) {
      const double difference = nearest_w4(w / step) * step - w;
      error += difference * difference;
    }
    if (error < least) least = error, best = m;
  }
  return best;
}

void quantise_row_w8(std::span<const float> row, const int* given, quantised_linear& out, int64_t n) {
  const int frac = given != nullptr ? *given : least_error_frac(row, 8);
  out.frac[static_cast<size_t>(n)] = frac;
  for (size_t k = 0; k < row.size(); ++k)
    out.w(n, static_cast<int64_t>(k)) = static_cast<int8_t>(quantise_value(row[k], frac, 8));
}

void quantise_row_w4(std::span<const float> row, const int* given, quantised_linear& out, int64_t n) {
  const int most = absmax_frac(row, 8);  // the largest weight as an s8: between m = 8 and m = 16
  const int first_frac = given != nullptr ? *given : most - 1,
            last_frac = given != nullptr ? *given : most + 2;
  std::vector<uint8_t> best;
  double least = std::numeric_limits<double>::infinity();
  for (int frac = first_frac; frac <= last_frac; ++frac) {
    std::vector<uint8_t> multipliers;
    double sum = 0;
    for (size_t first = 0; first < row.size(); first += hls::w4_group) {
      double error = 0;
      const size_t count = std::min<size_t>(hls::w4_group, row.size() - first);
      multipliers.push_back(static_cast<uint8_t>(best_multiplier(row.subspan(first, count), frac, error)));
      sum += error;
    }
    if (sum < least) least = sum, best = multipliers, out.frac[static_cast<size_t>(n)] = frac;
  }
  for (size_t k = 0; k < row.size(); ++k) {
    const int m = best[k / hls::w4_group];
    const double step = std::ldexp(m, -out.frac[static_cast<size_t>(n)]);
    const auto w4 = static_cast<int8_t>(nearest_w4(row[k] / step));
    out.w4.push_back(w4);
    out.w(n, static_cast<int64_t>(k)) = hls::expand_w4(w4, m);
  }
  out.multiplier.insert(out.multiplier.end(), best.begin(), best.end());
}

}  // namespace

quantised_linear quantise_linear(const float_matrix& w, int bits, const std::vector<int>* frac) {
  if (bits != 8 && bits != 4) throw std::invalid_argument("quantise_linear: 8 or 4 bits");
  quantised_linear out;
  out.w.resize(w.rows(), w.cols());
  out.frac.resize(static_cast<size_t>(w.rows()));
  for (int64_t n = 0; n < w.rows(); ++n) {
    const std::span<const float> row(w.row(n).data(), static_cast<size_t>(w.cols()));
    const int* given = frac != nullptr ? &(*frac)[static_cast<size_t>(n)] : nullptr;
    if (bits == 8) {
      quantise_row_w8(row, given, out, n);
    } else {
      quantise_row_w4(row, given, out, n);
    }
  }
  out.slab = out.w.cast<float>();
  return out;
}

int32_matrix multiply(const quantised_linear& linear, const int8_matrix& x) {
  const float_matrix values = x.cast<float>();
  int32_matrix sum;
  for (int64_t first = 0; first < x.rows(); first += exact_inputs) {
    const int64_t count = std::min(exact_inputs, x.rows() - first);
    const float_matrix part = linear.slab.middleCols(first, count) * values.middleRows(first, count);
    if (first == 0) {
      sum = part.cast<int32_t>();
    } else {
      sum += part.cast<int32_t>();
    }
  }
  return sum;
}

}  // namespace scansim
