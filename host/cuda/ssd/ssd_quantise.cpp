#include "host/cuda/ssd/ssd_quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/scan/int8_tensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int most_clusters = 4;

// Which of `clusters` each is in, by rank.
void rank_into(const float* magnitudes, size_t count, int clusters, uint8_t* cluster) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t i, size_t j) { return magnitudes[i] < magnitudes[j]; });
  for (size_t rank = 0; rank < count; ++rank)
    cluster[order[rank]] = static_cast<uint8_t>(rank * static_cast<size_t>(clusters) / count);
}

void make_clusters(ssd_int8_operands& q, const std::vector<float>& x) {
  std::vector<float> of_channel(q.heads * q.channels, 0.0f), of_head(q.heads, 0.0f);
  for (size_t at = 0; at < x.size(); ++at) {
    float& most = of_channel[at % of_channel.size()];
    most = std::max(most, std::fabs(x[at]));
  }
  for (size_t at = 0; at < of_channel.size(); ++at)
    of_head[at / q.channels] = std::max(of_head[at / q.channels], of_channel[at]);
  const size_t group_heads = q.heads / q.groups;
  q.head_clusters = static_cast<int>(std::min<size_t>(most_clusters, group_heads));
  q.channel_clusters = static_cast<int>(std::min<size_t>(most_clusters, q.channels));
  q.head_cluster.resize(q.heads), q.channel_cluster.resize(q.heads * q.channels);
  for (size_t group = 0; group < q.groups; ++group)
    rank_into(&of_head[group * group_heads], group_heads, q.head_clusters,
              &q.head_cluster[group * group_heads]);
  for (size_t head = 0; head < q.heads; ++head)
    rank_into(&of_channel[head * q.channels], q.channels, q.channel_clusters,
              &q.channel_cluster[head * q.channels]);
}

// Each value by the scale of its place: scales of the largest magnitudes there.
template <typename Place>
std::vector<float> scales_of(const std::vector<float>& values, size_t places, const Place& place) {
  std::vector<float> most(places, 0.0f);
  for (size_t at = 0; at < values.size(); ++at)
    most[place(at)] = std::max(most[place(at)], std::fabs(values[at]));
  for (float& one : most) one = int8_scale_of_magnitude(one);
  return most;
}
template <typename Place>
std::vector<int8_t> quantised_by(const std::vector<float>& values, const std::vector<float>& scales,
                                 const Place& place) {
  std::vector<float> inverses;
  for (const float scale : scales) inverses.push_back(div_rn(1.0f, scale));
  std::vector<int8_t> q(values.size());
  for (size_t at = 0; at < values.size(); ++at) q[at] = quantise_round_even(values[at], inverses[place(at)]);
  return q;
}
template <typename Place>
std::vector<float> dequantised_by(const std::vector<int8_t>& q, const std::vector<float>& scales,
                                  const Place& place) {
  std::vector<float> values(q.size());
  for (size_t at = 0; at < q.size(); ++at) values[at] = dequantise_int8(q[at], scales[place(at)]);
  return values;
}

// A parameter by int8 and back.
std::vector<float> as_int8(const std::vector<float>& values) {
  const float scale = int8_scale_of(values);
  return dequantised_int8(quantised_int8(values, scale), scale);
}
std::vector<float> rates_as_int8(const ssd_call& c, const std::string& trace) {
  std::vector<float> rates;
  for (const float a : c.a) {
    if (!(a < 0)) throw input_error(trace, "A", "negative values for the int8 ssd", fmt::format("{}", a));
    rates.push_back(std::log(-a));
  }
  rates = as_int8(rates);
  for (float& rate : rates) rate = -std::exp(rate);
  return rates;
}

