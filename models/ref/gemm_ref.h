// Matrix product in double precision: y (rows, outputs) = epilogue( x (rows, K) w (outputs, K)^T + bias ).
//   epilogue none: identity;  silu: v / (1 + exp(-v));  residual: r + v
// Contract: all matrices row-major; row i of the product is made from row gather[i] of x and stored as row
// scatter[i] of y, an empty list is the identity. With a scatter list y has `y_rows` rows and starts as zero.
// It knows neither sparsity nor number formats: N:M weights are given expanded.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace scansim {

enum class gemm_ref_epilogue { none, silu, residual };

struct gemm_ref_sizes {
  int64_t rows = 0;       // of the product
  int64_t reduction = 0;  // K
  int64_t outputs = 0;
  int64_t y_rows = 0;  // 0: as rows
};

struct gemm_ref_lists {
  std::span<const int64_t> gather, scatter;
};

// `bias` (outputs) or empty; `residual` (y_rows, outputs), read at the scattered row, only with that
// epilogue. Errors: std::invalid_argument if a size does not fit or a list leaves its tensor.
std::vector<double> gemm_ref(std::span<const double> x, std::span<const double> w,
                             std::span<const double> bias, const gemm_ref_sizes& sizes,
                             gemm_ref_epilogue epilogue = gemm_ref_epilogue::none,
                             std::span<const double> residual = {}, const gemm_ref_lists& lists = {});

}  // namespace scansim
