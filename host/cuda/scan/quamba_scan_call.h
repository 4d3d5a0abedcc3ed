// Quamba's int8 selective scan (Mamba-1, W8A8) as its kernel and its twin take it. Every operand is int8 with
// one symmetric scale per tensor, value = scale * q; A = -exp(a_log_scale * q). Layouts as in scan_call: u,
// delta, z, y (batch, D, L); b, c (batch, G, N, L); a_log (D, N); d, delta_bias (D); h0, h_last (batch, D,
// N). A null pointer leaves that option out. y is float or half (the Hadamard transform that follows takes
// half); the arithmetic and the carried state are float32, only the last state is int8. N <= 256.
#pragma once
#include <cstdint>

#include "host/cuda/numerics/exp2_float.h"
#include "host/cuda/scan/scan_call.h"

namespace scansim {

struct quamba_scan_scales {
  float u = 1, delta = 1, b = 1, c = 1, z = 1, a_log = 1, d = 1, delta_bias = 1, h0 = 1, h_last = 1;
};

// exps: polynomial, the bits of the twin; unit, the special function unit's, for times.
struct quamba_scan_call {
  scan_sizes sizes;
  quamba_scan_scales scales;
  exp_method exps = exp_method::polynomial;
  bool delta_softplus = true, reverse = false;      // without softplus delta * A has to stay below 88
  gpu_precision y_precision = gpu_precision::fp16;  // fp16 or fp32
  const int8_t *u = nullptr, *delta = nullptr, *b = nullptr, *c = nullptr, *z = nullptr;
  const int8_t *a_log = nullptr, *d = nullptr, *delta_bias = nullptr, *h0 = nullptr;
  void* y = nullptr;
  int8_t* h_last = nullptr;
};

}  // namespace scansim
