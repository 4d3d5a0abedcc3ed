// Leaf steps of the SSD state update that kernel and host twin share: how a state of each type is read and
// written, which scale an int8 one has. Contract: the same bits on host and device, exps and sums over states
// aside. An int8 state is rounded to nearest even (rint), clamped, at every step, as Quamba's decode does.
#pragma once
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/ssd/gpu_ssd_update.h"

namespace scansim {

// Scales of the states of one channel, n from 0; stride 0: one for all.
struct ssd_scale_row {
  const float *scale = nullptr, *inverse = nullptr;
  int stride = 0;
};
SCANSIM_HD ssd_scale_row ssd_scales_of(const ssd_update& call, int head, int p) {
  const ssd_state_scales& s = call.scales;
  if (!s.head_cluster) return {s.scale, s.inverse, 0};
  const int group = head / (call.heads / call.groups);
  const int64_t cluster = (int64_t{group} * s.head_clusters + s.head_cluster[head]) * s.channel_clusters +
                          s.channel_cluster[int64_t{head} * call.head_channels + p];
  return {s.scale + cluster * call.states, s.inverse + cluster * call.states, 1};
}

template <typename State>
SCANSIM_HD float read_state(State value, const ssd_scale_row&, int) {
  return to_float(value);
}
SCANSIM_HD float read_state(int8_t value, const ssd_scale_row& row, int n) {
  return dequantise_int8(value, row.scale[n * row.stride]);
}
template <typename State>
SCANSIM_HD State write_state(float value, const ssd_scale_row&, int) {
  return from_float<State>(value);
}
template <>
SCANSIM_HD int8_t write_state<int8_t>(float value, const ssd_scale_row& row, int n) {
  return quantise_round_even(value, row.inverse[n * row.stride]);
}

}  // namespace scansim
