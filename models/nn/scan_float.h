// The selective scan in single precision, as the model itself computes it:
//   d_t = softplus(delta_t + delta_bias), h_t = exp(d_t A) h_{t-1} + d_t B_t u_t,
//   y_t = (sum_n C_t h_t + D u_t) * silu(z_t).
// Contract: the semantics of selective_scan_fn(u, delta, A, B, C, D, z, delta_bias, delta_softplus), state
// from h0 (zero if empty). Choose models/ref for a double-precision reference; this one exists so that a
// captured trace carries what a float model really produced. It runs forward in time only and does not use
// options.decode.
#pragma once
#include "traces/scan_tensors.h"

namespace scansim {

// Fills expect_y (batch, D, L) and expect_h_last (batch, D, N) of `call`. Optional tensors may be empty.
// Every tensor must have the size that call.shape says and options.reverse must be false;
// std::invalid_argument otherwise.
void scan_float(scan_tensors& call);

}  // namespace scansim
