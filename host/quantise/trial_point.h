// A machine of given widths that holds every scan, to try scales and arithmetic on: results do not depend on
// the rest of a design point. Internal to host/quantise.
#pragma once
#include "hls/formats.h"
#include "hls/scan/scan_serial.h"
#include "models/configs/design_point.h"

namespace scansim {

inline design_point trial_point(const hls::widths& w) {
  design_point p;
  p.num_lanes = 16, p.states_per_lane = 16, p.interleave = 4, p.max_states = hls::max_states;
  p.operand_bits = w.operand_bits, p.state_bits = w.state_bits, p.output_bits = 16,
  p.exp_segments = w.exp_segments;
  p.chunk_tokens = 64, p.tile_buffers = 2, p.state_capacity = 1 << 17;
  p.axi_data_bits = 512, p.axi_max_burst = 64, p.read_outstanding = 4;
  return p;
}

}  // namespace scansim
