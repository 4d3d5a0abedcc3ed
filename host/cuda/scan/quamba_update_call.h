// One token of Quamba's int8 chain (Mamba-1, W8A8) as a decoder has it: x, dt, z (batch, D); b, c (batch, G,
// N); a_log (D, N); d, dt_bias (D), all int8 with one symmetric scale per tensor as in quamba_scan_call; y
// (batch, D) is float or half. The state (batch, D, N) is int8, value = state_scale q, updated in place:
// rounded to nearest even (rint) and clamped at every token, after y has used it. A null pointer leaves an
// option out. Source: the decode step of Quamba, whose Triton kernel does the same.
#pragma once
#include "host/cuda/scan/quamba_scan_call.h"

namespace scansim {

struct quamba_update_call {
  int batch = 1, channels = 1, states = 1, groups = 1;
  quamba_scan_scales scales;  // h0 and h_last are not used
  float state_scale = 1;
  bool dt_softplus = true;
  gpu_precision y_precision = gpu_precision::fp16;  // fp16 or fp32
  const int8_t *x = nullptr, *dt = nullptr, *b = nullptr, *c = nullptr, *z = nullptr;
  const int8_t *a_log = nullptr, *d = nullptr, *dt_bias = nullptr;
  int8_t* state = nullptr;
  void* y = nullptr;
};

// Throws std::invalid_argument for sizes and types that no kernel takes.
void check_quamba_update(const quamba_update_call& call);

// Enqueues it; pointers are device memory. The twin: pointers are host memory, the same bits of the state as
// the kernel has under emulation; on a device the exps are the unit's, and a tie may fall the other way.
void launch_quamba_update(const quamba_update_call& call, void* stream);
void quamba_update_twin(const quamba_update_call& call);

}  // namespace scansim
