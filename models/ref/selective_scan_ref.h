// The selective scan in double precision, the top of the refinement ladder:
//   dt = softplus(delta + delta_bias)            (softplus only if asked for; the identity above 20, as the
//   CUDA kernel) h[t] = exp(dt A) h[t-1] + dt u B,   v = C.h + D u,   y = v * z / (1 + exp(-z))      (D, z,
//   delta_bias optional)
// Channel d uses B and C of group d / (D / G). reverse: tokens are processed from last to first, outputs stay
// at their own positions, the last state is the one after token 0. decode: the same mathematics as prefill.
// Contract: inputs are the float tensors, every operation is double; other rungs are judged against this one.
// Source: Mamba (Gu and Dao, 2023), selective_scan_ref of mamba_ssm. It does not quantise anything.
#pragma once
#include <vector>

#include "traces/scan_tensors.h"

namespace scansim {

struct scan_output {
  std::vector<double> y;       // (batch, D, L)
  std::vector<double> h_last;  // (batch, D, N)
};

// Largest magnitudes over all batches, channels, tokens and states: what power-of-two scales are chosen from.
struct scan_absmax {
  double state = 0;   // h, h0 included
  double skip_v = 0;  // v, before the gate
  double y = 0;
  double dt = 0;
  double dt_u = 0;
};

// Of every output: y = (readout + D u) gate.
struct scan_terms {
  std::vector<double> readout;  // C.h
  std::vector<double> gate;     // empty: ones
};

// Of a machine whose state saturates: h is cut to it after every token.
struct state_range {
  double low, high;
};

// The tensors must satisfy check_scan_tensors (traces/scan_trace.h), which is not repeated here.
// `absmax` and `terms`, if given, are overwritten; without `range` the state has no end. One thread; about 10
// ns per state update.
scan_output selective_scan_ref(const scan_tensors& tensors, scan_absmax* absmax = nullptr,
                               scan_terms* terms = nullptr, const state_range* range = nullptr);

}  // namespace scansim
