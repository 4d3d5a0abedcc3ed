// A projection of a layer by the tensor cores: 64 outputs by 64 tokens a block, 4 warps, inputs 64 at a time
// through shared memory, so that what is summed over lies side by side whichever way x lies in memory.
// Float32 sums; fp32 operands as three TF32 products (matrix_unit.h). Contract: grid (ceil(L / 64),
// ceil(outputs / 64), batch), block 128; any sizes; results rounded to T once, a residual added before. A
// reference: its loads are not overlapped with its products, which a library's are. Choose the scans' own
// tiles where rows are heads.
#pragma once
#include "host/cuda/layer/layer_call.h"
#include "host/cuda/ssd/ssd_tiles.cuh"

namespace scansim {

constexpr int projection_tile = ssd_tile;

// Which rows may be read by 16 bytes.
struct projection_vectors {
  bool weight = false, x = false;
};
inline projection_vectors projection_vectors_of(const projection_call& call) {
  const size_t bytes = call.precision == gpu_precision::fp32 ? 4 : 2;
  return {rows_of_16_bytes(call.weight, call.inputs, bytes),
          rows_of_16_bytes(call.x, call.features_first ? call.tokens : call.inputs, bytes)};
}

template <typename T>
__device__ __forceinline__ void store_projected(const projection_call& call, int batch, int row, int token,
                                                float value) {
  if (row >= call.outputs || token >= call.tokens) return;
  if (call.y) {
    const int64_t at = (int64_t{batch} * call.tokens + token) * call.outputs + row;
    if (call.residual) value += to_float(static_cast<const T*>(call.residual)[at]);
    static_cast<T*>(call.y)[at] = from_float<T>(value);
    return;
  }
#pragma unroll
  for (int p = 0; p < most_projection_parts; ++p) {
    const projection_part part = call.part[p];
    if (row >= 0 && row < part.rows)
      static_cast<T*>(part.to)[(int64_t{batch} * part.rows + row) * call.tokens + token] =
          from_float<T>(value);
    row -= part.rows;
  }
}

template <typename T>
struct alignas(16) projection_memory {
  T weight[projection_tile * ssd_turned_stride], x[projection_tile * ssd_turned_stride];
};

template <typename T>
__global__ void __launch_bounds__(ssd_threads)
    projection_kernel(const projection_call call, projection_vectors vectors) {
  constexpr int stride = ssd_turned_stride;
  __shared__ projection_memory<T> shared;
  T *const weight = shared.weight, *const x = shared.x;
  const int token = static_cast<int>(blockIdx.x) * projection_tile,
            output = static_cast<int>(blockIdx.y) * projection_tile, batch = static_cast<int>(blockIdx.z);
  const T* const own_x = static_cast<const T*>(call.x) + int64_t{batch} * call.inputs * call.tokens;
  const T* const own_weight = static_cast<const T*>(call.weight) + int64_t{output} * call.inputs;
  const auto as_it_is = ssd_as_they_are{};
  float sums[8][4] = {};
  for (int k = 0; k < call.inputs; k += projection_tile) {
    __syncthreads();
    load_tile<projection_tile, stride>(weight, own_weight + k, call.inputs, call.outputs - output,
                                       call.inputs - k, vectors.weight, as_it_is);
    if (call.features_first)
      load_turned(x, own_x + int64_t{k} * call.tokens + token, call.tokens, call.inputs - k,
                  call.tokens - token, vectors.x, as_it_is);
    else
      load_tile<projection_tile, stride>(x, own_x + int64_t{token} * call.inputs + k, call.inputs,
                                         call.tokens - token, call.inputs - k, vectors.x, as_it_is);
    __syncthreads();
    multiply_tiles<projection_tile>(sums, weight, stride, x, stride, 8);
  }
  const int warp = static_cast<int>(threadIdx.x / 32), lane = static_cast<int>(threadIdx.x % 32);
#pragma unroll
  for (int j = 0; j < 8; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i)
      store_projected<T>(call, batch, output + warp * matrix_rows + lane / 4 + i / 2 * 8,
                         token + j * matrix_columns + lane % 4 * 2 + i % 2, sums[j][i]);
}

inline int64_t projection_tiles(int size) { return (size + projection_tile - 1) / projection_tile; }

}  // namespace scansim
