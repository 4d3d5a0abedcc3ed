// Products of small matrices by the tensor cores, one warp to a product: accumulator (16, 8) += left (16, K)
// right (K, 8), float32 accumulated. A value of type T stands in `matrix_operand<T>`:
//   bf16, fp16  K = 16, one mma.sync; products are exact, sums as the hardware orders and truncates them
//   fp32        K = 8, each value split into two TF32 parts and three mma.sync, the product of the small
//   parts
//               left out: relative error of a product some 2^-21 (the unit by itself: 2^-10)
// Contract: all 32 lanes take part. Rows of `left` and columns of `right` lie in memory with their K values
// side by side, an even number of elements from an even address. Lane l has of the accumulator rows l / 4 and
// l / 4 + 8, columns 2 (l % 4) and the next: {(r, c), (r, c + 1), (r + 8, c), (r + 8, c + 1)}; two neighbours
// (one for fp32) are a left operand as they are (left_of_sums). Under emulation the sums are fma in the order
// of K. Source: PTX ISA, "Matrix multiply-accumulate operation using mma instruction", m16n8k16 and m16n8k8.
#pragma once
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

constexpr int matrix_rows = 16, matrix_columns = 8;

struct matrix_left {
  uint32_t word[4];
};
struct matrix_right {
  uint32_t word[2];
};

template <typename T>
struct matrix_operand {
  static constexpr int depth = 16;  // K
};
template <>
struct matrix_operand<float> {
  static constexpr int depth = 8;
};

// Two neighbours as the registers have them.
template <typename T>
SCANSIM_HD uint32_t packed_pair(float first, float second) {
  return uint32_t{from_float<T>(first).bits} | uint32_t{from_float<T>(second).bits} << 16;
}

template <typename T>
SCANSIM_HD uint32_t load_pair(const T* two) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const uint32_t*>(two);
#else
  uint32_t word;
  std::memcpy(&word, two, sizeof word);
  return word;
#endif
}

// Rows first and second of a left operand: K values from `row` and 8 rows on; `lane` of the warp.
template <typename T>
SCANSIM_HD matrix_left load_left(const T* rows, int stride, int lane) {
  const T* first = rows + lane / 4 * stride + lane % 4 * 2;
  const T* second = first + 8 * stride;
  return {{load_pair(first), load_pair(second), load_pair(first + 8), load_pair(second + 8)}};
}
// K is summed in any order: lane's two values, which are neighbours, stand for k = l % 4 and that plus 4.
SCANSIM_HD matrix_left load_left(const float* rows, int stride, int lane) {
  const float* own = rows + lane / 4 * stride + lane % 4 * 2;
  const packed<float, 2> first = load_packed<2>(own), second = load_packed<2>(own + 8 * stride);
  return {{float_to_bits(first.value[0]), float_to_bits(second.value[0]), float_to_bits(first.value[1]),
           float_to_bits(second.value[1])}};
}
template <typename T>
SCANSIM_HD matrix_right load_right(const T* columns, int stride, int lane) {
  const T* own = columns + lane / 4 * stride + lane % 4 * 2;
  return {{load_pair(own), load_pair(own + 8)}};
}
SCANSIM_HD matrix_right load_right(const float* columns, int stride, int lane) {
  const packed<float, 2> own = load_packed<2>(columns + lane / 4 * stride + lane % 4 * 2);
  return {{float_to_bits(own.value[0]), float_to_bits(own.value[1])}};
}

// Accumulators of depth columns as the left operand of the next product, rounded to T.
template <typename T>
SCANSIM_HD matrix_left left_of_sums(const float (*sums)[4]) {
  if constexpr (matrix_operand<T>::depth == 8) {
    return {{float_to_bits(sums[0][0]), float_to_bits(sums[0][2]), float_to_bits(sums[0][1]),
             float_to_bits(sums[0][3])}};
  } else {
    return {{packed_pair<T>(sums[0][0], sums[0][1]), packed_pair<T>(sums[0][2], sums[0][3]),
             packed_pair<T>(sums[1][0], sums[1][1]), packed_pair<T>(sums[1][2], sums[1][3])}};
  }
}

