#include "host/accuracy/hadamard_fold.h"

#include "hls/block/hadamard_matrix.h"

namespace scansim {

std::optional<hadamard_size> hadamard_size_of(int64_t n) {
  for (const int m : {1, 12, 20, 28, 40}) {
    if (n < m || n % m != 0) continue;
    const int64_t power = n / m;
    if ((power & (power - 1)) == 0) return hadamard_size{m, __builtin_ctzll(static_cast<uint64_t>(power))};
  }
  return std::nullopt;
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
