// Sizes of the units that are the same on every machine, or follow from its shape (sim/PROGRAM.md,
// sections 2 to 4). The one statement of them in C++; the RTL's are in ssm_unit_check and ssm_units.
#pragma once
#include <cstdint>

#include "sim/stream/machine_shape.h"

namespace scansim {

// Rows of the parameter memories; a list counts entries.
inline constexpr int gemm_shift_rows = 512, gemm_bias_rows = 64, gemm_list_entries = 256;
constexpr int conv_parameter_rows(const machine_shape& shape) { return 2 * shape.channel_words; }
constexpr int norm_weight_rows(const machine_shape& shape) { return 4 * shape.channel_words; }
// Of one lane in a row of the bias memory and of the conv memory: bytes, and what shift and align keep of
// theirs; bits that finish an accumulator: bias, shift and align.
inline constexpr int bias_lane_bytes = 8, conv_lane_bytes = 16;
inline constexpr int shift_mask = 31, align_mask = 63;
inline constexpr uint64_t finish_parameter_bits = 32 + 5 + 6;

inline constexpr int piece_words = 64;         // of load, store and index pieces
inline constexpr int scratch_queue_depth = 8;  // jobs, of each scratch engine

}  // namespace scansim
