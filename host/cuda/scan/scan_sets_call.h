// Several scans of one input as the kernel takes them: maps as index arrays, resets and holds as flags, in
// the order of the walk, so that any order, segment or tag is data. Row-major: u (batch, D, L); z, y (batch,
// D, R); of a set with Ds channels: delta (batch, Ds, L), b, c (batch, G, N, L), a (Ds, N), d, delta_bias
// (Ds), h0, h_last (batch, Ds, N). u, z, delta, b and c have the type `precision`; the rest, y too, is
// float32: sums of sets are not rounded in between. A null pointer leaves that option out.
#pragma once
#include <cstdint>

#include "host/cuda/scan/scan_call.h"

namespace scansim {

inline constexpr int most_gpu_sets = 8;
inline constexpr uint8_t step_resets = 1, step_holds = 2;

enum class gpu_gate { silu, linear, none };

struct gpu_scan_set {
  int positions = 0, first_channel = 0, channels = 0, states = 1, groups = 1;
  const int32_t *rows_u = nullptr, *rows_p = nullptr, *rows_out = nullptr;  // a position; out -1: no output
  const uint8_t* flags = nullptr;                                           // a position
  bool tap_pre = false, plain_drive = false;
  gpu_gate gate = gpu_gate::none;
  const void *delta = nullptr, *b = nullptr, *c = nullptr;
  const float *a = nullptr, *d = nullptr, *delta_bias = nullptr, *h0 = nullptr;
  float* h_last = nullptr;
};

struct gpu_scan_sets {
  int batch = 1, channels = 1, length = 1, output_rows = 1, sets = 1;
  bool delta_softplus = true;
  gpu_precision precision = gpu_precision::fp32;
  const void *u = nullptr, *z = nullptr;
  float* y = nullptr;
  gpu_scan_set set[most_gpu_sets];
};

}  // namespace scansim
