// A weight matrix in integers, s8 as the multiplier array sees it, every output row with its own power-of-two
// scale: w ~ q 2^-frac[row]. W8: q is the rounded weight. W4: q = w4 * m (hls/gemm/weight_w4.h), w4 4 bits, m
// 1..16 per row and 128 inputs; scale and multipliers of least squared error.
// Contract: multiply() is exact for every K (integers in float arithmetic: a sum of 1024 products of s8 is at
// most 2^24, the slabs are added as integers), so its order does not matter. Zero weights stay zero. Choose
// it for a whole model's accuracy; the machine's own loops are hls/gemm/gemm_nm.h, which tests compare with
// it.
#pragma once
#include <cstdint>
#include <vector>

#include "models/nn/mamba_state.h"

namespace scansim {

using int8_matrix = Eigen::Matrix<int8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using int32_matrix = Eigen::Matrix<int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct quantised_linear {
  int8_matrix w;                    // (outputs, inputs)
  std::vector<int> frac;            // per output
  std::vector<int8_t> w4;           // W4 only: the stored weights, (outputs, inputs)
  std::vector<uint8_t> multiplier;  // W4 only: (outputs, ceil(inputs / 128))
  float_matrix slab;                // w as float, for multiply()
};

// `bits` 8 or 4; weights (outputs, inputs); `frac`: the scales of the rows, chosen when absent.
quantised_linear quantise_linear(const float_matrix& w, int bits, const std::vector<int>* frac = nullptr);

// Sum over k of w(n, k) x(k, t): (outputs, tokens).
int32_matrix multiply(const quantised_linear& linear, const int8_matrix& x);

}  // namespace scansim
