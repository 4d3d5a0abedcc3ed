#include "host/operators/operator_scales.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/quantise/power_of_two_fit.h"
#include "traces/input_error.h"

namespace scansim {

std::vector<double> to_doubles(std::span<const float> values) { return {values.begin(), values.end()}; }

template <class integer>
std::vector<integer> quantise_all(std::span<const float> values, int frac, int bits) {
  std::vector<integer> out;
  out.reserve(values.size());
  for (const float value : values) out.push_back(static_cast<integer>(quantise_value(value, frac, bits)));
  return out;
}

template <class integer>
std::vector<double> dequantise_all(std::span<const integer> values, int frac) {
  std::vector<double> out;
  out.reserve(values.size());
  for (const integer value : values) out.push_back(std::ldexp(value, -frac));
  return out;
}

template std::vector<int8_t> quantise_all<int8_t>(std::span<const float>, int, int);
template std::vector<int16_t> quantise_all<int16_t>(std::span<const float>, int, int);
template std::vector<int32_t> quantise_all<int32_t>(std::span<const float>, int, int);
template std::vector<double> dequantise_all<int8_t>(std::span<const int8_t>, int);
template std::vector<double> dequantise_all<int16_t>(std::span<const int16_t>, int);
template std::vector<double> dequantise_all<int32_t>(std::span<const int32_t>, int);

int output_frac(std::span<const double> y, int bits, int most, const std::string& file) {
  std::vector<float> values;
  values.reserve(y.size());
  for (const double value : y) {
    if (std::fabs(value) > std::numeric_limits<float>::max())
      throw input_error(file, "x", "inputs whose outputs stay below 3.4e38", fmt::format("{}", value));
    values.push_back(static_cast<float>(value));
  }
  return std::min(least_error_frac(values, bits), most);
}

void level_zero_rows(std::vector<int>& frac, const std::vector<bool>& zero) {
  int largest = std::numeric_limits<int>::min();
  for (size_t i = 0; i < frac.size(); ++i)
    if (!zero[i]) largest = std::max(largest, frac[i]);
  if (largest == std::numeric_limits<int>::min()) return;
  for (size_t i = 0; i < frac.size(); ++i)
    if (zero[i]) frac[i] = largest;
}

uint64_t quantise_bias(std::span<const float> bias, const std::vector<int>& frac, std::vector<int32_t>& out) {
  constexpr int bias_bits = 31;
  uint64_t clipped = 0;
  out.assign(frac.size(), 0);
  for (size_t n = 0; n < bias.size(); ++n) {
    out[n] = quantise_value(bias[n], frac[n], bias_bits);
    clipped += std::fabs(std::ldexp(static_cast<double>(bias[n]), frac[n]) - out[n]) > 0.5;
  }
  return clipped;
}

hls::gemm_channel channel_of(int frac_acc, int frac_x, int frac_y, bool silu, int64_t n,
                             const std::string& file) {
  const int low = silu ? -4 : frac_y, high = silu ? 59 : frac_y + 31;
  if (frac_acc < low || frac_acc > high)
    throw input_error(file, fmt::format("x and w row {}", n),
                      fmt::format("ranges whose products have {} to {} fraction bits", low, high),
                      fmt::format("{}, of x {} and of w {}", frac_acc, frac_x, frac_acc - frac_x));
  hls::gemm_channel channel;
  channel.shift = static_cast<uint8_t>(silu ? 0 : frac_acc - frac_y);
  channel.align = static_cast<uint8_t>(silu ? frac_acc + 4 : 0);
  return channel;
}

int checked_shift(int shift, int low, int high, const char* scale, const std::string& file) {
  if (shift < low || shift > high)
    throw input_error(file, scale, fmt::format("a shift of {} to {} in the machine", low, high),
                      fmt::format("shift {}", shift));
  return shift;
}

}  // namespace scansim
