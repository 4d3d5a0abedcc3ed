#include "host/cuda/scan/quamba_scan_quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/cuda/scan/int8_tensors.h"
#include "host/cuda/scan/quamba_scan_step.h"
#include "host/cuda/scan/quamba_scan_twin.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double clip_percentile = 0.9995;

std::vector<float> logarithms(const std::vector<float>& a, const std::string& trace) {
  std::vector<float> logs(a.size());
  for (size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] < 0))
      throw input_error(trace, "A", "negative values for the int8 scan", fmt::format("{}", a[i]));
    logs[i] = std::log(-a[i]);
  }
  return logs;
}

const int8_t* data_or_null(const std::vector<int8_t>& q) { return q.empty() ? nullptr : q.data(); }

// Static calibration stands on the state itself; this is the state that these operands end in.
float last_state_scale(const quamba_scan_operands& operands) {
  const scan_sizes& s = operands.sizes;
  std::vector<float> y(size_t(s.batch) * s.channels * s.length), h(size_t(s.batch) * s.channels * s.states);
  quamba_scan_twin(operands.call(gpu_precision::fp32, y.data(), nullptr), h.data());
  return int8_scale_of(h, clip_percentile);
}

}  // namespace

quamba_scan_call quamba_scan_operands::call(gpu_precision y_precision, void* y, int8_t* h_last) const {
  quamba_scan_call call;
  call.sizes = sizes;
  call.scales = scales;
  call.delta_softplus = delta_softplus;
  call.reverse = reverse;
  call.exps = exps;
  call.y_precision = y_precision;
  call.u = data_or_null(u);
  call.delta = data_or_null(delta);
  call.b = data_or_null(b);
  call.c = data_or_null(c);
  call.z = data_or_null(z);
  call.a_log = data_or_null(a_log);
  call.d = data_or_null(d);
  call.delta_bias = data_or_null(delta_bias);
  call.h0 = data_or_null(h0);
  call.y = y;
  call.h_last = h_last;
  return call;
}

quamba_scan_operands quamba_scan_quantise(const scan_tensors& tensors, const std::string& trace) {
  const scan_shape& shape = tensors.shape;
  if (shape.states > quamba_scan_most_states)
    throw input_error(trace, "A", fmt::format("at most {} states for the int8 scan", quamba_scan_most_states),
                      fmt::format("{}", shape.states));
  quamba_scan_operands q;
  q.sizes = {int(shape.batch), int(shape.channels), int(shape.states), int(shape.groups), int(shape.length)};
  q.delta_softplus = tensors.options.delta_softplus;
  q.reverse = tensors.options.reverse;
  const auto store = [](const std::vector<float>& from, double share, std::vector<int8_t>& to, float& scale) {
    scale = int8_scale_of(from, share);
    to = quantised_int8(from, scale);
  };
  store(tensors.u, clip_percentile, q.u, q.scales.u);
  store(tensors.delta, 1, q.delta, q.scales.delta);
  store(tensors.b, 1, q.b, q.scales.b);
  store(tensors.c, 1, q.c, q.scales.c);
  store(tensors.z, 1, q.z, q.scales.z);
  store(logarithms(tensors.a, trace), 1, q.a_log, q.scales.a_log);
  store(tensors.d, 1, q.d, q.scales.d);
  store(tensors.delta_bias, 1, q.delta_bias, q.scales.delta_bias);
  store(tensors.h0, 1, q.h0, q.scales.h0);
  q.scales.h_last = last_state_scale(q);
  return q;
}

namespace {

// (rows, L) as (L, rows), by the order in which the scan walks.
std::vector<int8_t> by_token_walked(const std::vector<int8_t>& values, size_t length, bool reverse) {
  const size_t rows = values.size() / length;
  std::vector<int8_t> turned(values.size());
  for (size_t row = 0; row < rows; ++row)
    for (size_t k = 0; k < length; ++k)
      turned[k * rows + row] = values[row * length + (reverse ? length - 1 - k : k)];
  return turned;
}

}  // namespace

quamba_decode_operands quamba_decode_quantise(const scan_tensors& tensors, const std::string& trace) {
  quamba_scan_operands q = quamba_scan_quantise(tensors, trace);
  const auto length = static_cast<size_t>(q.sizes.length);
  quamba_decode_operands decode;
  quamba_update_call& call = decode.call;
  call.batch = q.sizes.batch, call.channels = q.sizes.channels;
  call.states = q.sizes.states, call.groups = q.sizes.groups;
  call.scales = q.scales;
  call.state_scale = q.h0.empty() ? q.scales.h_last : std::max(q.scales.h_last, q.scales.h0);
  call.dt_softplus = q.delta_softplus;
  decode.length = q.sizes.length;
  const auto walked = [&](const std::vector<int8_t>& values) {
    return by_token_walked(values, length, q.reverse);
  };
  decode.x = walked(q.u), decode.dt = walked(q.delta), decode.z = walked(q.z);
  decode.b = walked(q.b), decode.c = walked(q.c);
  decode.a_log = std::move(q.a_log), decode.d = std::move(q.d), decode.dt_bias = std::move(q.delta_bias);
  const size_t states = size_t(call.batch) * call.channels * call.states;
  decode.state = q.h0.empty() ? std::vector<int8_t>(states, 0) : quantised_int8(tensors.h0, call.state_scale);
  return decode;
}

quamba_update_call quamba_decode_operands::step(int t, gpu_precision y_precision, int8_t* state_now,
                                                void* y) const {
  const auto token = [&](const std::vector<int8_t>& values) {
    const size_t row = values.size() / size_t(length);
    return values.empty() ? nullptr : values.data() + row * size_t(t);
  };
  quamba_update_call one = call;
  one.y_precision = y_precision;
  one.x = token(x), one.dt = token(dt), one.b = token(b), one.c = token(c), one.z = token(z);
  one.a_log = data_or_null(a_log), one.d = data_or_null(d), one.dt_bias = data_or_null(dt_bias);
  one.state = state_now;
  one.y = y;
  return one;
}

scan_tensors quamba_scan_dequantise(const quamba_scan_operands& q) {
  scan_tensors tensors;
  tensors.shape = {q.sizes.batch, q.sizes.channels, q.sizes.states, q.sizes.groups, q.sizes.length};
  tensors.options.delta_softplus = q.delta_softplus;
  tensors.options.reverse = q.reverse;
  tensors.u = dequantised_int8(q.u, q.scales.u);
  tensors.delta = dequantised_int8(q.delta, q.scales.delta);
  tensors.b = dequantised_int8(q.b, q.scales.b);
  tensors.c = dequantised_int8(q.c, q.scales.c);
  tensors.z = dequantised_int8(q.z, q.scales.z);
  tensors.a = dequantised_int8(q.a_log, q.scales.a_log);
  for (float& a : tensors.a) a = -std::exp(a);
  tensors.d = dequantised_int8(q.d, q.scales.d);
  tensors.delta_bias = dequantised_int8(q.delta_bias, q.scales.delta_bias);
  tensors.h0 = dequantised_int8(q.h0, q.scales.h0);
  return tensors;
}

}  // namespace scansim
