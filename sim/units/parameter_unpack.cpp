#include "sim/units/parameter_unpack.h"

#include <cstring>

#include "sim/unit_sizes.h"

namespace scansim {
namespace {

// One lane of a row of the conv memory: w[0..3], bias, shift, align.
constexpr int bias_byte = 4, shift_byte = 8, align_byte = 9;

}  // namespace

void unpack_conv_row(const uint8_t* row, int lanes, conv_parameters& p) {
  for (int lane = 0; lane < lanes; ++lane, row += conv_lane_bytes) {
    std::memcpy(p.w[lane], row, sizeof p.w[lane]);
    std::memcpy(&p.bias[lane], row + bias_byte, sizeof p.bias[lane]);
    p.channel[lane] = {static_cast<uint8_t>(row[shift_byte] & shift_mask),
                       static_cast<uint8_t>(row[align_byte] & align_mask)};
  }
}

void unpack_norm_row(const uint8_t* row, int lanes, norm_beat& w) {
  std::memcpy(w.value, row, static_cast<size_t>(lanes) * sizeof w.value[0]);
}

}  // namespace scansim
