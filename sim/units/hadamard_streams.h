// What travels into, within and out of hadamard_fwht: commands and entries (sim/UNITS.md). Plain data,
// filled in place in a timed_fifo; fixed bounds, so that an entry never allocates.
#pragma once
#include <cstdint>

#include "hls/map/parameter_map.h"

namespace scansim {

inline constexpr int max_hadamard_lanes = map::most_unit_word;

struct hadamard_shape {
  int lanes;        // values of a beat, power of two, from 2 on
  int block_lanes;  // blocks added per cycle: 1, 2 or 4
  int max_bits;     // delay stages
  int row_beats;    // places of a row slot
};

struct hadamard_command {
  int rows;
  int m;           // 1, 12, 20, 28, 40
  int log2_beats;  // of a block of 2^k values
  int shift;
  int bits;   // of a result: 8 or 16
  bool pass;  // requantises only: a row is a beat
};

struct hadamard_beat {
  int16_t value[max_hadamard_lanes];
};

// A beat between the delay stages: its place in time. The values of a row are computed at once, by hls.
struct hadamard_tag {
  int log2_beats;
};

}  // namespace scansim
