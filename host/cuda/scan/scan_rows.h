// Rows of tokens in memory, four neighbours at a time, and where each token goes in a tile. A tile holds
// tokens in the order the scan walks them: slot 0 first, so `reverse` mirrors a window of memory and nothing
// else. Contract: elements at or beyond `count` read as 0 and are not written; slots from `count` on keep
// their own position. vector_rows says that every row starts on a packed4 boundary (rows_are_packed), else
// elements go one by one.
#pragma once
#include "host/cuda/numerics/fast_divisor.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/scan_call.h"

namespace scansim {

struct token_window {
  int first = 0;  // of the tokens in memory
  int count = 0;  // 0 .. capacity
  bool reverse = false;

  SCANSIM_HD int slot(int m) const { return reverse && m < count ? count - 1 - m : m; }
};

// The window that holds tokens begin .. begin + capacity - 1 of the walk over `length` tokens.
SCANSIM_HD token_window window_of(int length, bool reverse, int begin, int capacity) {
  const int rest = length - begin;
  const int count = rest < 0 ? 0 : rest < capacity ? rest : capacity;
  return {reverse ? length - begin - count : begin, count, reverse};
}

template <typename T>
SCANSIM_HD void load_row4(const T* row, int m, int count, bool vector_rows, float (&out)[4]) {
  if (vector_rows && m + 4 <= count) {
    const packed4<T> four = *reinterpret_cast<const packed4<T>*>(row + m);
#pragma unroll
    for (int j = 0; j < 4; ++j) out[j] = to_float(four.value[j]);
    return;
  }
#pragma unroll
  for (int j = 0; j < 4; ++j) out[j] = m + j < count ? to_float(row[m + j]) : 0.0f;
}

template <typename T>
SCANSIM_HD void store_row4(T* row, int m, int count, bool vector_rows, const float (&in)[4]) {
  if (vector_rows && m + 4 <= count) {
    packed4<T> four;
#pragma unroll
    for (int j = 0; j < 4; ++j) four.value[j] = from_float<T>(in[j]);
    *reinterpret_cast<packed4<T>*>(row + m) = four;
    return;
  }
#pragma unroll
  for (int j = 0; j < 4; ++j)
    if (m + j < count) row[m + j] = from_float<T>(in[j]);
}

// The same of states that a decode keeps, which have a scale where they are int8.
template <typename State>
SCANSIM_HD void load_states4(const State* row, int m, int count, bool vector_rows, float, float (&out)[4]) {
  load_row4(row, m, count, vector_rows, out);
}
SCANSIM_HD void load_states4(const int8_t* row, int m, int count, bool vector_rows, float scale,
                             float (&out)[4]) {
  uint32_t word = 0;
  if (vector_rows && m + 4 <= count) {
    word = load_word(row + m);
  } else {
#pragma unroll
    for (int j = 0; j < 4; ++j)
      if (m + j < count) word |= uint32_t{static_cast<uint8_t>(row[m + j])} << 8 * j;
  }
#pragma unroll
  for (int j = 0; j < 4; ++j) out[j] = mul_rn(float_of_byte(word, j), scale);
}

template <typename State>
SCANSIM_HD void store_states4(State* row, int m, int count, bool vector_rows, float, const float (&in)[4]) {
  store_row4(row, m, count, vector_rows, in);
}
SCANSIM_HD void store_states4(int8_t* row, int m, int count, bool vector_rows, float inverse_scale,
                              const float (&in)[4]) {
  const uint32_t word = quantised_word(in, inverse_scale);
  if (vector_rows && m + 4 <= count) return store_word(row + m, word);
#pragma unroll
  for (int j = 0; j < 4; ++j)
    if (m + j < count) row[m + j] = static_cast<int8_t>(word >> 8 * j & 0xffu);
}

// True if rows of the call's activations may be read as packed4: whole rows of four and aligned starts.
inline bool rows_are_packed(const scan_call& call) {
  const uintptr_t boundary = call.precision == gpu_precision::fp32 ? 16 : 8;
  for (const void* start : {call.u, call.delta, call.b, call.c, call.z, static_cast<const void*>(call.y)})
    if (reinterpret_cast<uintptr_t>(start) % boundary != 0) return false;
  return call.sizes.length % 4 == 0;
}

// The same of the states of a decode step and of A.
inline bool states_are_packed(const state_update_call& call) {
  const uintptr_t boundary = call.state_precision == gpu_precision::fp32   ? 16
                             : call.state_precision == gpu_precision::int8 ? 4
                                                                           : 8;
  return call.states % 4 == 0 && reinterpret_cast<uintptr_t>(call.state) % boundary == 0 &&
         reinterpret_cast<uintptr_t>(call.a) % 16 == 0;
}

// The same of those and one token's B and C.
inline bool operands_are_packed(const state_update_call& call) {
  const uintptr_t boundary = call.precision == gpu_precision::fp32 ? 16 : 8;
  return call.row_stride == 1 && states_are_packed(call) &&
         reinterpret_cast<uintptr_t>(call.b) % boundary == 0 &&
         reinterpret_cast<uintptr_t>(call.c) % boundary == 0;
}

// What is the same in the whole launch of a decode step. Fewer than 2^31 channels over the batch.
struct update_access {
  bool states = false, operands = false;  // packed
  fast_divisor channels, group_channels;  // D, D / G
};
inline update_access update_access_of(const state_update_call& call) {
  return {states_are_packed(call), operands_are_packed(call),
          fast_divisor(static_cast<uint32_t>(call.channels)),
          fast_divisor(static_cast<uint32_t>(call.channels / call.groups))};
}

}  // namespace scansim
