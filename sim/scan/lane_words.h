// The lanes of delta_softplus and of gate_silu by vectors: eight channels are the elements of a word, and
// hls::delta_of and hls::gate_of_words are instantiated on words. Bits and saturations are those of the lanes
// one by one. With AVX-512 alone (wide_vectors_present()), and for rows of whole words.
#pragma once
#include "hls/scan/gate_silu.h"

namespace scansim {

inline constexpr int lane_word_lanes = 8;

// A rounding right shift and a clamp with their constants, made once for the rows of a tile.
struct ready_shift {
  int64_t half = 0, by = 0;
};
struct ready_range {
  int64_t low = 0, high = 0;
};
template <class Wide>
[[gnu::always_inline]] inline Wide round_shift(Wide value, const ready_shift& shift) {
  return (value + shift.half) >> shift.by;
}
template <class Wide>
[[gnu::always_inline]] inline Wide clamp_signed(Wide value, const ready_range& range) {
  return hls::clamp_between(value, Wide{} + range.low, Wide{} + range.high);
}

// The shifts and widths that hls::delta_of and hls::gate_of_words ask for.
class lane_constants {
 public:
  lane_constants(const hls::scan_shifts& shifts, const hls::widths& widths);
  lane_constants() = default;
  const ready_range& du_bits() const { return du_range_; }
  const ready_range& acc_bits() const { return acc_range_; }

  ready_shift delta, bias, z, dt2, du, skip, v, y;
  int quant = 0;

 private:
  ready_range du_range_, acc_range_;
};

// db: {bias, D} of each lane.
template <class Operand>
struct delta_lanes_row {
  int lanes;
  bool softplus, plain_drive;
  const Operand *u, *delta;
  const int16_t* db;
  uint32_t* dt2;
  int32_t* du;
  int64_t* skip;
};

// z: with a gate. Output: of 8 bits behind quantise_shift.
template <class Operand, class Output>
struct gate_lanes_row {
  int lanes;
  hls::gate_kind gate;
  const int64_t *acc, *skip;
  const Operand* z;
  Output* y;
};

// Operand, Output: int8_t, int16_t.
template <class Operand>
void delta_lanes_by_words(const delta_lanes_row<Operand>& row, const lane_constants& constants,
                          hls::saturation_counts& saturations);
template <class Operand, class Output>
void gate_lanes_by_words(const gate_lanes_row<Operand, Output>& row, const lane_constants& constants,
                         hls::saturation_counts& saturations);

}  // namespace scansim
