// What travels into and out of conv1d_silu and rms_norm: commands and entries (sim/UNITS.md). Plain data,
// filled in place in a timed_fifo; fixed bounds, so that an entry never allocates. Taps and bytes of a state
// go by age as at the ports of the RTL (number 0 is the newest), where hls takes the oldest first.
#pragma once
#include "hls/map/parameter_map.h"
#include "hls/units/conv1d_silu.h"

namespace scansim {

// conv1d_silu
inline constexpr int max_conv_lanes = map::most_unit_word;

struct conv_command {
  int groups, tokens;  // rows: tokens outer, lane groups inner
  int width;           // 2..4
  int shift_out;       // silu only
  bool silu, has_state, store_state;
};
struct conv_row {
  int8_t value[max_conv_lanes];
};
struct conv_parameters {
  int8_t w[max_conv_lanes][hls::max_conv_width];  // w[a] multiplies the input of a tokens ago
  int32_t bias[max_conv_lanes];
  hls::gemm_channel channel[max_conv_lanes];
};
struct conv_state {
  int8_t value[max_conv_lanes][hls::max_conv_width - 1];  // [a - 1]: the input of a tokens ago
};

// rms_norm
inline constexpr int max_norm_lanes = map::most_unit_word;

struct norm_command {
  int rows, beats;  // beats of one row
  uint64_t eps_sum;
  int shift;
};
struct norm_beat {
  int16_t value[max_norm_lanes];
};
struct norm_result {
  int8_t value[max_norm_lanes];
};

}  // namespace scansim
