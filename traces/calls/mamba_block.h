// One layer of a Mamba model with its input, as a trace holds it:
//   y = x + out_proj(S(conv_input, z)),  (conv_input, z) = in_proj(rms_norm(x)),
//   S(v, z) = scan(u = silu(conv1d(v)), dt_proj(dt), B, C, z),  (dt, B, C) = x_proj(u)
// with two directions (Vim) y = x + out_proj(S_f(v, z) + flip(S_b(flip v, flip z))), norm, in_proj and
// out_proj shared. With state sparsity the channels of an index group keep N of every M states of their scan;
// the others do not exist there, though x_proj, A and h0 have them. Sequences of a batch share the weights
// and nothing else. Contract: row-major, float as given; an empty optional tensor is not used. Names in the
// file: traces/README.md. It computes nothing; models/ref/mamba_block_ref.h does.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "traces/calls/call.h"
#include "traces/layer_scales.h"
#include "traces/state_sparsity.h"

namespace scansim {

extern const call_kind mamba_block_kind;

// What a direction has of its own.
struct mamba_branch_call {
  std::vector<float> conv_weight;         // (D, W), oldest input first
  std::vector<float> conv_bias;           // (D)
  std::vector<float> x_proj;              // (R + 2 N, D): rows of dt, B, C
  std::vector<float> dt_proj;             // (D, R)
  std::vector<float> dt_bias;             // (D), the scan's delta_bias
  std::vector<float> a;                   // (D, N), no value above 0
  std::vector<float> d;                   // (D)
  std::vector<int64_t> state_index = {};  // (index groups, kept states), rising; only with state sparsity
};

struct mamba_block_scales : call_scales {
  int x_bits = 16, w_bits = 8, y_bits = 16;
  int frac_residual = 0;
  layer_scales layer;
  scale_rows rows() override;
};

struct mamba_block_call : call {
  int64_t batch = 0;              // B, sequences
  int64_t length = 0;             // L, tokens of one
  int64_t d_model = 0;            // of the residual stream
  int64_t channels = 0;           // D, d_inner
  int64_t states = 0;             // N
  int64_t rank = 0;               // R, dt_rank
  int64_t width = 0;              // W, taps of the convolution
  int64_t expanded = 0;           // 2 D
  int64_t projected = 0;          // R + 2 N
  int64_t past = 0;               // W - 1
  double eps = 1e-5;              // of the norm
  int weight_bits = 8;            // of the projections; 4: with a multiplier per 128 k
  nm_pattern sparsity;            // of the projections along their inputs; n = m: dense
  bool hadamard = true;           // what a machine quantises in front of out_proj: y rotated, or y
  nm_pattern state_sparsity;      // of the scans along their states; n = m: every state
  int64_t index_groups = 0;       // of channels, with state sparsity
  int64_t indexed = 0;            // N n / m: states that an index names, with state sparsity
  std::vector<float> x;           // (B, L, d_model)
  std::vector<float> norm;        // (d_model)
  std::vector<float> in_proj;     // (2 D, d_model): rows of conv_input, then rows of z
  std::vector<float> out_proj;    // (d_model, D)
  std::vector<float> conv_state;  // (B, D, W - 1), oldest first; empty: zeros
  std::vector<float> h0;          // (B, D, N); empty: zeros
  std::vector<float> expect_y;    // (B, L, d_model)
  mamba_branch_call forward;
  std::optional<mamba_branch_call> backward;

  // Sizes that follow from the others.
  void derive_sizes() { expanded = 2 * channels, projected = rank + 2 * states, past = width - 1; }
  int64_t all_tokens() const { return batch * length; }
  int64_t kept_states() const {
    return state_sparsity.dense() ? states : states / state_sparsity.m * state_sparsity.n;
  }

  const call_kind& kind() const override { return mamba_block_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void show_every_tensor() override { state_sparsity.n = 2; }
  void see_names(std::span<const std::string> names) override;
  void check_sizes(const std::string& file) const override;
  void check_contents(const std::string& file) const override;
  std::string guess_layout(const named_shapes& shapes) const override;
  std::unique_ptr<call_scales> make_scales() const override;
  uint64_t tokens() const override { return static_cast<uint64_t>(all_tokens()); }
  uint64_t state_updates() const override;
  call_work work() const override;
};

// The states that the channels of a direction keep; empty: all. An index that breaks its pattern:
// input_error.
kept_states kept_of(const mamba_block_call& call, const mamba_branch_call& branch);

// use(branch, index) for the forward direction, 0, and the backward one, 1, if it is there.
template <class Call, class Use>
void for_each_branch(Call& call, const Use& use) {
  use(call.forward, size_t{0});
  if (call.backward) use(*call.backward, size_t{1});
}

}  // namespace scansim
