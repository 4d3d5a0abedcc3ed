// Sets of scans, one channel of one sequence by `lanes` neighbouring threads that split its states: set after
// set, position after position, rows by index. Every output row of a channel belongs to the same lane in all
// sets, so sums need no atomics and have one order. Contract: as scan_sets_call.h; grid (ceil(D lanes / 128),
// batch), block 128; N <= lanes * per_lane in every set. A reference for every order, not for speed: rows of
// u, delta, B and C are gathered one by one. Choose selective_scan for one set in raster order. Counted by
// ptxas 13.0: 32 to 68 registers, no spills on sm_80 or sm_90. Not measured on a device yet.
#pragma once
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/scan_sets_step.h"

namespace scansim {

template <int lanes_, int per_lane_>
struct set_lanes {
  static constexpr int threads = 128, lanes = lanes_, per_lane = per_lane_, states = lanes * per_lane;
};

// Of one thread: channel `channel` of sequence `batch`, states lane, lane + lanes, ...
template <typename T, typename Shape>
__device__ __forceinline__ void scan_one_set(const gpu_scan_sets& call, const gpu_scan_set& set, int batch,
                                             int channel, int lane) {
  const int i = channel - set.first_channel;
  const bool present = channel < call.channels && i >= 0 && i < set.channels;
  const int own = present ? i : 0, states = present ? set.states : 0;
  const int64_t line = int64_t{batch} * set.channels + own;
  const int64_t row = int64_t{batch} * call.channels + set.first_channel + own;
  const int64_t bc = (int64_t{batch} * set.groups + own / (set.channels / set.groups)) * set.states;
  float h[Shape::per_lane];
  for (int q = 0; q < Shape::per_lane; ++q) {
    const int n = q * Shape::lanes + lane;
    h[q] = set.h0 && n < states ? set.h0[line * set.states + n] : 0.0f;
  }
  for (int t = 0; t < set.positions; ++t) {
    const int64_t u_at = row * call.length + set.rows_u[t], p_at = set.rows_p[t];
    const int out = set.rows_out[t], flags = set.flags[t];
    const float u = to_float(static_cast<const T*>(call.u)[u_at]);
    float dt = to_float(static_cast<const T*>(set.delta)[line * call.length + p_at]);
    if (set.delta_bias) dt += set.delta_bias[own];
    if (call.delta_softplus) dt = softplus_unit(dt);
    const set_position at{dt, set.plain_drive ? u : dt * u, (flags & step_holds) != 0, set.tap_pre};
    float sum = 0.0f;
    for (int q = 0; q < Shape::per_lane; ++q) {
      const int n = q * Shape::lanes + lane;
      if ((flags & step_resets) != 0) h[q] = 0.0f;
      if (n >= states) continue;
      const int64_t of_bc = (bc + n) * call.length + p_at;
      const float b = to_float(static_cast<const T*>(set.b)[of_bc]),
                  c = to_float(static_cast<const T*>(set.c)[of_bc]);
      sum = fma_rn(c, scan_sets_step(at, set.a[int64_t{own} * set.states + n], b, h[q]), sum);
    }
    for (int half = Shape::lanes / 2; half > 0; half /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, half);
    if (!present || lane != 0 || out < 0) continue;
    if (set.d) sum = fma_rn(set.d[own], u, sum);
    const int64_t y_at = row * call.output_rows + out;
    const float z = call.z ? to_float(static_cast<const T*>(call.z)[y_at]) : 0.0f;
    call.y[y_at] = fma_rn(sum, scan_sets_gate(set.gate, z), call.y[y_at]);
  }
  for (int q = 0; q < Shape::per_lane; ++q) {
    const int n = q * Shape::lanes + lane;
    if (set.h_last && n < states) set.h_last[line * set.states + n] = h[q];
  }
}

template <typename T, typename Shape>
__global__ void __launch_bounds__(Shape::threads) scan_sets_kernel(const gpu_scan_sets call) {
  const int channel = static_cast<int>((blockIdx.x * Shape::threads + threadIdx.x) / Shape::lanes);
  const int lane = threadIdx.x % Shape::lanes, batch = static_cast<int>(blockIdx.y);
  if (lane == 0 && channel < call.channels) {
    float* const y = call.y + (int64_t{batch} * call.channels + channel) * call.output_rows;
    for (int row = 0; row < call.output_rows; ++row) y[row] = 0.0f;
  }
  for (int k = 0; k < call.sets; ++k) scan_one_set<T, Shape>(call, call.set[k], batch, channel, lane);
}

}  // namespace scansim
