// The hls rung of conv1d: inputs and state s8 with one scale, weights s8 with a scale per channel, y s8. At
// the end its row of the operator list.
#include <algorithm>
#include <cmath>

#include "hls/units/conv1d_silu.h"
#include "host/cuda/numerics/activation_unit.h"
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_operators.h"
#include "host/program/compile/operator_programs.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/ref/conv1d_ref.h"
#include "traces/calls/conv1d.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

void quantise_weights(const conv1d_call& call, const conv1d_scales* stored, quantised_conv1d& q) {
  const std::span<const float> w(call.w);
  const auto width = static_cast<size_t>(call.width);
  std::vector<bool> zero;
  for (size_t d = 0; d < static_cast<size_t>(call.channels); ++d) {
    const std::span<const float> row = w.subspan(d * width, width);
    int& frac = q.scales.frac_w[d];
    if (stored == nullptr) frac = least_error_frac(row, 8);
    const std::vector<int8_t> values = quantise_all<int8_t>(row, frac, 8);
    zero.push_back(std::all_of(values.begin(), values.end(), [](int8_t value) { return value == 0; }));
    q.w.insert(q.w.end(), values.begin(), values.end());
  }
  if (stored == nullptr) level_zero_rows(q.scales.frac_w, zero);
}

void compute_reference(const conv1d_call& call, quantised_conv1d& q) {
  std::vector<double> w, bias;
  for (size_t i = 0; i < q.w.size(); ++i)
    w.push_back(std::ldexp(q.w[i], -q.scales.frac_w[i / static_cast<size_t>(call.width)]));
  for (size_t d = 0; d < q.bias.size(); ++d) bias.push_back(std::ldexp(q.bias[d], -q.frac_acc[d]));
  const std::vector<double> x = dequantise_all<int8_t>(q.x, q.scales.frac_x);
  const std::vector<double> state = dequantise_all<int8_t>(q.state, q.scales.frac_x);
  const conv1d_ref_sizes sizes{call.channels, call.length, call.width};
  q.product = conv1d_ref(x, w, bias, sizes, false, state).y;
  q.want = conv1d_ref(x, w, bias, sizes, call.silu, state).y;
}

int chosen_output_frac(const conv1d_call& call, const quantised_conv1d& q, const std::string& file) {
  std::vector<double> reachable = q.want;
  if (call.silu) std::transform(q.product.begin(), q.product.end(), reachable.begin(), limited_silu);
  const int most =
      call.silu ? hls::silu_product_frac : *std::min_element(q.frac_acc.begin(), q.frac_acc.end());
  return output_frac(reachable, 8, most, file);
}

}  // namespace

quantised_conv1d quantise_conv1d(const conv1d_call& call, const std::string& file,
                                 const conv1d_scales* stored) {
  quantised_conv1d q;
  conv1d_scales& s = q.scales;
  s = stored != nullptr ? *stored : payload<conv1d_scales>(*call.make_scales());
  q.channels = call.channels, q.length = call.length, q.width = call.width, q.silu = call.silu;
  if (stored == nullptr) {
    std::vector<float> inputs = call.x;
    inputs.insert(inputs.end(), call.state.begin(), call.state.end());
    s.frac_x = least_error_frac(inputs, 8);
  }
  q.x = quantise_all<int8_t>(call.x, s.frac_x, 8);
  q.state = quantise_all<int8_t>(call.state, s.frac_x, 8);
  quantise_weights(call, stored, q);
  for (const int frac : s.frac_w) q.frac_acc.push_back(s.frac_x + frac);
  q.bias_clipped = quantise_bias(call.bias, q.frac_acc, q.bias);
  compute_reference(call, q);
  if (stored == nullptr) s.frac_y = chosen_output_frac(call, q, file);
  if (call.silu)
    q.shift_out =
        checked_shift(hls::silu_product_frac - s.frac_y, 0, largest_requantise_shift, "frac_y", file);
  for (int64_t d = 0; d < call.channels; ++d)
    q.channel.push_back(
        channel_of(q.frac_acc[static_cast<size_t>(d)], s.frac_x, s.frac_y, call.silu, d, file));
  return q;
}

