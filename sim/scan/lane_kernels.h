// The arithmetic of one beat or row: the hls leaf functions applied to every lane. Nothing is computed here
// that hls/ does not compute; this file only fixes the types of the machine once, so that the compiler sees
// constant widths and can vectorise, and chooses between builds with AVX-512, with AVX2 and with neither at
// run time.
//   delta  (u, delta, D, bias) -> dt2, du, skip    scan  (dt2, du, A, B, C, h) -> h, C.h    gate  (acc, skip,
//   z) -> y
#pragma once
#include <functional>

#include "hls/scan/delta_softplus.h"
#include "hls/scan/scan_serial.h"
#include "sim/scan/lane_words.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/tile_command.h"

namespace scansim {

inline constexpr int max_lanes = 64;

// Entries of the dt FIFO, of the acc FIFO and of the skip FIFO: a value per lane, and the token that it is
// of.
struct dt_row {
  hls::scan_token token;
  alignas(64) uint32_t dt2[max_lanes];
  alignas(64) int32_t du[max_lanes];
};
struct lane_values {
  alignas(64) int64_t value[max_lanes];
};
struct skip_row {
  hls::scan_token token;
  lane_values values;
};

// Rows as in memory: little-endian operands, then states as in the state memory (2 or 4 bytes). constants: of
// the tile.
struct delta_kernel_row {
  const lane_constants* constants;
  const uint8_t *u, *delta, *db;
  dt_row* dt;
  lane_values* skip;
};
struct scan_kernel_beat {
  const dt_row* dt;
  const uint8_t *a, *b, *c;
  uint8_t* h;
  const lane_values* sum_before;  // of the passes before, nullptr in the first
  lane_values* sum;
  bool undriven = false;  // a readout before the drive, part of the step that follows
};
struct gate_kernel_row {
  const lane_constants* constants;
  const lane_values *acc, *skip;
  const uint8_t* z;  // nullptr without z
  uint8_t* y;
};

using delta_kernel = void (*)(const machine_shape&, const tile_command&, const delta_kernel_row&,
                              hls::saturation_counts&);
using scan_kernel = std::function<void(int lanes, int states, const hls::scan_constants&,
                                       const scan_kernel_beat&, uint64_t& saturated)>;
using gate_kernel = void (*)(const machine_shape&, const tile_command&, const gate_kernel_row&,
                             hls::saturation_counts&);

// `vectorised` false: the build for any x86-64; both give the same bits.
delta_kernel select_delta_kernel(const machine_shape& shape, bool vectorised);
scan_kernel select_scan_kernel(const machine_shape& shape, bool vectorised);
gate_kernel select_gate_kernel(const machine_shape& shape, bool vectorised);

}  // namespace scansim
