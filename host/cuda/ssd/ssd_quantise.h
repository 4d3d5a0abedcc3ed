// A recorded SSD call as Quamba2's int8 one: x with a scale for each cluster of channels, B and C with one
// for each group of heads, dt and z with one each, states with one for each cluster and n; symmetric, the
// largest magnitude / 127, rintf and clamped. A (by its logarithm: A < 0 is required), D and dt_bias are int8
// too, one scale each, and held as the floats that they stand for: one a head, and nothing moves them.
// Clusters are made here by rank: heads of a group, and channels of a head, sorted by the largest |x|, four
// of each as even as can be (the paper's are by Ward linkage and k-means over calibration texts). State
// scales are of the largest magnitudes of the states of this call, at every token. Source: Quamba2, 2025.
// Errors: input_error that names the trace.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/cuda/ssd/gpu_ssd_update.h"
#include "traces/calls/ssd.h"

namespace scansim {

struct ssd_int8_operands {
  size_t heads = 1, channels = 1, groups = 1, states = 1;  // H, P, G, N
  std::vector<int8_t> x, dt, b, c, z, initial_states;  // layouts of the call; z, initial_states empty: none
  std::vector<float> a, d, dt_bias;                    // likewise
  std::vector<float> x_scale, b_scale, c_scale;        // (G, head clusters, channel clusters), (G), (G)
  std::vector<float> state_scale, state_inverse;       // (G, head clusters, channel clusters, N)
  std::vector<uint8_t> head_cluster, channel_cluster;  // (H), (H, P)
  int head_clusters = 1, channel_clusters = 1;
  float dt_scale = 1, z_scale = 1;

  size_t group_of(size_t head) const { return head / (heads / groups); }
  size_t clusters() const { return groups * static_cast<size_t>(head_clusters * channel_clusters); }
  // Of channel (H, P).
  size_t cluster_of(size_t channel) const;
  // Of element `at` of x, and of states (S, H, P, N): its place in the scales.
  size_t place_of_x(size_t at) const { return cluster_of(at % (heads * channels)); }
  size_t place_of_state(size_t at) const {
    return cluster_of(at / states % (heads * channels)) * states + at % states;
  }
};

ssd_int8_operands ssd_quantise(const ssd_call& call, const std::string& trace);

// The float call that the operands stand for.
ssd_call ssd_dequantise(const ssd_int8_operands& operands, const ssd_call& call);

// int8 states (S, H, P, N) as floats.
std::vector<float> ssd_dequantised_states(const ssd_int8_operands& operands,
                                          const std::vector<int8_t>& states);

}  // namespace scansim
