// The kernel of selective_scan_block: which channels and tokens a thread has, chunk after chunk. Parts of a
// state's scan are in selective_scan_block_kernel.cuh, which includes this file and describes the whole.
#pragma once

namespace scansim {

template <typename T, typename Shape, exp_method method>
class block_walk {
 public:
  __device__ __forceinline__ block_walk(const scan_call& call, bool vector_rows, block_tiles<Shape>& shared)
      : call_(call), vector_rows_(vector_rows), shared_(shared) {
    const int group_channels = call.sizes.channels / call.sizes.groups;
    const int group_tiles = (group_channels + Shape::channels - 1) / Shape::channels;
    const int row = blockIdx.x / group_tiles, tile = blockIdx.x % group_tiles;  // row of (batch, group)
    batch_ = row / call.sizes.groups;
    first_channel_ = row % call.sizes.groups * group_channels + tile * Shape::channels;
    const int rest = group_channels - tile * Shape::channels;
    channels_ = rest < Shape::channels ? rest : Shape::channels;
    group_row_ = row;
  }

  // A and h0 of all channels of the block into shared memory. No barrier: load_states comes with one.
  __device__ __forceinline__ void load_parameters() {
    const int states = call_.sizes.states;
    for (int e = threadIdx.x; e < Shape::channels * states; e += Shape::threads) {
      const int c = e / states, n = e % states;
      const bool present = c < channels_;
      shared_.a[c][n] = present ? call_.a[int64_t{first_channel_ + c} * states + n] * log2_e : 0.0f;
      shared_.carry[c][n] = present && call_.h0 ? call_.h0[row_of(c) * states + n] : 0.0f;
    }
  }

  __device__ __forceinline__ void store_last_state() {
    if (!call_.h_last) return;
    __syncthreads();
    const int states = call_.sizes.states;
    for (int e = threadIdx.x; e < channels_ * states; e += Shape::threads)
      call_.h_last[row_of(e / states) * states + e % states] = shared_.carry[e / states][e % states];
  }

  __device__ __forceinline__ void walk_chunk(int begin) {
    float dt[Shape::items], du[Shape::items], y[Shape::items];
    const float dt_sum = load_tokens(begin, dt, du, y);
    for (int first = 0; first < call_.sizes.states; first += Shape::states) {
      __syncthreads();  // everybody is done with the states before
      const int64_t rows = (int64_t{group_row_} * call_.sizes.states + first) * call_.sizes.length;
      load_states<Shape>(shared_, static_cast<const T*>(call_.b) + rows,
                         static_cast<const T*>(call_.c) + rows, call_.sizes, first,
                         window_of(call_.sizes.length, call_.reverse, begin, Shape::chunk), vector_rows_);
      __syncthreads();
      const int rest = call_.sizes.states - first;
#pragma unroll 1
      for (int s = 0; s < (rest < Shape::states ? rest : Shape::states); ++s) {
        float b[Shape::items];
        read_items<Shape>(shared_.b[s], time_thread(), b);
        scan_state<Shape, method>(shared_, (first + s) % 2, shared_.a[own()][first + s], dt_sum, dt, du, b,
                                  shared_.c[s], time_thread(), shared_.carry[own()][first + s], y);
      }
    }
    store_tokens(begin, y);
  }

 private:
  // This thread's channel among those of the block; its place among the threads of that channel; its warp's
  // stage and tokens. Recomputed where needed: registers are what limits this kernel.
  __device__ __forceinline__ static int own() {
    return static_cast<int>(threadIdx.x) / (32 * Shape::warps_over_time);
  }
  __device__ __forceinline__ static int time_thread() { return threadIdx.x % (32 * Shape::warps_over_time); }
  __device__ __forceinline__ packed4<float>* stage() const { return shared_.stage[threadIdx.x / 32]; }
  __device__ __forceinline__ token_window segment_of(int begin) const {
    const int from = begin + time_thread() / 32 * Shape::segment;
    return window_of(call_.sizes.length, call_.reverse, from, Shape::segment);
  }

  // Of (batch, D) rows.
  __device__ __forceinline__ int64_t row_of(int c) const {
    return int64_t{batch_} * call_.sizes.channels + first_channel_ + c;
  }

  // dt, dt u and D u of this thread's tokens; returns the sum of dt.
  __device__ __forceinline__ float load_tokens(int begin, float (&dt)[Shape::items],
                                               float (&du)[Shape::items], float (&y)[Shape::items]) {
    const token_window segment = segment_of(begin);
    const int c = own(), first_token = threadIdx.x % 32 * Shape::items;
    const bool present = c < channels_;
    const int64_t row = row_of(c) * call_.sizes.length;
    const float bias = present && call_.delta_bias ? call_.delta_bias[first_channel_ + c] : 0.0f;
    const float skip = present && call_.d ? call_.d[first_channel_ + c] : 0.0f;
    load_segment<Shape>(stage(), present ? static_cast<const T*>(call_.delta) + row : nullptr, segment,
                        vector_rows_, dt);
    float u[Shape::items];
    load_segment<Shape>(stage(), present ? static_cast<const T*>(call_.u) + row : nullptr, segment,
                        vector_rows_, u);
    float sum = 0.0f;
#pragma unroll
    for (int i = 0; i < Shape::items; ++i) {
      float step = dt[i] + bias;
      if (call_.delta_softplus) step = softplus_unit(step);
      if (first_token + i >= segment.count) step = 0.0f;  // the identity: a = 1, b = 0
      dt[i] = step;
      du[i] = step * u[i];
      y[i] = skip * u[i];
      sum += step;
    }
    return sum;
  }

  __device__ __forceinline__ void store_tokens(int begin, const float (&y)[Shape::items]) {
    const token_window segment = segment_of(begin);
    const int c = own(), lane = threadIdx.x % 32;
    __syncwarp();  // the stage may still be read
#pragma unroll
    for (int q = 0; q < Shape::items / 4; ++q)
      stage()[lane * Shape::stride + q] = {{y[4 * q], y[4 * q + 1], y[4 * q + 2], y[4 * q + 3]}};
    __syncwarp();
    if (c >= channels_) return;
    const int64_t row = row_of(c) * call_.sizes.length + segment.first;
#pragma unroll
    for (int m = 4 * lane; m < Shape::segment; m += 128) {
      if (m >= segment.count) break;
      float out[4], z[4];
      get4<Shape>(stage(), segment, m, out);
      if (call_.z) {
        load_row4(static_cast<const T*>(call_.z) + row, m, segment.count, vector_rows_, z);
#pragma unroll
        for (int j = 0; j < 4; ++j) out[j] *= silu_unit(z[j]);
      }
      store_row4(static_cast<T*>(call_.y) + row, m, segment.count, vector_rows_, out);
    }
  }

  const scan_call& call_;
  bool vector_rows_;
  block_tiles<Shape>& shared_;
  int group_row_, batch_, first_channel_, channels_;
};

template <typename T, typename Shape, exp_method method = exp_method::unit>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_per_multiprocessor)
    selective_scan_block_kernel(const scan_call call, bool vector_rows) {
  __shared__ block_tiles<Shape> shared;
  block_walk<T, Shape, method> walk(call, vector_rows, shared);
  walk.load_parameters();
  for (int begin = 0; begin < call.sizes.length; begin += Shape::chunk) walk.walk_chunk(begin);
  walk.store_last_state();
}

}  // namespace scansim
