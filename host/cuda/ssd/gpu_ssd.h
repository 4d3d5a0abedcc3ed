// One SSD call (traces/calls/ssd.h) as the kernels take it: sizes, options and pointers into the memory of
// whoever runs it. Row-major, tokens outermost: x, z, y (batch, L, H, P); dt (batch, L, H); b, c (batch, L,
// G, N); a, d, dt_bias (H), d also (H, P); states (S, H, P, N). Activations have the type `precision`; a, d,
// dt_bias and states are float32. A null pointer leaves that option out. Sequences are cut into chunks of at
// most chunk_tokens, which none leaves: a chunk's own state does not know what came before, ssd_state_passing
// says it afterwards. Precision int8 is Quamba2's: x, dt, b, c, z int8 with ssd_activation_scales, y fp16,
// initial and final states int8 with ssd_state_scales; a, d and dt_bias are floats all the same, one a head.
#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

#include "host/cuda/numerics/cuda_target.h"
#include "host/cuda/scan/scan_call.h"

namespace scansim {

struct ssd_call;

constexpr int ssd_tile = 64, most_chunk_tokens = 256, most_ssd_states = 256;

struct ssd_chunk {
  int first_token = 0, tokens = 0;  // of batch * L
};
struct ssd_sequence {
  int first_chunk = 0, chunks = 0;
  int initial_state = -1, final_state = -1;  // of S; -1: zero, not wanted
};

// int8 states, value = scale q: one scale for all or, as Quamba2 has them, (G, head clusters, channel
// clusters, N): heads of a group and channels of a head belong to clusters by head_cluster (H) and
// channel_cluster (H, P).
struct ssd_state_scales {
  const float *scale = nullptr, *inverse = nullptr;  // inverse: 1 / scale each, rounded to nearest
  const uint8_t *head_cluster = nullptr, *channel_cluster = nullptr;  // both or none: one scale for all
  int head_clusters = 1, channel_clusters = 1;
};

// int8 activations likewise: x by the clusters of the states, (G, head clusters, channel clusters), or one
// scale where those have one; b and c one a group, (G); dt and z one each.
struct ssd_activation_scales {
  const float *x = nullptr, *b = nullptr, *c = nullptr;
  float dt = 1, z = 1;
};

struct gpu_ssd {
  int heads = 1, head_channels = 1, groups = 1, states = 1;
  int chunk_tokens = most_chunk_tokens;  // Q, a multiple of ssd_tile
  int chunks = 0, sequences = 0;         // rows of the tables
  bool dt_softplus = false;
  float dt_low = -INFINITY, dt_high = INFINITY;  // of dt behind softplus
  bool d_of_channels = false;                    // d (H, P), else (H)
  gpu_precision precision = gpu_precision::fp32;
  const ssd_chunk* chunk = nullptr;
  const ssd_sequence* sequence = nullptr;
  const void *x = nullptr, *dt = nullptr, *b = nullptr, *c = nullptr, *z = nullptr;
  const float *a = nullptr, *d = nullptr, *dt_bias = nullptr;
  const void* initial_states = nullptr;  // float32; int8 of precision int8, the final ones too
  void *y = nullptr, *final_states = nullptr;
  ssd_state_scales scales;            // of precision int8
  ssd_activation_scales activations;  // likewise
  // Between the kernels. steps (chunks, H, 2, Q): dt, then the sums of dt A log2 e from the chunk's first
  // token, which go on unchanged behind its last; chunk_states (chunks, H, P, N): what a chunk adds, then
  // what enters it.
  float *steps = nullptr, *chunk_states = nullptr;
};

// A NaN stays one.
SCANSIM_HD float ssd_limited(float dt, float low, float high) {
  return dt < low ? low : dt > high ? high : dt;
}
SCANSIM_HD int ssd_skip_place(bool of_channels, int head, int channels, int p) {
  return of_channels ? head * channels + p : head;
}

struct ssd_tables {
  std::vector<ssd_chunk> chunks;
  std::vector<ssd_sequence> sequences;
};
// Throws input_error (file "trace") if there are more tokens than an int counts.
ssd_tables ssd_tables_of(const ssd_call& call, int chunk_tokens);

// The largest Q, so the fewest states between chunks, with which every multiprocessor has a block of the
// first kernel; not above the longest sequence, rounded up.
int ssd_chunk_tokens(const ssd_call& call, int multiprocessors);

// Throws std::invalid_argument for sizes or a Q that no kernel takes.
void check_ssd(const gpu_ssd& call);

inline size_t ssd_steps_count(const gpu_ssd& call) {
  return size_t{2} * static_cast<size_t>(call.chunks) * static_cast<size_t>(call.heads) *
         static_cast<size_t>(call.chunk_tokens);
}
inline size_t ssd_chunk_states_count(const gpu_ssd& call) {
  return static_cast<size_t>(call.chunks) * static_cast<size_t>(call.heads) *
         static_cast<size_t>(call.head_channels) * static_cast<size_t>(call.states);
}

}  // namespace scansim