// The largest |state| of every cluster and n over the tokens of a head's sequence; the call is what the
// operands stand for.
void widen_by(std::vector<float>& most, const ssd_int8_operands& q, const ssd_call& c,
              const ssd_segment& segment, size_t head) {
  const size_t count = q.channels * q.states;
  std::vector<float> state(count, 0.0f);
  if (!c.initial_states.empty() && segment.initial_state >= 0)
    std::copy_n(&c.initial_states[(static_cast<size_t>(segment.initial_state) * q.heads + head) * count],
                count, state.begin());
  for (int64_t t = segment.begin; t < segment.end; ++t) {
    const auto token = static_cast<size_t>(segment.batch * c.length + t);
    float dt = c.dt[token * q.heads + head] + (c.dt_bias.empty() ? 0.0f : c.dt_bias[head]);
    if (c.dt_softplus) dt = softplus_unit(dt);
    dt = ssd_limited(dt, c.dt_low, c.dt_high);
    const float decay = exp2_unit(dt * (c.a[head] * log2_e));
    const float* b = &c.b[(token * q.groups + q.group_of(head)) * q.states];
    for (size_t p = 0; p < q.channels; ++p) {
      const float drive = dt * c.x[(token * q.heads + head) * q.channels + p];
      float *own = &state[p * q.states], *largest = &most[q.cluster_of(head * q.channels + p) * q.states];
      for (size_t n = 0; n < q.states; ++n) {
        own[n] = decay * own[n] + drive * b[n];
        largest[n] = std::max(largest[n], std::fabs(own[n]));
      }
    }
  }
}

void make_state_scales(ssd_int8_operands& q, const ssd_call& given) {
  ssd_call c = ssd_dequantise(q, given);
  c.initial_states = given.initial_states;
  std::vector<float> most(q.clusters() * q.states, 0.0f);
  for (size_t at = 0; at < c.initial_states.size(); ++at) {
    float& one = most[q.place_of_state(at)];
    one = std::max(one, std::fabs(c.initial_states[at]));
  }
  for (const ssd_segment& segment : c.segments())
    for (size_t head = 0; head < q.heads; ++head) widen_by(most, q, c, segment, head);
  for (const float one : most) {
    q.state_scale.push_back(int8_scale_of_magnitude(one));
    q.state_inverse.push_back(div_rn(1.0f, q.state_scale.back()));
  }
}

}  // namespace

size_t ssd_int8_operands::cluster_of(size_t channel) const {
  const size_t head = channel / channels;
  return (group_of(head) * static_cast<size_t>(head_clusters) + head_cluster[head]) *
             static_cast<size_t>(channel_clusters) +
         channel_cluster[channel];
}

ssd_int8_operands ssd_quantise(const ssd_call& c, const std::string& trace) {
  ssd_int8_operands q;
  q.heads = static_cast<size_t>(c.heads), q.channels = static_cast<size_t>(c.head_channels);
  q.groups = static_cast<size_t>(c.groups), q.states = static_cast<size_t>(c.states);
  q.a = rates_as_int8(c, trace), q.d = as_int8(c.d), q.dt_bias = as_int8(c.dt_bias);
  make_clusters(q, c.x);
  const auto x_place = [&](size_t at) { return q.place_of_x(at); };
  const auto group = [&](size_t at) { return at / q.states % q.groups; };
  q.x_scale = scales_of(c.x, q.clusters(), x_place), q.x = quantised_by(c.x, q.x_scale, x_place);
  q.b_scale = scales_of(c.b, q.groups, group), q.b = quantised_by(c.b, q.b_scale, group);
  q.c_scale = scales_of(c.c, q.groups, group), q.c = quantised_by(c.c, q.c_scale, group);
  q.dt_scale = int8_scale_of(c.dt), q.dt = quantised_int8(c.dt, q.dt_scale);
  q.z_scale = int8_scale_of(c.z), q.z = quantised_int8(c.z, q.z_scale);
  make_state_scales(q, c);
  q.initial_states =
      quantised_by(c.initial_states, q.state_scale, [&](size_t at) { return q.place_of_state(at); });
  return q;
}

ssd_call ssd_dequantise(const ssd_int8_operands& q, const ssd_call& given) {
  ssd_call c = given;
  const auto group = [&](size_t at) { return at / q.states % q.groups; };
  c.x = dequantised_by(q.x, q.x_scale, [&](size_t at) { return q.place_of_x(at); });
  c.b = dequantised_by(q.b, q.b_scale, group), c.c = dequantised_by(q.c, q.c_scale, group);
  c.dt = dequantised_int8(q.dt, q.dt_scale), c.z = dequantised_int8(q.z, q.z_scale);
  c.a = q.a, c.d = q.d, c.dt_bias = q.dt_bias;
  c.initial_states = ssd_dequantised_states(q, q.initial_states);
  return c;
}

std::vector<float> ssd_dequantised_states(const ssd_int8_operands& q, const std::vector<int8_t>& states) {
  return dequantised_by(states, q.state_scale, [&](size_t at) { return q.place_of_state(at); });
}

}  // namespace scansim
