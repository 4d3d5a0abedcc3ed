#include "models/nn/scan_float.h"

#include <Eigen/Core>
#include <cmath>
#include <stdexcept>

namespace scansim {
namespace {

float softplus(float x) { return x > 20.0F ? x : std::log1p(std::exp(x)); }

float silu(float x) { return x / (1.0F + std::exp(-x)); }

void check_sizes(const scan_tensors& call) {
  const scan_shape& s = call.shape;
  const auto has = [](const std::vector<float>& v, int64_t count, bool may_be_empty) {
    return (may_be_empty && v.empty()) || static_cast<int64_t>(v.size()) == count;
  };
  const int64_t tokens = s.batch * s.channels * s.length;
  const int64_t shared = s.batch * s.groups * s.states * s.length;
  if (call.options.reverse || s.groups < 1 || s.channels % s.groups != 0 || !has(call.u, tokens, false) ||
      !has(call.delta, tokens, false) || !has(call.z, tokens, true) || !has(call.b, shared, false) ||
      !has(call.c, shared, false) || !has(call.a, s.channels * s.states, false) ||
      !has(call.d, s.channels, true) || !has(call.delta_bias, s.channels, true) ||
      !has(call.h0, s.batch * s.channels * s.states, true)) {
    throw std::invalid_argument("scan_float: tensor sizes do not fit the shape, or a reverse scan");
  }
}

// (N, L) -> (N, L) column-major, so that the N values of one token are contiguous.
Eigen::ArrayXXf token_major(const float* values, int64_t states, int64_t length) {
  using row_major = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const row_major>(values, states, length);
}

// One channel: reads u, delta, z at `offset`, advances `h`, writes expect_y at `offset`.
void scan_channel(scan_tensors& call, int64_t channel, int64_t offset, const Eigen::ArrayXXf& b,
                  const Eigen::ArrayXXf& c, Eigen::Ref<Eigen::ArrayXf> h) {
  const scan_shape& s = call.shape;
  const Eigen::ArrayXf a = Eigen::Map<const Eigen::ArrayXf>(call.a.data() + channel * s.states, s.states);
  const float bias = call.delta_bias.empty() ? 0.0F : call.delta_bias[static_cast<size_t>(channel)];
  const float skip = call.d.empty() ? 0.0F : call.d[static_cast<size_t>(channel)];
  for (int64_t t = 0; t < s.length; ++t) {
    const auto at = static_cast<size_t>(offset + t);
    const float u = call.u[at];
    const float step = call.options.delta_softplus ? softplus(call.delta[at] + bias) : call.delta[at] + bias;
    h = (a * step).exp() * h + b.col(t) * (step * u);
    const float y = (h * c.col(t)).sum() + skip * u;
    call.expect_y[at] = call.z.empty() ? y : y * silu(call.z[at]);
  }
}

}  // namespace

void scan_float(scan_tensors& call) {
  check_sizes(call);
  const scan_shape& s = call.shape;
  call.expect_y.assign(call.u.size(), 0.0F);
  call.expect_h_last = call.h0;
  call.expect_h_last.resize(static_cast<size_t>(s.batch * s.channels * s.states), 0.0F);
  const int64_t per_group = s.channels / s.groups;
  for (int64_t batch = 0; batch < s.batch; ++batch) {
    for (int64_t group = 0; group < s.groups; ++group) {
      const int64_t shared = (batch * s.groups + group) * s.states * s.length;
      const Eigen::ArrayXXf b = token_major(call.b.data() + shared, s.states, s.length);
      const Eigen::ArrayXXf c = token_major(call.c.data() + shared, s.states, s.length);
      for (int64_t channel = group * per_group; channel < (group + 1) * per_group; ++channel) {
        const int64_t row = batch * s.channels + channel;
        Eigen::Map<Eigen::ArrayXf> h(call.expect_h_last.data() + row * s.states, s.states);
        scan_channel(call, channel, row * s.length, b, c, h);
      }
    }
  }
}

}  // namespace scansim
