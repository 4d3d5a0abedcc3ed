// Leaf steps of the SSD kernels that kernel and host twin share: how activations and states of each type are
// read and written, which scale an int8 one has, what products are made of. Contract: the same bits on host
// and device, exps and sums aside. An int8 state is rounded to nearest even (rint) and clamped, at every step
// of a decode, as Quamba's does.
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
template <typename Call>
SCANSIM_HD int64_t ssd_cluster_of(const Call& call, int head, int p) {
  const ssd_state_scales& s = call.scales;
  if (!s.head_cluster) return 0;
  const int group = head / (call.heads / call.groups);
  return (int64_t{group} * s.head_clusters + s.head_cluster[head]) * s.channel_clusters +
         s.channel_cluster[int64_t{head} * call.head_channels + p];
}
template <typename Call>
SCANSIM_HD ssd_scale_row ssd_scales_of(const Call& call, int head, int p) {
  const ssd_state_scales& s = call.scales;
  if (!s.head_cluster) return {s.scale, s.inverse, 0};
  const int64_t row = ssd_cluster_of(call, head, p) * call.states;
  return {s.scale + row, s.inverse + row, 1};
}

// What products of matrices are made of, and outputs: int8 is exact in fp16, as Quamba2 has it.
template <typename In>
struct ssd_arithmetic {
  using type = In;
};
template <>
struct ssd_arithmetic<int8_t> {
  using type = half_bits;
};
// Neighbours as factors of products.
struct ssd_as_they_are {
  template <typename In, int Count>
  SCANSIM_HD void operator()(int, const In (&from)[Count], In (&to)[Count]) const {
#pragma unroll
    for (int i = 0; i < Count; ++i) to[i] = from[i];
  }
  template <int Count>
  SCANSIM_HD void operator()(int, const int8_t (&from)[Count], half_bits (&to)[Count]) const {
#pragma unroll
    for (int i = 0; i < Count; i += 2) {
      uint32_t word;
      memcpy(&word, from + i / 4 * 4, sizeof word);
      const uint32_t pair = half_pair_of_bytes(word, i / 2 % 2);
      to[i].bits = static_cast<uint16_t>(pair), to[i + 1].bits = static_cast<uint16_t>(pair >> 16);
    }
  }
};

// An activation's value; its scale is that of int8.
template <typename In>
SCANSIM_HD float ssd_value(In value, float) {
  return to_float(value);
}
SCANSIM_HD float ssd_value(int8_t q, float scale) { return dequantise_int8(q, scale); }
// The same of one of several neighbours.
template <typename In, int Count>
SCANSIM_HD float ssd_value_of(const In (&values)[Count], int i, float scale) {
  if constexpr (sizeof(In) == 1)
    return mul_rn(float_of_byte(values, i), scale);
  else
    return to_float(values[i]);
}
// Scales of activations of type In; 1 where they have none.
template <typename In, typename Call>
SCANSIM_HD float ssd_x_scale(const Call& call, int head, int p) {
  if constexpr (sizeof(In) > 1)
    return 1.0f;
  else
    return call.activations.x[ssd_cluster_of(call, head, p)];
}
template <typename In>
SCANSIM_HD float ssd_group_scale(const float* scales, int64_t group) {
  if constexpr (sizeof(In) > 1)
    return 1.0f;
  else
    return scales[group];
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

// Four neighbours of a channel's states, and their scales where they are int8.
struct ssd_scale_quad {
  float scale[4] = {1.0f, 1.0f, 1.0f, 1.0f}, inverse[4] = {1.0f, 1.0f, 1.0f, 1.0f};

  SCANSIM_HD void take(const ssd_scale_row& row, int k, int n) {
    scale[k] = row.scale[n * row.stride], inverse[k] = row.inverse[n * row.stride];
  }
};
template <typename State>
SCANSIM_HD void write_quad(const float (&value)[4], const ssd_scale_quad&, State* to) {
#pragma unroll
  for (int k = 0; k < 4; ++k) to[k] = from_float<State>(value[k]);
}
SCANSIM_HD void write_quad(const float (&value)[4], const ssd_scale_quad& quad, int8_t* to) {
  const uint32_t word = quantised_word(value, quad.inverse);
  memcpy(to, &word, sizeof word);
}

}  // namespace scansim
