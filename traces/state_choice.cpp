#include "traces/state_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace scansim {

namespace {

double softplus(double x) { return x > 20 ? x : std::log1p(std::exp(x)); }
double silu(double x) { return x / (1 + std::exp(-x)); }

double step_size(const scan_tensors& call, size_t at, size_t channel) {
  const double x =
      static_cast<double>(call.delta[at]) + (call.delta_bias.empty() ? 0.0F : call.delta_bias[channel]);
  return call.options.delta_softplus ? softplus(x) : x;
}

// Adds one channel's energies to `energy` (N).
void add_energy(const scan_tensors& call, int64_t batch, int64_t channel, std::vector<double>& energy) {
  const scan_shape& s = call.shape;
  const int64_t row = batch * s.channels + channel;
  const int64_t group = batch * s.groups + channel / (s.channels / s.groups);
  std::vector<float> h(static_cast<size_t>(s.states), 0.0F);
  if (!call.h0.empty()) std::copy_n(call.h0.begin() + row * s.states, s.states, h.begin());
  for (int64_t i = 0; i < s.length; ++i) {
    const int64_t t = call.options.reverse ? s.length - 1 - i : i;
    const auto at = static_cast<size_t>(row * s.length + t);
    const auto step = static_cast<float>(step_size(call, at, static_cast<size_t>(channel)));
    const double gate = call.z.empty() ? 1 : silu(call.z[at]);
    for (int64_t n = 0; n < s.states; ++n) {
      const auto shared = static_cast<size_t>((group * s.states + n) * s.length + t);
      float& state = h[static_cast<size_t>(n)];
      state = std::exp(step * call.a[static_cast<size_t>(channel * s.states + n)]) * state +
              step * call.b[shared] * call.u[at];
      const double part = gate * call.c[shared] * state;
      energy[static_cast<size_t>(n)] += part * part;
    }
  }
}

// The N largest of every M, in rising order.
std::vector<int> largest_states(const std::vector<double>& energy, const nm_pattern& pattern) {
  std::vector<int> kept;
  std::vector<int> order(static_cast<size_t>(pattern.m));
  for (int first = 0; first < static_cast<int>(energy.size()); first += pattern.m) {
    std::iota(order.begin(), order.end(), first);
    std::stable_sort(order.begin(), order.end(), [&](int i, int j) {
      return energy[static_cast<size_t>(i)] > energy[static_cast<size_t>(j)];
    });
    std::sort(order.begin(), order.begin() + pattern.n);
    kept.insert(kept.end(), order.begin(), order.begin() + pattern.n);
  }
  return kept;
}

}  // namespace

kept_states choose_states(const scan_tensors& call, const nm_pattern& pattern, int64_t index_groups) {
  const scan_shape& s = call.shape;
  if (index_groups < 1 || s.channels % index_groups != 0 || index_groups % s.groups != 0 ||
      s.states % pattern.m != 0)
    throw std::invalid_argument("choose_states: groups of channels or states do not fit");
  const int64_t per_group = s.channels / index_groups;
  kept_states kept;
  for (int64_t index = 0; index < index_groups; ++index) {
    std::vector<double> energy(static_cast<size_t>(s.states), 0.0);
    for (int64_t batch = 0; batch < s.batch; ++batch)
      for (int64_t channel = index * per_group; channel < (index + 1) * per_group; ++channel)
        add_energy(call, batch, channel, energy);
    kept.push_back(largest_states(energy, pattern));
  }
  return kept;
}

}  // namespace scansim
