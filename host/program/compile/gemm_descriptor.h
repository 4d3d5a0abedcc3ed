// The gemm descriptor of rows that are in the parameter memories, for any number of tokens and any epilogue.
#pragma once
#include "host/program/base/program_builder.h"
#include "sim/unit_check.h"

namespace scansim {

inline hls::scratch_region region_of(int64_t address, int64_t pitch) {
  return {static_cast<uint16_t>(address), static_cast<uint16_t>(pitch)};
}

// Tiles first..first + tiles - 1 of a gemm.
inline gemm_rows part_of(gemm_rows rows, int64_t first, int64_t tiles) {
  const int skipped = rows.streams ? 0 : static_cast<int>(first) * rows.beats;
  rows.w_row += skipped, rows.pos_row += skipped;
  rows.shift_row += static_cast<int>(first), rows.bias_row += static_cast<int>(first);
  rows.weights += static_cast<uint64_t>(first) * rows.tile_bytes;
  rows.tiles = static_cast<int>(tiles);
  return rows;
}

// Fenced, its own x loaded and released; x, y and r lie tile by tile, `x` with x_tokens words each.
inline hls::gemm_descriptor gemm_of(const gemm_rows& rows, const hls::gemm_epilogue& epilogue, int64_t x,
                                    int64_t x_tokens, int64_t tokens) {
  hls::gemm_descriptor d;
  d.fence = d.load_x = d.release_x = true;
  d.tokens = static_cast<uint16_t>(tokens), d.x_tokens = static_cast<uint16_t>(x_tokens);
  d.tiles = static_cast<uint16_t>(rows.tiles), d.beats = static_cast<uint16_t>(rows.beats);
  d.n = static_cast<uint8_t>(rows.n), d.log2_m = static_cast<uint8_t>(rows.log2_m);
  d.log2_groups = static_cast<uint8_t>(rows.log2_groups);
  d.kind = static_cast<uint8_t>(epilogue.kind), d.shift_out = epilogue.shift_out;
  d.wide = epilogue.kind == hls::gemm_epilogue_kind::none && epilogue.output_bits == 16;
  d.has_bias = rows.has_bias;
  d.w_row = static_cast<uint16_t>(rows.w_row), d.pos_row = static_cast<uint16_t>(rows.pos_row);
  d.shift_row = static_cast<uint16_t>(rows.shift_row), d.bias_row = static_cast<uint16_t>(rows.bias_row);
  d.x = region_of(x, x_tokens);
  d.k_words = static_cast<uint16_t>(rows.k_words);
  d.y_step = static_cast<uint16_t>(gemm_row_words(d));
  return d;
}

}  // namespace scansim
