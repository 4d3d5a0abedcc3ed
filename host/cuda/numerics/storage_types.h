// Storage of activations and states: float, IEEE half and bfloat16 as plain bits, converted to and from
// float. Contract: to_float is exact; from_float rounds to nearest, ties to even, overflows to infinity,
// keeps NaN a NaN; the same bits on host and device for everything but a NaN's payload. packed4 is four
// neighbours in one memory access (aligned to its size). No arithmetic is done in these types: kernels
// compute in float32.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

struct half_bits {
  uint16_t bits;
};
struct bfloat16_bits {
  uint16_t bits;
};

template <typename T>
struct alignas(4 * sizeof(T)) packed4 {
  T value[4];
};

SCANSIM_HD float to_float(float value) { return value; }

SCANSIM_HD float to_float(bfloat16_bits value) { return bits_to_float(uint32_t{value.bits} << 16); }

SCANSIM_HD float to_float(half_bits value) {
#ifdef __CUDA_ARCH__
  float result;
  asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value.bits));
  return result;
#else
  const uint32_t sign = uint32_t{value.bits & 0x8000u} << 16, magnitude = value.bits & 0x7fffu;
  if (magnitude >= 0x7c00) return bits_to_float(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  if (magnitude >= 0x400) return bits_to_float(sign | ((magnitude << 13) + ((127u - 15u) << 23)));
  const float subnormal = static_cast<float>(magnitude) * 0x1p-24f;  // exact
  return bits_to_float(sign | float_to_bits(subnormal));
#endif
}

template <typename T>
SCANSIM_HD T from_float(float value);

template <>
SCANSIM_HD float from_float<float>(float value) {
  return value;
}

template <>
SCANSIM_HD bfloat16_bits from_float<bfloat16_bits>(float value) {
#ifdef __CUDA_ARCH__
  bfloat16_bits result;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
  return result;
#else
  const uint32_t bits = float_to_bits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return {static_cast<uint16_t>(bits >> 16 | 0x40u)};
  return {static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16)};  // a carry ends in infinity
#endif
}

template <>
SCANSIM_HD half_bits from_float<half_bits>(float value) {
#ifdef __CUDA_ARCH__
  half_bits result;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
  return result;
#else
  const uint32_t bits = float_to_bits(value), magnitude = bits & 0x7fffffffu;
  const uint32_t sign = bits >> 16 & 0x8000u;
  if (magnitude > 0x7f800000u) return {static_cast<uint16_t>(sign | 0x7e00u)};
  if (magnitude >= 0x477ff000u) return {static_cast<uint16_t>(sign | 0x7c00u)};  // 65520 and above
  if (magnitude < 0x38800000u) {  // below 2^-14: adding 0.5 leaves the subnormal, rounded, in the low bits
    const float shifted = bits_to_float(magnitude) + 0.5f;
    return {static_cast<uint16_t>(sign | (float_to_bits(shifted) - 0x3f000000u))};
  }
  const uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1u) - ((127u - 15u) << 23);
  return {static_cast<uint16_t>(sign | rounded >> 13)};
#endif
}

}  // namespace scansim
