// int8 from float32 and back: round(v * (1 / scale)) clamped to [-128, 127]. The callers multiply by the
// reciprocal (one rounding more than the division, on every rung alike). Contract: the same bits on host and
// device; infinities saturate; a NaN gives -128. Ties go away from zero (roundf, the CUDA kernels of Quamba)
// or to even (rintf, its Triton kernels): a kernel names the one it means.
#pragma once
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

// v * inverse_scale, within [-128, 127]. The bounds are integers, so clamping first changes no rounding.
SCANSIM_HD float scale_and_clamp(float v, float inverse_scale) {
  const float q = mul_rn(v, inverse_scale);
#ifdef __CUDA_ARCH__
  return fminf(fmaxf(q, -128.0f), 127.0f);  // of a NaN and a number the number
#endif
  if (!(q > -128.0f)) return -128.0f;
  return q < 127.0f ? q : 127.0f;
}

SCANSIM_HD int8_t quantise_round_away(float v, float inverse_scale) {
  const float q = scale_and_clamp(v, inverse_scale);
  const int whole = static_cast<int>(q);                     // towards zero
  const float rest = add_rn(q, -static_cast<float>(whole));  // exact
  return static_cast<int8_t>(whole + (rest >= 0.5f) - (rest <= -0.5f));
}

SCANSIM_HD int8_t quantise_round_even(float v, float inverse_scale) {
  const float q = scale_and_clamp(v, inverse_scale);
  const uint32_t bits = float_to_bits(add_rn(q, 12582912.0f));  // 1.5 * 2^23: nearest even to an integer
  return static_cast<int8_t>(static_cast<int32_t>(bits - 0x4b400000u));
}

// Byte i of a word as a signed number, without a conversion (those are the special function unit's): q + 128
// becomes the low bits of 2^23 + 128 + q. Exact.
SCANSIM_HD float float_of_byte(uint32_t word, int i) {
  const uint32_t shifted = word ^ 0x80808080u;
#ifdef __CUDA_ARCH__
  const uint32_t bits = __byte_perm(shifted, 0x4b000000u, 0x7650u | static_cast<unsigned>(i));
#else
  const uint32_t bits = 0x4b000000u | (shifted >> 8 * i & 0xffu);
#endif
  return add_rn(bits_to_float(bits), -8388736.0f);
}

// The same of one of several neighbours, whose words the compiler has in registers.
template <int Count>
SCANSIM_HD float float_of_byte(const int8_t (&q)[Count], int i) {
  static_assert(Count % 4 == 0);
  uint32_t word;
  memcpy(&word, q + i / 4 * 4, sizeof word);
  return float_of_byte(word, i % 4);
}

// Bytes 2 i and 2 i + 1 of a word as two fp16, the first in the lower half: q + 128 becomes the low bits of
// 1152 + q.
SCANSIM_HD uint32_t half_pair_of_bytes(uint32_t word, int i) {
#ifdef __CUDA_ARCH__
  const uint32_t bits = __byte_perm(word ^ 0x80808080u, 0x64646464u, i == 0 ? 0x4140u : 0x4342u);
  uint32_t pair;
  asm("sub.rn.f16x2 %0, %1, %2;" : "=r"(pair) : "r"(bits), "r"(0x64806480u));
  return pair;
#else
  const auto half = [&](int byte) { return uint32_t{from_float<half_bits>(float_of_byte(word, byte)).bits}; };
  return half(2 * i) | half(2 * i + 1) << 16;
#endif
}

SCANSIM_HD float float_of_int8(int8_t q) { return float_of_byte(static_cast<uint8_t>(q), 0); }

SCANSIM_HD float dequantise_int8(int8_t q, float scale) { return mul_rn(float_of_int8(q), scale); }

// Four values as quantise_round_even() makes them, each with a scale of its own, the first in the lowest
// byte.
SCANSIM_HD uint32_t quantised_word(const float (&v)[4], const float (&inverse_scale)[4]) {
#ifdef __CUDA_ARCH__
  uint32_t bits[4];
#pragma unroll
  for (int i = 0; i < 4; ++i)  // q is the lowest byte
    bits[i] = float_to_bits(add_rn(scale_and_clamp(v[i], inverse_scale[i]), 12582912.0f));
  return __byte_perm(__byte_perm(bits[0], bits[1], 0x0040u), __byte_perm(bits[2], bits[3], 0x0040u), 0x5410u);
#else
  uint32_t word = 0;
  for (int i = 0; i < 4; ++i)
    word |= uint32_t{static_cast<uint8_t>(quantise_round_even(v[i], inverse_scale[i]))} << 8 * i;
  return word;
#endif
}
SCANSIM_HD uint32_t quantised_word(const float (&v)[4], float inverse_scale) {
  return quantised_word(v, {inverse_scale, inverse_scale, inverse_scale, inverse_scale});
}

}  // namespace scansim
