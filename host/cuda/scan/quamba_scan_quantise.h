// A recorded float scan as Quamba's int8 call: symmetric per-tensor scales, absmax / 127, except u, whose
// scale is the 99.95th percentile of |u| / 127 as published (the rest saturates), and the last state, whose
// scale is the same percentile of the float last state that the quantised operands give. A is stored as its
// logarithm: A < 0 is required. Contract: quantised by round to nearest even (rintf(v / scale)); operands and
// outputs are owned here and live as long as the object. Per tensor and static: no groups of channels, no
// per-token scales.
#pragma once
#include <string>
#include <vector>

#include "host/cuda/scan/quamba_scan_call.h"
#include "host/cuda/scan/quamba_update_call.h"
#include "traces/scan_tensors.h"

namespace scansim {

struct quamba_scan_operands {
  scan_sizes sizes;
  quamba_scan_scales scales;
  bool delta_softplus = true, reverse = false;
  exp_method exps = exp_method::polynomial;                         // how the kernel is to make them
  std::vector<int8_t> u, delta, b, c, z, a_log, d, delta_bias, h0;  // empty: not used

  // Pointers into this object; y and h_last are the caller's.
  quamba_scan_call call(gpu_precision y_precision, void* y, int8_t* h_last) const;
};

// Throws input_error naming `trace` if A is not negative everywhere, or N > 256.
quamba_scan_operands quamba_scan_quantise(const scan_tensors& tensors, const std::string& trace);

// The same scan as L tokens of a decode: operands with one token's row packed, tokens in the order of the
// walk, and the state that they start from. Its one scale is the larger of those of h0 and of the last state.
struct quamba_decode_operands {
  quamba_update_call call;  // sizes and scales, no pointers
  int length = 1;
  std::vector<int8_t> x, dt, b, c, z;     // (L, batch, D); B and C (L, batch, G, N)
  std::vector<int8_t> a_log, d, dt_bias;  // empty: not used
  std::vector<int8_t> state;              // (batch, D, N) before the first token

  // Token t, pointers into this object; state and y, one token's, are the caller's.
  quamba_update_call step(int t, gpu_precision y_precision, int8_t* state_now, void* y) const;
};
quamba_decode_operands quamba_decode_quantise(const scan_tensors& tensors, const std::string& trace);

// The float call that the int8 operands stand for, for checks of the arithmetic alone.
scan_tensors quamba_scan_dequantise(const quamba_scan_operands& operands);

}  // namespace scansim
