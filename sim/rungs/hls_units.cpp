#include "sim/rungs/hls_units.h"

#include <algorithm>
#include <bit>

#include "hls/scan/scan_top.h"
#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "hls/units/rms_norm.h"
#include "sim/switching/unit_switching.h"
#include "sim/unit_check.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using hls::parameter_target;

constexpr size_t conv_state_bytes = hls::max_conv_width - 1;
constexpr size_t conv_row_bytes = 16;  // parameters of one channel
constexpr uint64_t max_eps_sum = uint64_t{1} << 47;

size_t size(int value) { return static_cast<size_t>(value); }

std::vector<int16_t> signed_values(std::span<const uint8_t> bytes) {
  std::vector<int16_t> values(bytes.size() / 2);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<int16_t>(hls::load_signed(bytes.data() + 2 * i, 2));
  return values;
}

// One channel of a conv: taps, bias and state go by age in memory and from the oldest on in hls.
struct conv_channel {
  int8_t w[hls::max_conv_width] = {};
  int8_t state[hls::max_conv_width] = {};
  int32_t bias = 0;
  hls::gemm_channel finish;

  conv_channel(const uint8_t* row, int width) {
    for (int age = 0; age < width; ++age) w[width - 1 - age] = static_cast<int8_t>(row[age]);
    bias = hls::load_signed(row + 4, 4);
    finish = {static_cast<uint8_t>(row[8] & 31u), static_cast<uint8_t>(row[9] & 63u)};
  }
};

// The outputs of a conv in the machine's order, token by token.
void see_rows(const hls::conv_descriptor& d, const machine_shape& shape, const hls_unit_params& params,
              std::span<const uint8_t> x, std::span<const uint8_t> states, std::span<const uint8_t> u) {
  const size_t word = size(shape.axi_bytes), row = d.tiles * word;
  const int width = d.width;
  std::vector<conv_channel> channels;
  for (size_t channel = 0; channel < row; ++channel) {
    const size_t tile = channel / word, lane = channel % word;
    const std::span<const uint8_t> p = params.row(parameter_target::conv, d.p_row + static_cast<int>(tile));
    conv_channel& c = channels.emplace_back(p.data() + conv_row_bytes * lane, width);
    for (int age = 1; d.has_state && age < width; ++age)
      c.state[width - 1 - age] =
          static_cast<int8_t>(states[(tile * conv_state_bytes + size(age) - 1) * word + lane]);
  }
  for (size_t at = 0; at < d.tokens * row; ++at) {
    conv_channel& c = channels[at % row];
    c.state[width - 1] = static_cast<int8_t>(x[at]);
    shape.switching->see(switching_unit::conv1d_silu, static_cast<int>(at % row % word),
                         conv_operands(c.state, c.w, width, c.bias, static_cast<int8_t>(u[at])));
    std::copy(c.state + 1, c.state + width, c.state);
  }
}

void see_row(const machine_shape& shape, const int16_t* x, std::span<const int16_t> w, uint64_t eps_sum,
             const int8_t* y) {
  const int32_t r = hls::rms_norm_scale(hls::rms_norm_sum(x, static_cast<int>(w.size()), eps_sum)).r;
  for (size_t i = 0; i < w.size(); ++i)
    shape.switching->see(switching_unit::rms_norm, static_cast<int>(i % size(shape.axi_bytes / 2)),
                         {x[i], w[i], r, y[i]});
}

}  // namespace

