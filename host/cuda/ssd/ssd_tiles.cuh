// Tiles of 64 rows in shared memory, from rows in memory: as they stand, or turned, so that what a product
// sums over lies side by side. Contract: 128 threads, all of them; rows from `rows` on and columns from
// `columns` on are zero; a barrier before and after is the caller's. `vector`: every row in memory starts on
// 16 bytes and is a multiple of them. Values go through value(row, x, to), 16 bytes of x at a time, which
// is where they are weighted or rounded.
#pragma once
#include "host/cuda/numerics/matrix_unit.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/ssd/ssd_update_step.h"

namespace scansim {

constexpr int ssd_threads = 128, ssd_warps = ssd_threads / 32;

// Columns of what is summed over: 128 bytes, and 8 elements more, so that the lanes of a warp that load an
// operand are in different banks.
template <typename T>
struct ssd_slice {
  static constexpr int columns = 128 / sizeof(T), stride = columns + 8;
};
constexpr int ssd_turned_stride = ssd_tile + 8;

template <typename T>
SCANSIM_HD void load_elements(const T* row, int first, int columns, bool vector, T (&out)[16 / sizeof(T)]) {
  constexpr int width = 16 / sizeof(T);
  if (vector && first + width <= columns) {
    const packed<T, width> loaded = load_packed<width>(row + first);
#pragma unroll
    for (int i = 0; i < width; ++i) out[i] = loaded.value[i];
    return;
  }
#pragma unroll
  for (int i = 0; i < width; ++i) out[i] = first + i < columns ? row[first + i] : T{};
}

// A thread's share of 64 rows of `Columns`, 16 bytes at a time, each given to put(row, first column,
// elements). Where rows and columns are all there and made of 16 bytes, the loads are all in flight before
// the first is used.
template <int Columns, bool RowsFirst, typename From, typename Put>
__device__ __forceinline__ void load_rows(const From* memory, int64_t pitch, int rows, int columns,
                                          bool vector, Put&& put) {
  constexpr int width = 16 / sizeof(From), per_row = Columns / width,
                share = ssd_tile * per_row / ssd_threads;
  const auto row_of = [](int i) {
    const int e = threadIdx.x + i * ssd_threads;
    return RowsFirst ? e % ssd_tile : e / per_row;
  };
  const auto column_of = [](int i) {
    const int e = threadIdx.x + i * ssd_threads;
    return (RowsFirst ? e / ssd_tile : e % per_row) * width;
  };
  if (vector && rows >= ssd_tile && columns >= Columns) {
    packed<From, width> loaded[share];
#pragma unroll
    for (int i = 0; i < share; ++i) loaded[i] = load_packed<width>(memory + row_of(i) * pitch + column_of(i));
#pragma unroll
    for (int i = 0; i < share; ++i) put(row_of(i), column_of(i), loaded[i].value);
    return;
  }
#pragma unroll 1
  for (int i = 0; i < share; ++i) {
    From loaded[width];
    load_elements(memory + row_of(i) * pitch, column_of(i), row_of(i) < rows ? columns : 0, vector, loaded);
    put(row_of(i), column_of(i), loaded);
  }
}

// tile[row][column] is what value(row, ...) makes of memory[row * pitch + column], 64 rows of `Columns`.
template <int Columns, int Stride, typename T, typename From, typename Value>
__device__ void load_tile(T* tile, const From* memory, int64_t pitch, int rows, int columns, bool vector,
                          Value&& value) {
  constexpr int width = 16 / sizeof(From);
  load_rows<Columns, false>(memory, pitch, rows, columns, vector,
                            [&](int row, int first, const From(&loaded)[width]) {
                              T values[width];
                              value(row, loaded, values);
#pragma unroll
                              for (int i = 0; i < width; ++i) tile[row * Stride + first + i] = values[i];
                            });
}

// tile[column][row] likewise: neighbouring threads have neighbouring rows.
template <typename T, typename From, typename Value>
__device__ void load_turned(T* tile, const From* memory, int64_t pitch, int rows, int columns, bool vector,
                            Value&& value) {
  constexpr int width = 16 / sizeof(From);
  load_rows<ssd_tile, true>(memory, pitch, rows, columns, vector,
                            [&](int row, int first, const From(&loaded)[width]) {
                              T values[width];
                              value(row, loaded, values);
#pragma unroll
                              for (int i = 0; i < width; ++i)
                                tile[(first + i) * ssd_turned_stride + row] = values[i];
                            });
}

// sums[j] += rows 16 warp .. of left, times columns 8 j .. of right, over Depth values; j below `tiles`.
template <int Depth, typename T>
__device__ void multiply_tiles(float (&sums)[8][4], const T* left, int left_stride, const T* right,
                               int right_stride, int tiles) {
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
#pragma unroll
  for (int k = 0; k < Depth; k += matrix_operand<T>::depth) {
    const matrix_left a = load_left(left + warp * matrix_rows * left_stride + k, left_stride, lane);
#pragma unroll
    for (int j = 0; j < 8; ++j)
      if (j < tiles)
        multiply_add<T>(sums[j], a,
                        load_right(right + j * matrix_columns * right_stride + k, right_stride, lane));
  }
}

inline bool rows_of_16_bytes(const void* start, int64_t elements, size_t element_bytes) {
  return reinterpret_cast<uintptr_t>(start) % 16 == 0 &&
         elements * static_cast<int64_t>(element_bytes) % 16 == 0;
}

// Which of a call's rows may be read by 16 bytes.
struct ssd_vectors {
  bool x = false, b = false, c = false, states = false;
};
inline ssd_vectors ssd_vectors_of(const gpu_ssd& call) {
  const size_t bytes = call.precision == gpu_precision::fp32   ? 4
                       : call.precision == gpu_precision::int8 ? 1
                                                               : 2;
  return {rows_of_16_bytes(call.x, call.head_channels, bytes), rows_of_16_bytes(call.b, call.states, bytes),
          rows_of_16_bytes(call.c, call.states, bytes), rows_of_16_bytes(call.chunk_states, call.states, 4)};
}

}  // namespace scansim
