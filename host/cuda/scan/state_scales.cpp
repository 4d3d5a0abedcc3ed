#include "host/cuda/scan/state_scales.h"

#include <algorithm>
#include <cmath>

#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/scan/int8_tensors.h"

namespace scansim {
namespace {

// The largest |h| of one channel of one sequence.
float largest_state(const scan_tensors& t, size_t batch, size_t channel) {
  const auto length = static_cast<size_t>(t.shape.length), states = static_cast<size_t>(t.shape.states);
  const auto channels = static_cast<size_t>(t.shape.channels), groups = static_cast<size_t>(t.shape.groups);
  const size_t row = batch * channels + channel, group = batch * groups + channel / (channels / groups);
  std::vector<float> h(states, 0.0f);
  if (!t.h0.empty()) std::copy_n(&t.h0[row * states], states, h.begin());
  float most = 0;
  for (const float one : h) most = std::max(most, std::fabs(one));
  for (size_t k = 0; k < length; ++k) {
    const size_t token = t.options.reverse ? length - 1 - k : k;
    float dt = t.delta[row * length + token] + (t.delta_bias.empty() ? 0.0f : t.delta_bias[channel]);
    if (t.options.delta_softplus) dt = softplus_unit(dt);
    const float drive = dt * t.u[row * length + token];
    for (size_t n = 0; n < states; ++n) {
      h[n] = exp2_unit(dt * (t.a[channel * states + n] * log2_e)) * h[n] +
             drive * t.b[(group * states + n) * length + token];
      most = std::max(most, std::fabs(h[n]));
    }
  }
  return most;
}

}  // namespace

std::vector<float> int8_state_scales(const scan_tensors& t) {
  std::vector<float> scales;
  for (size_t channel = 0; channel < static_cast<size_t>(t.shape.channels); ++channel) {
    float most = 0;
    for (size_t batch = 0; batch < static_cast<size_t>(t.shape.batch); ++batch)
      most = std::max(most, largest_state(t, batch, channel));
    scales.push_back(int8_scale_of_magnitude(most));
  }
  return scales;
}

std::vector<int8_t> int8_initial_state(const scan_tensors& t, const std::vector<float>& scales) {
  std::vector<int8_t> state(static_cast<size_t>(t.shape.batch) * t.a.size(), 0);
  for (size_t at = 0; at < t.h0.size(); ++at)
    state[at] = quantise_round_even(
        t.h0[at], div_rn(1.0f, scales[at / static_cast<size_t>(t.shape.states) % scales.size()]));
  return state;
}

}  // namespace scansim
