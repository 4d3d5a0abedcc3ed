// y[t, c] = x[t, c] weight[c] / sqrt(mean_c x^2 + eps): a warp a token, neighbouring lanes neighbouring
// channels, the token read twice, the second time from the cache. Contract: grid.x = ceil(tokens / 4), block
// 128; any number of channels; the sum of squares in float32, lane by lane, then across them. Bound by
// memory; the square root is one a token. It fuses nothing: the residual stream is added by out_proj.
#pragma once
#include "host/cuda/layer/layer_call.h"
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

constexpr int rms_norm_threads = 128, rms_norm_tokens = rms_norm_threads / 32;

template <typename T>
__global__ void __launch_bounds__(rms_norm_threads) rms_norm_kernel(const gpu_rms_norm call) {
  const int token = static_cast<int>(blockIdx.x * rms_norm_tokens + threadIdx.x / 32);
  const int lane = static_cast<int>(threadIdx.x % 32);
  if (token >= call.tokens) return;  // a whole warp
  const T* const row = static_cast<const T*>(call.x) + int64_t{token} * call.channels;
  float sum = 0.0f;
  for (int c = lane; c < call.channels; c += 32) {
    const float value = to_float(row[c]);
    sum = fma_rn(value, value, sum);
  }
#pragma unroll
  for (int half = 16; half > 0; half /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, half);
  const float scale = div_rn(1.0f, sqrtf(div_rn(sum, static_cast<float>(call.channels)) + call.eps));
  T* const out = static_cast<T*>(call.y) + int64_t{token} * call.channels;
  for (int c = lane; c < call.channels; c += 32)
    out[c] = from_float<T>(mul_rn(mul_rn(to_float(row[c]), scale), call.weight[c]));
}

}  // namespace scansim
