#include "host/quantise/hadamard_fold.h"

#include <fmt/format.h>

#include "hls/units/hadamard_matrix.h"
#include "traces/input_error.h"

namespace scansim {

std::optional<hadamard_size> hadamard_size_of(int64_t n) {
  for (const int m : {1, 12, 20, 28, 40}) {
    if (n < m || n % m != 0) continue;
    const int64_t power = n / m;
    if ((power & (power - 1)) == 0) return hadamard_size{m, __builtin_ctzll(static_cast<uint64_t>(power))};
  }
  return std::nullopt;
}

hadamard_size required_hadamard(int64_t d_inner) {
  const std::optional<hadamard_size> size = hadamard_size_of(d_inner);
  if (!size) {
    throw input_error("model", "d_inner", "m * 2^k with m 1, 12, 20, 28 or 40 (or --no-hadamard)",
                      fmt::format("{}", d_inner));
  }
  return *size;
}

float_matrix hadamard_matrix(const hadamard_size& size) {
  const int n = size.m << size.log2;
  float_matrix h(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) h(i, j) = static_cast<float>(hls::hadamard_element(size.m, size.log2, i, j));
  }
  return h;
}

float_matrix hadamard_rotate(const hadamard_size& size, const float_matrix& x) {
  return hadamard_matrix(size) * x;
}

float_matrix hadamard_fold(const hadamard_size& size, const float_matrix& w) {
  return w * hadamard_matrix(size).transpose() / static_cast<float>(w.cols());
}

float_matrix hadamard_unfold(const hadamard_size& size, const float_matrix& w) {
  return w * hadamard_matrix(size);
}

}  // namespace scansim
