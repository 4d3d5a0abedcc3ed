// Sizes of the units that follow from a machine's shape (sim/PROGRAM.md, sections 2 to 4); those that
// are the same on every machine are in hls/map/depth_map.h.
#pragma once
#include <cstdint>

#include "hls/map/depth_map.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

constexpr int conv_parameter_rows(const machine_shape& shape) { return 2 * shape.channel_words; }
constexpr int norm_weight_rows(const machine_shape& shape) { return 4 * shape.channel_words; }
inline constexpr int weight_slot_count = 2;  // of the weight memory in slots
constexpr int weight_slot_rows(const machine_shape& shape) {
  return shape.gemm_weight_rows / weight_slot_count;
}
// Of one lane in a row of the bias memory and of the conv memory: bytes, and what shift and align keep of
// theirs; bits that finish an accumulator: bias, shift and align.
inline constexpr int bias_lane_bytes = 8, conv_lane_bytes = 16;
inline constexpr int shift_mask = 31, align_mask = 63;
inline constexpr uint64_t finish_parameter_bits = 32 + 5 + 6;

}  // namespace scansim
