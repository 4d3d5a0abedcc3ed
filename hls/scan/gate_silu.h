// gate_silu: readout, skip, gate and output rounding of one (token, channel).
//   v = clamp26( (acc + skip) >> sh.v ),  y = clamp16( v * gate >> sh.y )
//   gate = silu(z), or z (linear), or 1.0 = 2^16 (none)
// Saturations counted: v, y. The output leaves at 16 bits; quantise_shift makes 8 of them.
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/silu_pwl.h"
#include "hls/scan/delta_softplus.h"
#include "hls/scan/scan_descriptor.h"

namespace scansim::hls {

inline constexpr int y_bits = 16;
inline constexpr int32_t gate_one = 1 << 16;

enum class gate_kind : uint8_t { none, silu, linear };

constexpr gate_kind gate_of(bool gated, bool linear = false) {
  return !gated ? gate_kind::none : linear ? gate_kind::linear : gate_kind::silu;
}

// Word: of 32 bits an element (hls/words.h). clipped_*: 1 where the value was not kept.
template <class Word>
struct gate_words {
  Word y;
  wide_word<Word> clipped_v, clipped_y;
};

// Shifts: scan_shifts, or what a host has made of them once for many rows.
template <class Word, class Shifts, class Rows = sigmoid_rows>
[[gnu::always_inline]] inline gate_words<Word> gate_of_words(wide_word<Word> acc, wide_word<Word> skip,
                                                             Word z, gate_kind kind, const Shifts& sh,
                                                             int operand_bits, const Rows& rows = {}) {
  using types = word_types<Word>;
  using Wide = wide_word<Word>;
  const Wide none{}, one = none + 1;
  const Wide v_wide = round_shift(acc + skip, sh.v);
  const Wide v = clamp_signed(v_wide, v_bits);
  Word gate = Word{} + gate_one;
  if (kind == gate_kind::linear) gate = linear_gate(z, operand_bits);
  if (kind == gate_kind::silu) {
    const Wide x = clamp_signed(round_shift(types::widen(z) << shift_bias, sh.z), x_bits);
    gate = silu_gate(z, types::narrow(x), operand_bits, rows);
  }
  const Wide y_wide = round_shift(types::product(types::narrow(v), gate), sh.y);
  const Wide y = clamp_signed(y_wide, y_bits);
  return {types::narrow(y), v != v_wide ? one : none, y != y_wide ? one : none};
}

inline int32_t gate_silu(int64_t acc, int64_t skip, int32_t z, gate_kind kind, const scan_shifts& sh,
                         const widths& w, saturation_counts& sat) {
  const gate_words<int32_t> one = gate_of_words(acc, skip, z, kind, sh, w.operand_bits);
  sat.v += static_cast<uint64_t>(one.clipped_v);
  sat.y += static_cast<uint64_t>(one.clipped_y);
  return one.y;
}

}  // namespace scansim::hls
