// The tensors of one selective_scan_fn call, owned, float, row-major, named and shaped as in mamba_ssm:
// u, delta, z (batch, D, L); A (D, N); B, C (batch, G, N, L); D, delta_bias (D); h0, expect_h_last (batch, D,
// N); expect_y (batch, D, L). An empty vector means that the call does not use the tensor.
#pragma once
#include <cstdint>
#include <vector>

namespace scansim {

struct scan_shape {
  int64_t batch = 0;     // sequences
  int64_t channels = 0;  // D, d_inner
  int64_t states = 0;    // N, d_state
  int64_t groups = 1;    // G, groups of channels that share B and C
  int64_t length = 0;    // L, tokens
};

struct scan_options {
  bool delta_softplus = false;
  bool reverse = false;  // scan from the last token to the first
  bool decode =
      false;  // run as `length` successive calls of one token, the state kept in memory between them
  // Of a set (traces/calls/scan_sets.h): C.(a h) is read out, before the drive; the drive is u B, without the
  // step; the gate is z itself.
  bool tap_pre = false, plain_drive = false, linear_gate = false;
};

struct scan_tensors {
  scan_shape shape;
  scan_options options;
  std::vector<float> u, delta, a, b, c, d, z, delta_bias, h0, expect_y, expect_h_last;
};

}  // namespace scansim
