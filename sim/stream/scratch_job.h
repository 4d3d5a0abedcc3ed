// scratch_job: one run of words between the scratch memory and a unit (sim/PROGRAM.md, section 4). Plain
// data, filled in place in a timed_fifo. Codes are those of the RTL (ssm_pkg).
#pragma once
#include <cstdint>

namespace scansim {

enum class scratch_source : uint8_t { gemm, gemm_z, conv_u, conv_h, norm, hadamard, load, scan_y };
enum class scratch_target : uint8_t {
  gemm_x,
  gemm_r,
  conv_x,
  conv_s,
  norm_x,
  hadamard_x,
  store,
  u,
  delta,
  b,
  c,
  z
};
enum class scratch_mode : uint8_t { single, double_, triple, quad, pair, half_low, half_high };

struct scratch_job {
  bool fence = false;  // wait until `count` jobs of the other queue are complete
  int64_t count = 0;   // all of them pushed before this one
  uint8_t port = 0;    // scratch_target of a read, scratch_source of a write
  scratch_mode mode = scratch_mode::single;
  bool scatter = false;
  uint16_t base = 0;  // word
  int n0 = 1, s0 = 0, n1 = 1, s1 = 0, n2 = 1, s2 = 0;

  int64_t words() const { return int64_t{n0} * n1 * n2; }
};

}  // namespace scansim
