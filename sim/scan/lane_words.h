// The lanes of delta_softplus and of gate_silu by vectors: eight channels are the elements of a word, and
// hls::delta_of and hls::gate_of_words are instantiated on words. Bits and saturations are those of the lanes
// one by one. With AVX-512 alone (wide_vectors_present()), and for rows of whole words.
#pragma once
#include "hls/scan/gate_silu.h"

namespace scansim {

inline constexpr int lane_word_lanes = 8;

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
void delta_lanes_by_words(const delta_lanes_row<Operand>& row, const hls::scan_shifts& shifts,
                          const hls::widths& w, hls::saturation_counts& saturations);
template <class Operand, class Output>
void gate_lanes_by_words(const gate_lanes_row<Operand, Output>& row, const hls::scan_shifts& shifts,
                         const hls::widths& w, hls::saturation_counts& saturations);

}  // namespace scansim
