// The hls rung of conv1d: inputs and state s8 with one scale, weights s8 with a scale per channel, y s8.
#include <algorithm>
#include <cmath>

#include "hls/units/conv1d_silu.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_operators.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/ref/conv1d_ref.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

struct conv_scaling {
  int frac_x = 0, frac_y = 0;
  std::vector<int> frac_w, frac_acc;
  std::vector<int8_t> x, w, state;
  std::vector<int32_t> bias;
  uint64_t bias_clipped = 0;
  std::vector<double> product, want;  // of ref on the quantised inputs: before and after silu
};

void quantise_weights(const conv1d_call& call, conv_scaling& q) {
  const std::span<const float> w(call.w);
  const auto width = static_cast<size_t>(call.width);
  std::vector<bool> zero;
  for (size_t d = 0; d < static_cast<size_t>(call.channels); ++d) {
    const std::span<const float> row = w.subspan(d * width, width);
    q.frac_w.push_back(least_error_frac(row, 8));
    const std::vector<int8_t> values = quantise_all<int8_t>(row, q.frac_w.back(), 8);
    zero.push_back(std::all_of(values.begin(), values.end(), [](int8_t value) { return value == 0; }));
    q.w.insert(q.w.end(), values.begin(), values.end());
  }
  level_zero_rows(q.frac_w, zero);
}

conv_scaling quantise_conv(const conv1d_call& call, const std::string& file) {
  conv_scaling q;
  std::vector<float> inputs = call.x;
  inputs.insert(inputs.end(), call.state.begin(), call.state.end());
  q.frac_x = least_error_frac(inputs, 8);
  q.x = quantise_all<int8_t>(call.x, q.frac_x, 8);
  q.state = quantise_all<int8_t>(call.state, q.frac_x, 8);
  quantise_weights(call, q);
  for (const int frac : q.frac_w) q.frac_acc.push_back(q.frac_x + frac);
  q.bias_clipped = quantise_bias(call.bias, q.frac_acc, q.bias);

  std::vector<double> w, bias;
  for (size_t i = 0; i < q.w.size(); ++i)
    w.push_back(std::ldexp(q.w[i], -q.frac_w[i / static_cast<size_t>(call.width)]));
  for (size_t d = 0; d < q.bias.size(); ++d) bias.push_back(std::ldexp(q.bias[d], -q.frac_acc[d]));
  const std::vector<double> x = dequantise_all<int8_t>(q.x, q.frac_x);
  const std::vector<double> state = dequantise_all<int8_t>(q.state, q.frac_x);
  const conv1d_ref_sizes sizes{call.channels, call.length, call.width};
  q.product = conv1d_ref(x, w, bias, sizes, false, state).y;
  q.want = conv1d_ref(x, w, bias, sizes, call.silu, state).y;

  std::vector<double> reachable = q.want;
  if (call.silu) std::transform(q.product.begin(), q.product.end(), reachable.begin(), limited_silu);
  const int most =
      call.silu ? hls::silu_product_frac : *std::min_element(q.frac_acc.begin(), q.frac_acc.end());
  q.frac_y = output_frac(reachable, 8, most, file);
  return q;
}

std::vector<hls::gemm_channel> channels_of(const conv1d_call& call, const conv_scaling& q,
                                           const std::string& file) {
  std::vector<hls::gemm_channel> channels;
  for (int64_t d = 0; d < call.channels; ++d)
    channels.push_back(channel_of(q.frac_acc[static_cast<size_t>(d)], q.frac_y, call.silu, d, file));
  return channels;
}

int shift_out_of(const conv1d_call& call, const conv_scaling& q) {
  return call.silu ? hls::silu_product_frac - q.frac_y : 0;
}

}  // namespace

conv1d_operands quantise_conv1d(const conv1d_call& call, const std::string& file) {
  conv_scaling q = quantise_conv(call, file);
  conv1d_operands out;
  out.channels = call.channels, out.length = call.length, out.width = call.width, out.silu = call.silu;
  out.shift_out = shift_out_of(call, q);
  out.channel = channels_of(call, q, file);
  out.x = std::move(q.x), out.w = std::move(q.w), out.state = std::move(q.state),
  out.bias = std::move(q.bias);
  return out;
}

operator_result conv1d_on_hls(const conv1d_call& call, const std::string& file) {
  conv_scaling q = quantise_conv(call, file);
  const auto width = static_cast<int>(call.width);
  const auto outputs = static_cast<size_t>(call.channels * call.length);
  std::vector<int8_t> y(outputs);
  if (q.state.empty()) q.state.assign(static_cast<size_t>(call.channels * call.past), 0);
  hls::unit_saturations saturations;
  const std::vector<hls::gemm_channel> channels = channels_of(call, q, file);
  for (int64_t d = 0; d < call.channels; ++d) {
    const auto at = static_cast<size_t>(d);
    hls::conv1d_silu_channel(q.x.data() + d * call.length, static_cast<int>(call.length), 1,
                             q.w.data() + d * call.width, width, q.bias[at], channels[at], call.silu,
                             shift_out_of(call, q), q.state.data() + d * call.past,
                             y.data() + d * call.length, saturations);
  }
  operator_result r;
  r.y.assign(y.begin(), y.end());
  r.value = dequantise_all<int8_t>(y, q.frac_y);
  r.want = q.want;
  for (const double v : q.product) {
    r.limited.push_back(limit_to(call.silu ? limited_silu(v) : v, 8, q.frac_y));
    r.bound.push_back(std::ldexp(0.5, -q.frac_y) + (call.silu ? silu_error(v) : 0));
  }
  r.bound_text = call.silu ? silu_bound_text : "half a step of y";
  r.counters = {{"outputs", outputs},
                {"multiplies", outputs * static_cast<uint64_t>(call.width)},
                {"bias_clipped", q.bias_clipped},
                {"saturations_conv", saturations.conv}};
  r.bytes = {{"x", outputs}, {"w", q.w.size()}, {"y", outputs}, {"state_out", q.state.size()}};
  if (!call.bias.empty()) r.bytes["bias"] = 4 * call.bias.size();
  if (!call.state.empty()) r.bytes["state_in"] = q.state.size();
  r.scales = {{"x_bits", 8},        {"w_bits", 8},        {"y_bits", 8},
              {"frac_x", q.frac_x}, {"frac_w", q.frac_w}, {"frac_y", q.frac_y}};
  r.state_sha256 = sha256_hex(q.state.data(), q.state.size());
  return r;
}

}  // namespace scansim
