// Lets one source be compiled by nvcc, and by any C++ compiler for the host: SCANSIM_HD marks a function for
// both sides, and *_rn are single float32 operations, round to nearest even, that are never contracted into
// one another. Contract: the same bits on host and device (host files are compiled with -ffp-contract=off).
// It holds no arithmetic of its own.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__) || defined(SCANSIM_CUDA_EMULATION)
#define SCANSIM_HD __host__ __device__ __forceinline__
#else
#define SCANSIM_HD inline
#endif

namespace scansim {

SCANSIM_HD float mul_rn(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fmul_rn(a, b);
#else
  return a * b;
#endif
}

SCANSIM_HD float add_rn(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fadd_rn(a, b);
#else
  return a + b;
#endif
}

SCANSIM_HD float fma_rn(float a, float b, float c) {
#ifdef __CUDA_ARCH__
  return __fmaf_rn(a, b, c);
#else
  return std::fma(a, b, c);
#endif
}

SCANSIM_HD float div_rn(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fdiv_rn(a, b);
#else
  return a / b;
#endif
}

SCANSIM_HD uint32_t float_to_bits(float value) {
#ifdef __CUDA_ARCH__
  return __float_as_uint(value);
#else
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
#endif
}

SCANSIM_HD float bits_to_float(uint32_t bits) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

}  // namespace scansim
