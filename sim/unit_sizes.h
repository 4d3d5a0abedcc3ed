// Sizes of the units that follow from a machine's shape (sim/PROGRAM.md, sections 2 to 4); those that
// are the same on every machine are in hls/map/depth_map.h.
#pragma once
#include "hls/map/depth_map.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

constexpr int conv_parameter_rows(const machine_shape& shape) { return 2 * shape.channel_words; }
constexpr int norm_weight_rows(const machine_shape& shape) { return 4 * shape.channel_words; }

}  // namespace scansim
