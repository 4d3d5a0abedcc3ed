// Number formats of the whole machine: fixed widths and fraction bits that do not depend on the trace, and
// the rounding rule. Everything that does depend on the trace (shifts) travels in the scan descriptor.
//
//   round_shift(v, s) = floor(v / 2^s + 1/2)   (round half up; s = 0 leaves v)
//   clamp_signed(v, w), clamp_unsigned(v, w)   saturate to w bits; the caller counts when the value changed
//
// Synthesizable subset: no heap, no exceptions, no library containers, static bounds. hls/README.md is the
// specification.
#pragma once
#include <cstdint>

#include "hls/words.h"

namespace scansim::hls {

// Fixed-point positions shared by every design point.
inline constexpr int x_bits = 17;  // argument of softplus and sigmoid: signed, range [-16, 16)
inline constexpr int x_frac = 12;
inline constexpr int dt_bits = 26;  // softplus value: unsigned, range [0, 16)
inline constexpr int dt_frac = 22;
inline constexpr int log2e_frac = 16;  // log2(e) = 1.4427 as an integer constant
inline constexpr int64_t log2e_q = 94548;
inline constexpr int dt2_bits = 24;       // dt * log2(e): unsigned
inline constexpr int exponent_lsb = 18;   // fraction bits of the exponent e
inline constexpr int exponent_bits = 22;  // width of e - 1: unsigned, e in (0, 16]; beyond, the decay is 0
inline constexpr int exp_frac = 25;       // fraction bits of the decay a = 2^-e
inline constexpr int decay_bits = 26;     // exp value: unsigned, 2^25 stands for 1
inline constexpr int sigmoid_frac = 16;   // sigmoid value: unsigned, 2^16 stands for 1
inline constexpr int rsqrt_frac = 16;     // reciprocal square root: unsigned, 17 bits
inline constexpr int v_bits = 26;         // value before the gate: signed
inline constexpr int gate_bits = 18;      // gate value silu(z): signed
inline constexpr int param_bits = 16;     // D and delta_bias, signed, at every operand width
inline constexpr int shift_bias =
    16;  // aligning shifts are stored as 16 - (left shift): always a right shift

// Widths and guard positions that follow from a design point's operand and state widths.
struct widths {
  int operand_bits;  // 8 or 16
  int state_bits;    // 16..32
  int output_bits;   // 8 or 16
  int exp_segments;  // 8, 16, 32, 64

  // Fraction bits of the product dt2 * rate, rate = |A| << rate_shift(align).
  constexpr int exponent_frac() const { return operand_bits == 8 ? 25 : 29; }
  // Rates of 8 bits are moved to where dt2 keeps enough fraction bits whatever A's scale.
  constexpr int rate_shift(int align) const { return operand_bits == 8 ? 2 * align : 0; }
  constexpr int rate_bits() const { return operand_bits == 8 ? 14 : 16; }
  constexpr int du_bits() const { return operand_bits == 8 ? 24 : 27; }
  // Fraction bits of du * B beyond those of the state.
  constexpr int drive_guard() const { return (operand_bits == 8 ? 8 : 14) - (state_bits - 16); }
  // Fraction bits kept below the state in the sum a*h + b.
  constexpr int state_guard() const { return drive_guard() > 0 ? drive_guard() : 0; }
  constexpr int acc_bits() const { return operand_bits + state_bits + 8; }
  constexpr int exp_index_bits() const {
    return exp_segments == 64 ? 6 : exp_segments == 32 ? 5 : exp_segments == 16 ? 4 : 3;
  }
};

// T: an integer or a word of them (hls/words.h).
template <class T>
[[gnu::always_inline]] constexpr T round_shift(T v, int s) {
  using Element = typename word_types<T>::element;
  return word_cast<T>((v + static_cast<Element>((uint64_t{1} << s) >> 1)) >> s);
}

template <class T>
[[gnu::always_inline]] constexpr T clamp_between(T v, T lo, T hi) {
  const T below = v > hi ? T(hi) : T(v);
  return below < lo ? T(lo) : T(below);
}

template <class T>
[[gnu::always_inline]] constexpr T clamp_signed(T v, int bits) {
  using Element = typename word_types<T>::element;
  const auto hi = static_cast<Element>((Element{1} << (bits - 1)) - 1);
  return clamp_between(v, word_cast<T>(T{} - hi - 1), word_cast<T>(T{} + hi));
}

template <class T>
[[gnu::always_inline]] constexpr T clamp_unsigned(T v, int bits) {
  using Element = typename word_types<T>::element;
  const auto hi = static_cast<Element>((Element{1} << bits) - 1);
  return clamp_between(v, T{}, word_cast<T>(T{} + hi));
}

}  // namespace scansim::hls
