// conv1d_silu: one output of the causal depthwise convolution in front of the scan.
//   u[t] = silu( bias + sum_{j < W} w[j] x[t - W + 1 + j] ),  W 2..4, x and w s8, out s8
// Contract: acc = clamp_s32(sum + bias), then the silu epilogue of gemm_nm, or requantise by the channel's
// shift without silu; at most one saturation per output. The state of a channel is its last W - 1 inputs,
// bits unchanged: conv1d_silu_channel runs a piece of a sequence and leaves the state for the next piece.
#pragma once
#include "hls/gemm/gemm_nm.h"

namespace scansim::hls {

inline constexpr int max_conv_width = 4;

inline int32_t conv1d_silu(const int8_t* taps_oldest_first, const int8_t* w, int width, int32_t bias,
                           gemm_channel channel, bool silu, int shift_out, unit_saturations& sat) {
  int32_t sum = 0;  // s18
  for (int j = 0; j < max_conv_width; ++j) {
    if (j < width) sum += int32_t{taps_oldest_first[j]} * w[j];
  }
  bool clipped = false;
  const int32_t acc = add_bias(sum, bias, clipped);
  const int32_t u = silu ? silu_requantise(acc, channel.align, shift_out, clipped)
                         : requantise_flagged(acc, channel.shift, 8, clipped);
  sat.conv += clipped;
  return u;
}

// `state`: width - 1 inputs, oldest first, read and replaced. Token t is x[t * stride], its output
// y[t * stride]; y may be x.
inline void conv1d_silu_channel(const int8_t* x, int tokens, int64_t stride, const int8_t* w, int width,
                                int32_t bias, gemm_channel channel, bool silu, int shift_out, int8_t* state,
                                int8_t* y, unit_saturations& sat) {
  int8_t taps[max_conv_width] = {};
  for (int j = 0; j < max_conv_width - 1; ++j) {
    if (j < width - 1) taps[j] = state[j];
  }
  for (int t = 0; t < tokens; ++t) {
    taps[width - 1] = x[t * stride];
    y[t * stride] = static_cast<int8_t>(conv1d_silu(taps, w, width, bias, channel, silu, shift_out, sat));
    for (int j = 0; j < width - 1; ++j) taps[j] = taps[j + 1];
  }
  for (int j = 0; j < max_conv_width - 1; ++j) {
    if (j < width - 1) state[j] = taps[j];
  }
}

}  // namespace scansim::hls
