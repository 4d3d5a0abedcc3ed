#include "host/accuracy/state_pattern.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace scansim {

namespace {

double softplus(double x) { return x > 20 ? x : std::log1p(std::exp(x)); }
double silu(double x) { return x / (1 + std::exp(-x)); }

// Adds one channel's energies to `energy` (N).
void add_energy(const scan_tensors& call, int64_t batch, int64_t channel, std::vector<double>& energy) {
  const scan_shape& s = call.shape;
  const int64_t row = (batch * s.channels + channel) * s.length;
  std::vector<float> h(static_cast<size_t>(s.states), 0.0F);
  for (int64_t t = 0; t < s.length; ++t) {
    const auto at = static_cast<size_t>(row + t);
    const auto step = static_cast<float>(
        softplus(static_cast<double>(call.delta[at]) + call.delta_bias[static_cast<size_t>(channel)]));
    const double gate = silu(call.z[at]);
    for (int64_t n = 0; n < s.states; ++n) {
      const auto shared = static_cast<size_t>((batch * s.states + n) * s.length + t);
      float& state = h[static_cast<size_t>(n)];
      state = std::exp(step * call.a[static_cast<size_t>(channel * s.states + n)]) * state +
              step * call.b[shared] * call.u[at];
      const double part = gate * call.c[shared] * state;
      energy[static_cast<size_t>(n)] += part * part;
    }
  }
}

}  // namespace

kept_states choose_states(const scan_tensors& call, const nm_pattern& pattern, int64_t channels_per_group) {
  const scan_shape& s = call.shape;
  if (s.groups != 1 || channels_per_group < 1 || s.channels % channels_per_group != 0 ||
      s.states % pattern.m != 0) {
    throw std::invalid_argument("choose_states: groups of channels or states do not fit");
  }
  kept_states kept;
  for (int64_t first = 0; first < s.channels; first += channels_per_group) {
    std::vector<double> energy(static_cast<size_t>(s.states), 0.0);
    for (int64_t batch = 0; batch < s.batch; ++batch) {
      for (int64_t channel = first; channel < first + channels_per_group; ++channel)
        add_energy(call, batch, channel, energy);
    }
    std::vector<int>& states = kept.emplace_back();
    for (int64_t n = 0; n < s.states; n += pattern.m) {
      std::vector<int> order(static_cast<size_t>(pattern.m));
      std::iota(order.begin(), order.end(), static_cast<int>(n));
      std::stable_sort(order.begin(), order.end(), [&](int i, int j) {
        return energy[static_cast<size_t>(i)] > energy[static_cast<size_t>(j)];
      });
      std::sort(order.begin(), order.begin() + pattern.n);
      states.insert(states.end(), order.begin(), order.begin() + pattern.n);
    }
  }
  return kept;
}

std::vector<float> compact_rates(const std::vector<float>& a, const scan_shape& shape,
                                 const kept_states& kept) {
  const int64_t per_group = shape.channels / static_cast<int64_t>(kept.size());
  std::vector<float> out;
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    for (const int n : kept[static_cast<size_t>(channel / per_group)])
      out.push_back(a[static_cast<size_t>(channel * shape.states + n)]);
  }
  return out;
}

scan_tensors compact_call(const scan_tensors& call, const kept_states& kept) {
  if (kept.empty()) return call;
  scan_tensors out = call;
  out.a = compact_rates(call.a, call.shape, kept);
  out.b = compact_shared(call.b, call.shape, kept);
  out.c = compact_shared(call.c, call.shape, kept);
  out.shape.groups = static_cast<int64_t>(kept.size());
  out.shape.states = static_cast<int64_t>(kept[0].size());
  out.expect_h_last.clear();
  return out;
}

}  // namespace scansim
