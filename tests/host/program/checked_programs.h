// Right programs of the tests of the host's check, into which they plant faults.
#pragma once
#include "host/program/compile/state_runs.h"
#include "tests/host/program/program_cases.h"
#include "tests/host/program/program_listing.h"

namespace scansim::test {

inline design_point tiny() { return point_of("block-tiny"); }

inline const program& layer_program() {
  static const program p = [] {
    const layer_case c = byte_mamba_layer(tiny(), 80);
    return make_layer_program(c.layer, c.r, {}, {}, tiny());
  }();
  return p;
}

inline const program& unfused_program() {
  static const program p = [] {
    const layer_case c = byte_mamba_layer(tiny(), 40);
    return make_layer_program(c.layer, c.r, {}, {.fused = false, .pattern = {}}, tiny());
  }();
  return p;
}

inline program operator_program(const operator_request& r) {
  return program_of(generate_operator(r), 8, tiny());
}

inline constexpr int load_x = 8, release_x = 9, to_z = 10, clear = 8, drain = 30, fence = 31;

}  // namespace scansim::test