operator_result conv1d_on_hls(const conv1d_call& call, const quantised_conv1d& q) {
  const auto width = static_cast<int>(call.width);
  const auto outputs = static_cast<size_t>(call.channels * call.length);
  std::vector<int8_t> y(outputs);
  std::vector<int8_t> state = q.state;
  if (state.empty()) state.assign(static_cast<size_t>(call.channels * call.past), 0);
  hls::unit_saturations saturations;
  for (int64_t d = 0; d < call.channels; ++d) {
    const auto at = static_cast<size_t>(d);
    hls::conv1d_silu_channel(q.x.data() + d * call.length, static_cast<int>(call.length), 1,
                             q.w.data() + d * call.width, width, q.bias[at], q.channel[at], call.silu,
                             q.shift_out, state.data() + d * call.past, y.data() + d * call.length,
                             saturations);
  }
  operator_result r;
  r.y.assign(y.begin(), y.end());
  r.value = dequantise_all<int8_t>(y, q.scales.frac_y);
  r.want = q.want;
  for (const double v : q.product) add_limit(r, limit_of_sum(v, call.silu, 8, q.scales.frac_y));
  r.bound_text = call.silu ? silu_bound_text : sum_bound_text;
  r.counters = {{"outputs", outputs},
                {"multiplies", outputs * static_cast<uint64_t>(call.width)},
                {"bias_clipped", q.bias_clipped},
                {"saturations_conv", saturations.conv}};
  // Of a channel: weights, a bias of 4 bytes, a shift.
  const uint64_t states = call.state.empty() ? 1 : 2;  // out, and in where one is given
  r.bytes = {{"x", outputs},
             {"y", outputs},
             {"conv", q.w.size() + 5 * static_cast<uint64_t>(call.channels)},
             {"conv_state", states * state.size()}};
  r.state_sha256 = sha256_hex(state.data(), state.size());
  return r;
}

namespace {

const conv1d_call& conv1d_in(const call& one) { return payload<conv1d_call>(one); }

std::vector<named_reals> conv1d_on_ref(const call& one) {
  const conv1d_call& c = conv1d_in(one);
  return {{"y", conv1d_ref(to_doubles(c.x), to_doubles(c.w), to_doubles(c.bias),
                           {c.channels, c.length, c.width}, c.silu, to_doubles(c.state))
                    .y}};
}

least_work conv1d_work(const call& one) {
  const conv1d_call& c = conv1d_in(one);
  const auto outputs = static_cast<double>(c.channels * c.length);
  return {2 * elements(c.state) + elements(c.x) + elements(c.w) + elements(c.bias) + outputs,
          c.silu ? outputs : 0, 2 * outputs * static_cast<double>(c.width),
          c.silu ? silu_unit_ops * outputs : 0};
}

uint64_t conv1d_macs(const call& one) {
  const conv1d_call& c = conv1d_in(one);
  return static_cast<uint64_t>(c.channels * c.length * c.width);
}

quantised_conv1d conv1d_quantised(const conv1d_call& c, const conv1d_scales* stored, const design_point&,
                                  const std::string& file) {
  return quantise_conv1d(c, file, stored);
}

operator_result conv1d_arithmetic(const conv1d_call& c, const quantised_conv1d& q, const design_point&) {
  return conv1d_on_hls(c, q);
}

program conv1d_compiled(const conv1d_call&, const quantised_conv1d& q, const compile_options&,
                        const design_point& point) {
  return make_conv1d_program(q, point);
}

std::vector<int> conv1d_fraction_bits(const quantised_conv1d& q, const std::string& output) {
  return {output == "y" ? q.scales.frac_y : q.scales.frac_x};
}

std::vector<int64_t> conv1d_state_shape(const call& one, const std::string&) {
  return {conv1d_in(one).channels, conv1d_in(one).past};
}

}  // namespace

const operator_row conv1d_row = {
    .kind = &conv1d_kind,
    .ref = conv1d_on_ref,
    .quantise = quantised_by<conv1d_call, conv1d_scales, conv1d_quantised, conv1d_arithmetic, conv1d_compiled,
                             conv1d_fraction_bits>::make,
    .work = conv1d_work,
    .macs = conv1d_macs,
    .state_shape = conv1d_state_shape};

}  // namespace scansim
