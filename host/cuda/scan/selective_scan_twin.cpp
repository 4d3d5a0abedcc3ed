#include "host/cuda/scan/selective_scan_twin.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {

namespace {

template <typename State>
float kept_value(State h, float) {
  return to_float(h);
}
float kept_value(int8_t h, float scale) { return dequantise_int8(h, scale); }
template <typename State>
void keep_value(State& h, float value, float) {
  h = from_float<State>(value);
}
void keep_value(int8_t& h, float value, float scale) { h = quantise_round_even(value, div_rn(1.0f, scale)); }

// One token of one channel: h is updated, and C.h returned. The scale is that of an int8 state.
template <typename State>
float step(float dt, float du, const float* a, State* h, const std::vector<float>& b,
           const std::vector<float>& c, float scale = 1.0f) {
  float sum = 0.0f;
  for (size_t n = 0; n < b.size(); ++n) {
    const float next = fma_rn(exp2_unit(dt * (a[n] * log2_e)), kept_value(h[n], scale), du * b[n]);
    sum = fma_rn(c[n], next, sum);
    keep_value(h[n], next, scale);
  }
  return sum;
}

float bias_of(const float* bias, int channel) { return bias ? bias[channel] : 0.0f; }

template <typename T>
void scan_channel(const scan_call& call, int batch, int channel) {
  const scan_sizes& s = call.sizes;
  const auto states = static_cast<size_t>(s.states);
  const int64_t row = int64_t{batch} * s.channels + channel;
  const int64_t bc_row = (int64_t{batch} * s.groups + channel / (s.channels / s.groups)) * s.states;
  std::vector<float> h(states), b(states), c(states);
  if (call.h0) std::copy_n(call.h0 + row * s.states, states, h.begin());
  for (int i = 0; i < s.length; ++i) {
    const int64_t t = call.reverse ? s.length - 1 - i : i, at = row * s.length + t;
    for (int n = 0; n < s.states; ++n) {
      b[static_cast<size_t>(n)] = to_float(static_cast<const T*>(call.b)[(bc_row + n) * s.length + t]);
      c[static_cast<size_t>(n)] = to_float(static_cast<const T*>(call.c)[(bc_row + n) * s.length + t]);
    }
    const float u = to_float(static_cast<const T*>(call.u)[at]);
    float dt = to_float(static_cast<const T*>(call.delta)[at]) + bias_of(call.delta_bias, channel);
    if (call.delta_softplus) dt = softplus_unit(dt);
    float y = step(dt, dt * u, call.a + int64_t{channel} * s.states, h.data(), b, c);
    if (call.d) y += call.d[channel] * u;
    if (call.z) y *= silu_unit(to_float(static_cast<const T*>(call.z)[at]));
    static_cast<T*>(call.y)[at] = from_float<T>(y);
  }
  if (call.h_last) std::copy(h.begin(), h.end(), call.h_last + row * s.states);
}

template <typename T, typename State>
void update_channel(const state_update_call& call, int batch, int channel) {
  const int64_t row = int64_t{batch} * call.channels + channel, at = row * call.row_stride;
  const int64_t bc_row =
      (int64_t{batch} * call.groups + channel / (call.channels / call.groups)) * call.states;
  std::vector<float> b, c;
  for (int n = 0; n < call.states; ++n) {
    b.push_back(to_float(static_cast<const T*>(call.b)[(bc_row + n) * call.row_stride]));
    c.push_back(to_float(static_cast<const T*>(call.c)[(bc_row + n) * call.row_stride]));
  }
  const float x = to_float(static_cast<const T*>(call.x)[at]);
  float dt = to_float(static_cast<const T*>(call.dt)[at]) + bias_of(call.dt_bias, channel);
  if (call.dt_softplus) dt = softplus_unit(dt);
  float y = step(dt, dt * x, call.a + int64_t{channel} * call.states,
                 static_cast<State*>(call.state) + row * call.states, b, c,
                 call.state_scale ? call.state_scale[call.scale_of_channels ? channel : 0] : 1.0f);
  if (call.d) y = fma_rn(call.d[channel], x, y);
  if (call.z) y *= silu_unit(to_float(static_cast<const T*>(call.z)[at]));
  static_cast<T*>(call.y)[at] = from_float<T>(y);
}

template <typename Channel>
void for_each_channel(int batch, int channels, Channel&& channel) {
  for (int b = 0; b < batch; ++b)
    for (int c = 0; c < channels; ++c) channel(b, c);
}

}  // namespace

void selective_scan_twin(const scan_call& call) {
  check_scan_sizes(call.sizes);
  const bool known = with_storage_type(call.precision, [&]<typename T>(T) {
    for_each_channel(call.sizes.batch, call.sizes.channels,
                     [&](int b, int c) { scan_channel<T>(call, b, c); });
    return true;
  });
  if (!known) throw std::invalid_argument("selective_scan_twin: not a float precision");
}

void state_update_twin(const state_update_call& call) {
  check_state_update(call);
  const bool known = with_storage_type(call.precision, [&]<typename T>(T) {
    return with_state_type(call.state_precision, [&]<typename State>(State) {
      for_each_channel(call.batch, call.channels,
                       [&](int b, int c) { update_channel<T, State>(call, b, c); });
      return true;
    });
  });
  if (!known) throw std::invalid_argument("state_update_twin: not a float precision");
}

}  // namespace scansim
