// gemm_nm: int8 dot products, dense or N:M along the reduction, and what becomes of their sums.
//   acc  = sum_k x[k] w[k]                          s32, exact in any order for K <= 65536
//   acc' = clamp_s32(acc + bias);   y = finish(acc')  with finish = requantise | silu | residual | raw
// Contract: hls/gemm/README.md, section 2; at most one saturation per output. Choose dot_*_rows for many
// tokens against one weight row: it vectorises over tokens, where dot_nm's reads of x follow the positions
// and cannot. It does not gather or scatter rows and knows no tiles.
#pragma once
#include "hls/formats.h"
#include "hls/gemm/requantise.h"
#include "hls/gemm/unit_saturations.h"
#include "hls/nonlin/silu_pwl.h"

namespace scansim::hls {

inline constexpr int max_reduction = 65536;  // K: 2^7 * 2^7 * 2^16 = 2^30

inline int32_t dot_dense(const int8_t* x, const int8_t* w, int k) {
  int32_t acc = 0;
  for (int i = 0; i < k; ++i) acc += int32_t{x[i]} * w[i];
  return acc;
}

// Where value i of group g lies: a group after the other, or by the slots of a beat as the machine stores it.
enum class nm_order : uint8_t { by_group, by_slot };

// N: compile-time n, or 0 for the run-time one. Unrolled groups are twice as fast on a processor.
template <nm_order Order, int N>
inline int32_t dot_nm_of(const int8_t* x, const int8_t* values, const uint8_t* positions, int groups,
                         int run_n, int m) {
  const int n = N != 0 ? N : run_n;
  int32_t acc = 0;
  for (int g = 0; g < groups; ++g) {
    for (int i = 0; i < n; ++i) {
      const int at = Order == nm_order::by_group ? g * n + i : i * groups + g;
      acc += int32_t{x[g * m + positions[at]]} * values[at];
    }
  }
  return acc;
}

template <nm_order Order>
inline int32_t dot_nm_in(const int8_t* x, const int8_t* values, const uint8_t* positions, int groups, int n,
                         int m) {
  switch (n) {
    case 1:
      return dot_nm_of<Order, 1>(x, values, positions, groups, n, m);
    case 2:
      return dot_nm_of<Order, 2>(x, values, positions, groups, n, m);
    case 4:
      return dot_nm_of<Order, 4>(x, values, positions, groups, n, m);
    case 8:
      return dot_nm_of<Order, 8>(x, values, positions, groups, n, m);
    default:
      return dot_nm_of<Order, 0>(x, values, positions, groups, n, m);
  }
}

// `values` and `positions`: groups * n of them; positions 0..m-1 inside their group.
inline int32_t dot_nm(const int8_t* x, const int8_t* values, const uint8_t* positions, int groups, int n,
                      int m) {
  return dot_nm_in<nm_order::by_group>(x, values, positions, groups, n, m);
}
inline int32_t dot_nm_slots(const int8_t* x, const int8_t* values, const uint8_t* positions, int groups,
                            int n, int m) {
  return dot_nm_in<nm_order::by_slot>(x, values, positions, groups, n, m);
}

// Four products of each element of a word: its bytes times those of x's. Even and odd bytes, widened to 16
// bits: a word's type has the sum of products of such halves.
template <class Word>
[[gnu::always_inline]] inline Word dot_packed(Word x, Word w) {
  using types = word_types<Word>;
  return types::sum_of_products(types::even_bytes(x), types::even_bytes(w)) +
         types::sum_of_products(types::odd_bytes(x), types::odd_bytes(w));
}

// The same for Rows tokens at once: xt is x transposed, (K, Rows); acc[row] is overwritten.
template <int Rows>
inline void dot_nm_rows(const int8_t* xt, const int8_t* values, const uint8_t* positions, int groups, int n,
                        int m, int32_t* acc) {
  int32_t sum[Rows] = {};
  for (int g = 0; g < groups; ++g) {
    for (int i = 0; i < n; ++i) {
      const int8_t* column = xt + int64_t{g * m + positions[g * n + i]} * Rows;
      const int16_t value = values[g * n + i];
      // A product of two s8 fits 16 bits, so a 16-bit multiply is exact.
      for (int row = 0; row < Rows; ++row) sum[row] += static_cast<int16_t>(column[row] * value);
    }
  }
  for (int row = 0; row < Rows; ++row) acc[row] = sum[row];
}

template <int Rows>
inline void dot_dense_rows(const int8_t* xt, const int8_t* w, int k, int32_t* acc) {
  int32_t sum[Rows] = {};
  for (int i = 0; i < k; ++i) {
    const int8_t* column = xt + int64_t{i} * Rows;
    const int16_t value = w[i];
    for (int row = 0; row < Rows; ++row) sum[row] += static_cast<int16_t>(column[row] * value);
  }
  for (int row = 0; row < Rows; ++row) acc[row] = sum[row];
}

enum class gemm_epilogue_kind : uint8_t { none, silu, residual, raw };

struct gemm_epilogue {
  gemm_epilogue_kind kind = gemm_epilogue_kind::none;
  uint8_t output_bits = 8;  // 8 or 16, kind none only: silu gives 8, residual 16, raw 32
  uint8_t shift_out = 0;    // 0..31, kind silu only
};

struct gemm_channel {  // of one output channel
  uint8_t shift = 0;   // 0..31: accumulator to output (none, residual)
  uint8_t align = 0;   // 0..63 = 4 + frac of the accumulator: accumulator to argument of silu
};

inline int32_t add_bias(int32_t acc, int32_t bias, bool& clipped) {
  const int64_t wide = int64_t{acc} + bias;
  const int64_t sum = clamp_signed(wide, 32);
  clipped |= sum != wide;
  return static_cast<int32_t>(sum);
}

inline constexpr int silu_product_frac = sigmoid_frac;  // fraction bits of v * sigmoid(v) after its rounding

// silu of an accumulator, 8 bits. Below -16 silu is zero, so only a clamp from above loses anything.
inline int32_t silu_requantise(int32_t acc, int align, int shift_out, bool& clipped) {
  const int64_t wide = round_shift(int64_t{acc} << shift_bias, align);
  const auto v = static_cast<int32_t>(clamp_signed(wide, x_bits));
  clipped |= v < wide;
  const auto value = static_cast<int32_t>(round_shift(int64_t{v} * sigmoid_pwl(v), x_frac));
  return requantise_flagged(value, shift_out, 8, clipped);
}

// `residual` s16, read only by that kind.
inline int32_t gemm_finish(int32_t acc, int32_t bias, gemm_channel channel, gemm_epilogue epilogue,
                           int32_t residual, unit_saturations& sat) {
  bool clipped = false;
  const int32_t sum = add_bias(acc, bias, clipped);
  int32_t y = sum;  // raw
  if (epilogue.kind == gemm_epilogue_kind::none) {
    y = requantise_flagged(sum, channel.shift, epilogue.output_bits, clipped);
  } else if (epilogue.kind == gemm_epilogue_kind::silu) {
    y = silu_requantise(sum, channel.align, epilogue.shift_out, clipped);
  } else if (epilogue.kind == gemm_epilogue_kind::residual) {
    const int64_t wide = residual + round_shift<int64_t>(sum, channel.shift);
    y = static_cast<int32_t>(clamp_signed(wide, 16));
    clipped |= y != wide;
  }
  sat.requantise += clipped;
  return y;
}

}  // namespace scansim::hls
