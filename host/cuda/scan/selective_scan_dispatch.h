// Turns the run-time choice of type and configuration into the template arguments of a kernel: calls
// run(T{}) or run(Shape{}) for the first that matches. Contract: false if nothing matches (no such
// configuration is compiled). The launchers and the emulated tests share it, so what is tested is what is
// launched.
#pragma once
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/scan_call.h"

namespace scansim {

template <typename Run>
bool with_storage_type(gpu_precision precision, Run&& run) {
  switch (precision) {
    case gpu_precision::fp32:
      return run(float{});
    case gpu_precision::fp16:
      return run(half_bits{});
    case gpu_precision::bf16:
      return run(bfloat16_bits{});
    default:
      return false;
  }
}

// The type of a decode's state: also int8.
template <typename Run>
bool with_state_type(gpu_precision precision, Run&& run) {
  return precision == gpu_precision::int8 ? run(int8_t{}) : with_storage_type(precision, run);
}

// Shape<states_per_lane, lanes, channels_per_lane> of the serial schedule.
template <template <int, int, int> typename Shape, typename Run>
bool with_serial_shape(int states, const scan_configuration& configuration, Run&& run) {
  const auto serves = [&](auto shape) {
    using S = decltype(shape);
    return configuration.threads == S::threads && configuration.items == S::tokens &&
           configuration.lanes_per_channel == S::lanes && configuration.channels_per_block == S::channels &&
           states <= S::states && run(shape);
  };
  return serves(Shape<1, 1, 1>{}) || serves(Shape<4, 1, 1>{}) || serves(Shape<4, 2, 1>{}) ||
         serves(Shape<16, 1, 1>{}) || serves(Shape<4, 4, 1>{}) || serves(Shape<8, 4, 1>{}) ||
         serves(Shape<8, 8, 1>{}) || serves(Shape<8, 16, 1>{}) || serves(Shape<16, 16, 1>{}) ||
         serves(Shape<1, 1, 2>{}) || serves(Shape<4, 1, 2>{}) || serves(Shape<4, 2, 2>{}) ||
         serves(Shape<16, 1, 2>{}) || serves(Shape<8, 2, 2>{}) || serves(Shape<4, 4, 2>{}) ||
         serves(Shape<8, 4, 2>{}) || serves(Shape<8, 8, 2>{}) || serves(Shape<8, 16, 2>{}) ||
         serves(Shape<16, 16, 2>{});
}

// Shape<items, warps_over_time> of the block schedule.
template <template <int, int> typename Shape, typename Run>
bool with_block_shape(const scan_configuration& configuration, Run&& run) {
  const auto serves = [&](auto shape) {
    using S = decltype(shape);
    return configuration.threads == S::threads && configuration.items == S::items &&
           configuration.channels_per_block == S::channels && configuration.lanes_per_channel == 1 &&
           run(shape);
  };
  return serves(Shape<4, 1>{}) || serves(Shape<8, 1>{}) || serves(Shape<16, 1>{}) || serves(Shape<4, 4>{}) ||
         serves(Shape<8, 4>{}) || serves(Shape<16, 4>{});
}

// Shape<lanes, quads> of the state update.
template <template <int, int> typename Shape, typename Run>
bool with_update_shape(int states, Run&& run) {
  const auto serves = [&](auto shape) { return states <= decltype(shape)::states && run(shape); };
  return serves(Shape<1, 1>{}) || serves(Shape<2, 1>{}) || serves(Shape<4, 1>{}) || serves(Shape<8, 1>{}) ||
         serves(Shape<16, 1>{}) || serves(Shape<32, 1>{}) || serves(Shape<32, 2>{});
}

// Blocks of a grid over the channels of every (batch, group).
template <typename Shape>
int64_t scan_grid(const scan_sizes& sizes) {
  const int64_t tiles = (sizes.channels / sizes.groups + Shape::channels - 1) / Shape::channels;
  return int64_t{sizes.batch} * sizes.groups * tiles;
}

template <typename Shape>
int64_t update_grid(const state_update_call& call) {
  return (int64_t{call.batch} * call.channels * Shape::lanes + Shape::threads - 1) / Shape::threads;
}

}  // namespace scansim