// The nearest TF32, ties away from zero: 10 bits of mantissa.
SCANSIM_HD uint32_t tf32_bits(float value) {
#ifdef __CUDA_ARCH__
  uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
  return bits;
#else
  return (float_to_bits(value) + 0x1000u) & 0xffffe000u;
#endif
}

#if defined(__CUDACC__) || defined(SCANSIM_CUDA_EMULATION)

// What one mma.sync does; `kind` tells the type of the operands.
template <typename T>
SCANSIM_HD void matrix_step(float (&sums)[4], const uint32_t (&left)[4], const uint32_t (&right)[2]);

#ifdef __CUDA_ARCH__
#define SCANSIM_MMA(shape, type)                                                      \
  asm volatile("mma.sync.aligned." shape ".row.col.f32." type "." type                \
               ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};" \
               : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])           \
               : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right[0]), "r"(right[1]))
template <>
SCANSIM_HD void matrix_step<bfloat16_bits>(float (&sums)[4], const uint32_t (&left)[4],
                                           const uint32_t (&right)[2]) {
  SCANSIM_MMA("m16n8k16", "bf16");
}
template <>
SCANSIM_HD void matrix_step<half_bits>(float (&sums)[4], const uint32_t (&left)[4],
                                       const uint32_t (&right)[2]) {
  SCANSIM_MMA("m16n8k16", "f16");
}
template <>
SCANSIM_HD void matrix_step<float>(float (&sums)[4], const uint32_t (&left)[4], const uint32_t (&right)[2]) {
  SCANSIM_MMA("m16n8k8", "tf32");
}
#undef SCANSIM_MMA
#elif defined(SCANSIM_CUDA_EMULATION)
template <typename T>
SCANSIM_HD float half_of_word(uint32_t word, int which) {
  return to_float(T{static_cast<uint16_t>(word >> (16 * which))});
}

template <typename T>
SCANSIM_HD void matrix_step(float (&sums)[4], const uint32_t (&left)[4], const uint32_t (&right)[2]) {
  constexpr int words = 6;
  uint32_t mine[words] = {left[0], left[1], left[2], left[3], right[0], right[1]}, all[32 * words];
  scansim::emulation::exchange_words(mine, words, all);
  const int lane = static_cast<int>(threadIdx.x % 32);
  for (int i = 0; i < 4; ++i) {
    const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
    for (int k = 0; k < matrix_operand<T>::depth; ++k) {
      float a, b;
      if constexpr (matrix_operand<T>::depth == 8) {
        a = bits_to_float(all[(row % 8 * 4 + k % 4) * words + k / 4 * 2 + row / 8]);
        b = bits_to_float(all[(column * 4 + k % 4) * words + 4 + k / 4]);
      } else {
        a = half_of_word<T>(all[(row % 8 * 4 + k % 8 / 2) * words + k / 8 * 2 + row / 8], k % 2);
        b = half_of_word<T>(all[(column * 4 + k % 8 / 2) * words + 4 + k / 8], k % 2);
      }
      sums[i] = fma_rn(a, b, sums[i]);
    }
  }
}
#endif

template <typename T>
SCANSIM_HD void multiply_add(float (&sums)[4], const matrix_left& left, const matrix_right& right) {
  if constexpr (matrix_operand<T>::depth == 16) {
    matrix_step<T>(sums, left.word, right.word);
  } else {
    uint32_t left_big[4], left_small[4], right_big[2], right_small[2];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const float value = bits_to_float(left.word[i]);
      left_big[i] = tf32_bits(value);
      left_small[i] = tf32_bits(value - bits_to_float(left_big[i]));
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const float value = bits_to_float(right.word[i]);
      right_big[i] = tf32_bits(value);
      right_small[i] = tf32_bits(value - bits_to_float(right_big[i]));
    }
    matrix_step<T>(sums, left_small, right_big);
    matrix_step<T>(sums, left_big, right_small);
    matrix_step<T>(sums, left_big, right_big);
  }
}

#endif

}  // namespace scansim