conv_result run_conv(const hls::conv_descriptor& d, const machine_shape& shape, const hls_unit_params& params,
                     std::span<const uint8_t> x, std::span<const uint8_t> states,
                     hls::unit_saturations& saturations) {
  const size_t word = size(shape.axi_bytes), row = d.tiles * word;
  const int width = d.width;
  conv_result result{std::vector<uint8_t>(x.size()), std::vector<uint8_t>(conv_state_bytes * row)};
  std::vector<int8_t> sequence(d.tokens);
  for (size_t channel = 0; channel < row; ++channel) {
    const size_t tile = channel / word, lane = channel % word;
    const std::span<const uint8_t> p = params.row(parameter_target::conv, d.p_row + static_cast<int>(tile));
    conv_channel c(p.data() + conv_row_bytes * lane, width);
    const auto state_at = [&](int age) { return (tile * conv_state_bytes + size(age) - 1) * word + lane; };
    for (int age = 1; d.has_state && age < width; ++age)
      c.state[width - 1 - age] = static_cast<int8_t>(states[state_at(age)]);
    for (size_t t = 0; t < d.tokens; ++t) sequence[t] = static_cast<int8_t>(x[t * row + channel]);
    hls::conv1d_silu_channel(sequence.data(), d.tokens, 1, c.w, width, c.bias, c.finish, d.silu, d.shift_out,
                             c.state, sequence.data(), saturations);
    for (size_t t = 0; t < d.tokens; ++t) result.u[t * row + channel] = static_cast<uint8_t>(sequence[t]);
    for (int age = 1; age < width; ++age)
      result.states[state_at(age)] = static_cast<uint8_t>(c.state[width - 1 - age]);
  }
  if (shape.switching != nullptr) see_rows(d, shape, params, x, states, result.u);
  return result;
}

std::vector<uint8_t> run_norm(const hls::norm_descriptor& d, const machine_shape& shape,
                              const hls_unit_params& params, std::span<const uint8_t> x,
                              hls::unit_saturations& saturations) {
  if (d.eps_sum == 0 || d.eps_sum > max_eps_sum)
    throw tool_error("hls device: eps_sum of a norm must be in 1..2^47");
  const int channels = d.tiles * shape.axi_bytes;
  const std::vector<int16_t> values = signed_values(x);
  std::vector<int16_t> weights;
  for (int beat = 0; beat < 2 * d.tiles; ++beat) {
    const std::vector<int16_t> row = signed_values(params.row(parameter_target::norm, d.w_row + beat));
    weights.insert(weights.end(), row.begin(), row.end());
  }
  std::vector<int8_t> y(values.size());
  for (size_t at = 0; at < values.size(); at += size(channels)) {
    hls::rms_norm(values.data() + at, weights.data(), channels, d.eps_sum, d.shift, y.data() + at,
                  saturations);
    if (shape.switching != nullptr) see_row(shape, values.data() + at, weights, d.eps_sum, y.data() + at);
  }
  return {y.begin(), y.end()};
}

std::vector<uint8_t> run_hadamard(const hls::hadamard_descriptor& d, const machine_shape& shape,
                                  std::span<const uint8_t> x, hls::unit_saturations& saturations) {
  const size_t channels = d.tiles * size(shape.axi_bytes);
  const int log2 = d.log2_beats + std::countr_zero(static_cast<unsigned>(shape.axi_bytes / 2));
  const std::vector<int16_t> values = signed_values(x);
  std::vector<int32_t> row(channels);
  const int bytes = d.wide ? 2 : 1;
  std::vector<uint8_t> y(values.size() * size(bytes));
  for (size_t at = 0; at < values.size(); at += channels) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(at), channels, row.begin());
    if (shape.switching != nullptr && !d.pass)
      see_hadamard_row(*shape.switching, row.data(), hadamard_order_size(d.order), log2, shape.axi_bytes / 2);
    if (d.pass)
      hls::requantise_values(row.data(), static_cast<int>(channels), d.shift, 8 * bytes, saturations);
    else
      hls::hadamard_fwht(row.data(), row.data(), hadamard_order_size(d.order), log2, d.shift, 8 * bytes,
                         saturations);
    for (size_t i = 0; i < channels; ++i) hls::store_signed(y.data() + (at + i) * size(bytes), row[i], bytes);
  }
  return y;
}

}  // namespace scansim
