// Turns the run-time types and N of an SSD state update into the template arguments of its kernel: run(T{},
// State{}, Shape{}) for the first that serves. Contract: false if none does. The launcher and the emulated
// tests share it.
#pragma once
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/ssd/gpu_ssd_update.h"

namespace scansim {

// run(In{}, State{}) for the type of a prefill's activations and that of its initial and final states.
template <typename Run>
bool with_ssd_type(gpu_precision precision, Run&& run) {
  if (precision == gpu_precision::int8) return run(int8_t{}, int8_t{});
  return with_storage_type(precision, [&](auto type) { return run(type, float{}); });
}

template <template <int, int> typename Shape, typename Run>
bool with_ssd_update(const ssd_update& call, Run&& run) {
  const auto shaped = [&]<typename T, typename State>(T type, State state) {
    constexpr int width = 16 / sizeof(State);
    const auto serves = [&](auto shape) {
      using S = decltype(shape);
      return call.states <= width * S::lanes * S::quads && run(type, state, shape);
    };
    if (serves(Shape<2, 1>{}) || serves(Shape<8, 1>{}) || serves(Shape<32, 1>{})) return true;
    if constexpr (width == 4) return serves(Shape<32, 2>{});
    return false;
  };
  if (call.precision == gpu_precision::int8)
    return call.state_precision == gpu_precision::int8 && shaped(int8_t{}, int8_t{});
  return with_storage_type(call.precision, [&]<typename T>(T type) {
    if (call.state_precision == gpu_precision::int8) return shaped(type, int8_t{});
    if (call.state_precision == call.precision) return shaped(type, type);
    return call.state_precision == gpu_precision::fp32 && shaped(type, float{});
  });
}

template <typename Shape>
int64_t ssd_update_grid(const ssd_update& call) {
  const int64_t tiles = (call.head_channels + Shape::rows - 1) / Shape::rows;
  return (int64_t{call.batch} * call.heads * tiles * Shape::lanes + Shape::threads - 1) / Shape::threads;
}

}  // namespace scansim
