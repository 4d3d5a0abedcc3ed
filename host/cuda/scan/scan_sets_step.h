// One state of one position of a set, shared by the kernel and its twin:
//   before = held ? h : exp2(dt A log2 e) h,   h' = before + (held ? 0 : drive B)
// and what the readout takes: h', or before with a tap in front of the drive.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/scan/scan_sets_call.h"

namespace scansim {

struct set_position {
  float dt, drive;
  bool held, tap_pre;
};

SCANSIM_HD float scan_sets_step(const set_position& at, float a, float b, float& h) {
  const float before = at.held ? h : mul_rn(exp2_unit(at.dt * (a * log2_e)), h);
  h = at.held ? before : fma_rn(at.drive, b, before);
  return at.tap_pre ? before : h;
}

SCANSIM_HD float scan_sets_gate(gpu_gate gate, float z) {
  return gate == gpu_gate::none ? 1.0f : gate == gpu_gate::linear ? z : silu_unit(z);
}

}  // namespace scansim
