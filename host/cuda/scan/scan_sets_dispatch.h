// From a call of several sets to the instance of the kernel that serves it. Contract: throws
// std::invalid_argument for int8, sizes below 1, more than 8 sets or more than 256 states; the launcher, the
// emulated tests and the twin share the check.
#pragma once
#include <algorithm>
#include <stdexcept>

#include "host/cuda/scan/scan_sets_call.h"
#include "host/cuda/scan/selective_scan_dispatch.h"

namespace scansim {

inline void check_scan_sets(const gpu_scan_sets& call) {
  const auto refuse = [](const char* what) {
    throw std::invalid_argument(std::string("scan_sets: ") + what);
  };
  if (call.sets < 1 || call.sets > most_gpu_sets) refuse("not 1 to 8 sets");
  if (std::min({call.batch, call.channels, call.length, call.output_rows}) < 1) refuse("a size below 1");
  if (call.precision > gpu_precision::bf16) refuse("not a float precision");
  for (int k = 0; k < call.sets; ++k) {
    const gpu_scan_set& set = call.set[k];
    if (set.states < 1 || set.states > 256) refuse("not 1 to 256 states");
    if (set.positions < 1 || set.channels < 1 || set.groups < 1 || set.channels % set.groups != 0)
      refuse("no positions, or groups that do not divide the channels");
    if (set.gate != gpu_gate::none && call.z == nullptr) refuse("a gate without z");
  }
}

inline int most_states(const gpu_scan_sets& call) {
  int states = 0;
  for (int k = 0; k < call.sets; ++k) states = std::max(states, call.set[k].states);
  return states;
}

// Shape<lanes, states of a lane>.
template <template <int, int> typename Shape, typename Run>
bool with_set_lanes(int states, Run&& run) {
  const auto serves = [&](auto shape) { return states <= decltype(shape)::states && run(shape); };
  return serves(Shape<1, 1>{}) || serves(Shape<4, 1>{}) || serves(Shape<8, 2>{}) || serves(Shape<16, 4>{}) ||
         serves(Shape<32, 8>{});
}

template <typename Shape>
int64_t scan_sets_grid(const gpu_scan_sets& call) {
  return (int64_t{call.channels} * Shape::lanes + Shape::threads - 1) / Shape::threads;
}

}  // namespace scansim
