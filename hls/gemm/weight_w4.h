// weight_w4: 4-bit weights with one multiplier per output channel and 128 consecutive k, as the array sees
// them.
//   w8 = clamp_s8(w4 * multiplier),  w4 in [-8, 7], multiplier 1..16
// Contract: in that range nothing saturates (-8 * 16 = -128), so nothing is counted. Two weights a byte, low
// nibble first. With N:M the 128 count k before compression: the multiplier follows the position.
#pragma once
#include "hls/formats.h"

namespace scansim::hls {

inline constexpr int w4_group = 128;

// `half` 0: low nibble, 1: high nibble.
constexpr int unpack_w4(uint8_t byte, int half) {
  const int nibble = byte >> (4 * half) & 15;
  return nibble < 8 ? nibble : nibble - 16;
}

constexpr int8_t expand_w4(int w4, int multiplier) {
  return static_cast<int8_t>(clamp_signed(w4 * multiplier, 8));
}

}  // namespace scansim::hls
