#include "host/quantise/quantise_operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/quantise/power_of_two_fit.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int align_bias = 4;  // gemm_channel.align = 4 + frac of the accumulator
constexpr int largest_silu_align = 63;

hls::gemm_channel make_channel(int shift, int align) {
  hls::gemm_channel channel{};
  channel.shift = static_cast<decltype(channel.shift)>(shift);
  channel.align = static_cast<decltype(channel.align)>(align);
  return channel;
}

Eigen::VectorXf norm_weight(const Eigen::VectorXf& weight) {
  return weight * static_cast<float>(std::sqrt(static_cast<double>(weight.size())));
}

}  // namespace

// More than 31 bits leave nothing of an s32 whatever their number.
int requantise_shift(int acc_frac, int frac, const std::string& tensor) {
  if (acc_frac < frac) {
    throw input_error("model", tensor, "an accumulator with at least the fraction bits of its result",
                      fmt::format("{} against {}", acc_frac, frac));
  }
  return std::min(acc_frac - frac, largest_requantise_shift);
}

std::vector<hls::gemm_channel> finish_channels(const quantised_linear& linear, int frac_in,
                                               const row_frac& out_frac, const std::string& tensor) {
  std::vector<hls::gemm_channel> channels;
  for (int64_t n = 0; n < linear.w.rows(); ++n) {
    const bool zeros = linear.w.row(n).isZero(0);  // such a row may take any shift
    const int frac_acc = frac_in + linear.frac[static_cast<size_t>(n)];
    channels.push_back(make_channel(zeros ? 0 : requantise_shift(frac_acc, out_frac(n), tensor), 0));
  }
  return channels;
}

quantised_projection make_projection(quantised_linear linear, int frac_in, const row_frac& out_frac,
                                     const std::string& tensor) {
  quantised_projection p;
  p.linear = std::move(linear);
  p.channel = finish_channels(p.linear, frac_in, out_frac, tensor);
  return p;
}

int norm_weight_frac(const Eigen::VectorXf& weight) {
  const Eigen::VectorXf scaled = norm_weight(weight);
  return absmax_frac({scaled.data(), static_cast<size_t>(scaled.size())}, 16);
}

quantised_norm make_norm(const Eigen::VectorXf& weight, float eps, int frac_weight, int frac_residual,
                         int frac_out) {
  const auto d = static_cast<double>(weight.size());
  quantised_norm norm;
  for (const float w : norm_weight(weight))
    norm.w.push_back(static_cast<int16_t>(quantise_value(w, frac_weight, 16)));
  norm.eps_sum = static_cast<uint64_t>(std::max(1.0, std::round(std::ldexp(d * eps, 2 * frac_residual))));
  norm.shift = frac_weight - frac_out;
  return norm;
}

quantised_conv make_conv(const quantised_linear& taps, const Eigen::VectorXf& bias, int frac_x, int frac_u,
                         const std::string& tensor) {
  quantised_conv conv;
  conv.w = taps.w;
  conv.shift_out = requantise_shift(hls::silu_product_frac, frac_u, tensor);
  for (int64_t c = 0; c < conv.w.rows(); ++c) {
    const int frac = frac_x + taps.frac[static_cast<size_t>(c)];
    if (frac < -align_bias || frac > largest_silu_align - align_bias) {
      throw input_error("model", tensor, "a product of -4 to 59 fraction bits", fmt::format("{}", frac));
    }
    conv.bias.push_back(quantise_value(bias[c], frac, 32));
    conv.channel.push_back(make_channel(0, align_bias + frac));
  }
  return conv;
}

}  // namespace scansim
