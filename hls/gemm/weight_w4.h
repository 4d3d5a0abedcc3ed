// weight_w4: 4-bit weights with one multiplier per output channel and 128 consecutive k, as the array sees
// them.
//   w8 = clamp_s8(w4 * multiplier),  w4 in [-8, 7], multiplier 1..16
// Contract: in that range nothing saturates (-8 * 16 = -128), so nothing is counted. Two weights a byte, low
// nibble first. With N:M the 128 count k before compression: the multiplier follows the position. In memory
// (sim/PROGRAM.md, section 2) a beat of multipliers, 5 bits in a byte, leads the weight rows that it holds
// for; the upper bits of its first two bytes say how many.
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

inline constexpr int w4_multiplier_bits = 5;
inline constexpr int w4_most_rows = 64;  // that follow a beat of multipliers

constexpr int w4_multiplier(uint8_t byte) { return byte & ((1 << w4_multiplier_bits) - 1); }

// `beat`: of multipliers.
constexpr int w4_rows(const uint8_t* beat) {
  return 1 + (beat[0] >> w4_multiplier_bits | beat[1] >> w4_multiplier_bits << 3);
}
constexpr void set_w4_rows(uint8_t* beat, int rows) {
  beat[0] = static_cast<uint8_t>(w4_multiplier(beat[0]) | ((rows - 1) & 7) << w4_multiplier_bits);
  beat[1] = static_cast<uint8_t>(w4_multiplier(beat[1]) | (rows - 1) >> 3 << w4_multiplier_bits);
}

}  // namespace scansim::hls
