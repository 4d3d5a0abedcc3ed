// Host twin of quamba_scan_kernel: plain loops over tokens and lanes, the same leaf functions in the same
// order of operations. Contract: y and h_last equal the kernel's bit for bit (exps by the unit: those of the
// kernel under emulation); the pointers of the call are
// host memory. It is the int8 rung's arithmetic on machines without a GPU; it is not fast (about 1e8 states x
// tokens per second).
#pragma once
#include "host/cuda/scan/quamba_scan_call.h"

namespace scansim {

// h_last_float, if given, receives the last state (batch, D, N) before it is rounded to int8.
void quamba_scan_twin(const quamba_scan_call& call, float* h_last_float = nullptr);

}  // namespace scansim
