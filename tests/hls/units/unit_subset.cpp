// Instantiates the arithmetic of the units as a synthesis tool would: one small top per unit, static
// memories, and the words of heap, exceptions and library containers forbidden before the headers are read.
#include <cstdint>

#pragma GCC poison new delete malloc calloc realloc free throw try catch dynamic_cast typeid virtual
#pragma GCC poison std vector string map array function

#include "hls/gemm/gemm_nm.h"
#include "hls/gemm/nm_format.h"
#include "hls/gemm/topn_select.h"
#include "hls/gemm/weight_w4.h"
#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "hls/units/rms_norm.h"

namespace scansim::hls {

namespace {

constexpr int reduction = 1536, group = 8, tokens = 16;
int8_t activations[reduction * tokens], weights[reduction];
uint8_t weight_positions[reduction];
int16_t row[max_hadamard_size], row_weights[max_hadamard_size];
int32_t transformed[max_hadamard_size];
int8_t state[max_conv_width - 1], normalised[max_hadamard_size];

}  // namespace

// One output channel of an N:8 W4 projection for `tokens` tokens.
void gemm_top(const uint16_t* ranks, const uint8_t* w4, const uint8_t* multipliers, int n, int32_t bias,
              gemm_channel channel, gemm_epilogue epilogue, const int16_t* residual, int32_t* y,
              unit_saturations& sat) {
  const int groups = reduction / group;
  for (int g = 0; g < groups; ++g) {
    nm_unrank(ranks[g], n, group, weight_positions + g * n);
    for (int i = 0; i < n; ++i) {
      const int k = g * group + weight_positions[g * n + i];
      const int at = g * n + i;
      weights[at] = expand_w4(unpack_w4(w4[at / 2], at % 2), multipliers[k / w4_group]);
    }
  }
  int32_t acc[tokens];
  dot_nm_rows<tokens>(activations, weights, weight_positions, groups, n, group, acc);
  for (int t = 0; t < tokens; ++t) y[t] = gemm_finish(acc[t], bias, channel, epilogue, residual[t], sat);
  y[0] += dot_nm(activations, weights, weight_positions, groups, n, group) +
          dot_dense(activations, weights, reduction);
  dot_dense_rows<tokens>(activations, weights, reduction, y + 1);
}

uint32_t topn_top(const int16_t* v, int m, int n, int16_t* kept) {
  uint8_t positions[max_nm_group] = {};
  topn_select(v, m, n, kept, positions);
  return nm_rank(positions, n);
}

void conv_top(const int8_t* w, int width, int32_t bias, gemm_channel channel, int shift_out,
              unit_saturations& sat) {
  conv1d_silu_channel(activations, reduction, tokens, w, width, bias, channel, true, shift_out, state,
                      activations, sat);
}

void hadamard_top(int m, int log2, int shift, unit_saturations& sat) {
  hadamard_fwht(transformed, transformed, m, log2, shift, 8, sat);
}

int32_t norm_top(int d, uint64_t eps_sum, int shift, unit_saturations& sat) {
  rms_norm(row, row_weights, d, eps_sum, shift, normalised, sat);
  return requantise(transformed[0], shift & 31, 16, sat);
}

}  // namespace scansim::hls
