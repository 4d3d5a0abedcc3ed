// What travels between the units of the gemm group: commands and entries (sim/UNITS.md). Plain data, filled
// in place in a timed_fifo; fixed bounds, so that an entry never allocates. Weights of a beat lie as in the
// weight memory and on the port of the RTL: lane by lane, each by slot (i*Gb + g for value i of group g).
#pragma once
#include "hls/gemm/gemm_nm.h"
#include "hls/map/parameter_map.h"

namespace scansim {

class operand_switching;  // sim/switching

// gemm_nm
inline constexpr int max_gemm_lanes = map::most_unit_word, max_gemm_depth = 128, max_gemm_window = 512;

struct gemm_shape {
  int lanes;                               // output channels in parallel
  int depth;                               // multipliers per lane
  int window;                              // bytes of x that a beat may span
  operand_switching* switching = nullptr;  // told of every product; nullptr: none is counted
};

struct gemm_command {
  int outputs, beats;  // beats of one output
  int n, m;
  int groups;  // of a beat, a power of two
  hls::gemm_epilogue epilogue;
};

// The most groups that a beat of this shape can hold; 0 when the pattern does not fit.
constexpr int gemm_groups_per_beat(const gemm_shape& shape, int n, int m) {
  int groups = 1;
  while (2 * groups * n <= shape.depth && 2 * groups * m <= shape.window) groups *= 2;
  return n <= shape.depth && m <= shape.window ? groups : 0;
}

struct gemm_x_beat {
  int8_t value[max_gemm_window];
};
struct gemm_w_beat {
  int8_t value[max_gemm_lanes * max_gemm_depth];  // [lane][slot], as many slots as the shape has
  uint8_t position[max_gemm_lanes * max_gemm_depth];
};
struct gemm_parameters {
  int32_t bias[max_gemm_lanes];
  hls::gemm_channel channel[max_gemm_lanes];
};
struct gemm_row {
  int32_t value[max_gemm_lanes];
};

// index_unrank
inline constexpr int max_unrank_groups = map::most_unit_word, max_nm_m = 16;

struct unrank_command {
  int beats, n, m;
  int index_bits;  // of one rank in memory
};
struct rank_beat {
  uint32_t rank[max_unrank_groups];
};
struct position_beat {
  uint8_t position[max_unrank_groups][max_nm_m];  // rising, then zeros
};

// topn_select
inline constexpr int max_topn_lanes = 64;

struct topn_command {
  int groups, n, m;
};
struct topn_value {
  int16_t value[max_topn_lanes];
};
struct topn_kept {
  int16_t value[max_topn_lanes];
  uint8_t position[max_topn_lanes];
};

}  // namespace scansim
