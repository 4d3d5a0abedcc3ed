// One state space dual call (Mamba-2): a selective scan whose decay is one number a head and token.
//   for every head h of P channels, with B and C of group h / (H / G), token after token of a sequence:
//     dt = min(max(softplus(dt + dt_bias_h), low), high)   (softplus if asked for, the identity above 20;
//     S[p, n] = exp(dt A_h) S[p, n] + dt x[p] B[n],         limits if given)
//     y[p] = (S[p, :].C + D x[p]) silu(z[p])               (D of the head, or of its channel)
// Contract: names and layouts of mamba_chunk_scan_combined of mamba_ssm: tokens outermost, (batch, L, H, P).
// Sequences are rows of the batch; or, of packed rows, tokens with equal seq_idx (states start from zero
// where it changes); or of one row the ranges of cu_seqlens, each with states of its own. It computes
// nothing; models/ref/ssd_ref.h does. Source: Dao and Gu, Transformers are SSMs, 2024.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "traces/calls/call.h"

namespace scansim {

extern const call_kind ssd_kind;

inline constexpr int64_t max_ssd_states = 256;  // N

// Tokens begin .. end - 1 of a row of the batch, scanned by themselves. States: rows of (S, H, P, N), or
// none.
struct ssd_segment {
  int64_t batch = 0, begin = 0, end = 0;
  int64_t initial_state = -1, final_state = -1;
};

struct ssd_call : call {
  int64_t batch = 0, length = 0, heads = 0, head_channels = 0;  // batch, L, H, P
  int64_t groups = 0, states = 0;                               // G, N
  int64_t sequences = 0, bounds = 0;                            // S, of initial and final states; S + 1
  bool dt_softplus = true, decode = false;
  std::vector<float> x, z;           // (batch, L, H, P); z empty: none
  std::vector<float> dt;             // (batch, L, H)
  std::vector<float> a, d, dt_bias;  // (H), d also (H, P); d, dt_bias empty: none
  float dt_low = -std::numeric_limits<float>::infinity(),
        dt_high = std::numeric_limits<float>::infinity();  // dt_limit
  std::vector<float> b, c;                                 // (batch, L, G, N)
  std::vector<float> initial_states;                       // (S, H, P, N); empty: zeros
  std::vector<int64_t> seq_idx, cu_seqlens;                // (batch, L); (S + 1); empty: rows are sequences
  std::vector<float> expect_y, expect_final_states;        // as x; (S, H, P, N)

  const call_kind& kind() const override { return ssd_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void derive() override;
  void check_sizes(const std::string& file) const override;
  void check_contents(const std::string& file) const override;
  std::string guess_layout(const named_shapes& shapes) const override;
  uint64_t tokens() const override { return static_cast<uint64_t>(batch * length); }
  uint64_t state_updates() const override;
  call_work work() const override { return {"state update", state_updates()}; }

  bool d_of_channels() const { return d.size() > static_cast<size_t>(heads); }  // (H, P)

  // Every token in one of them, in the order of the tokens.
  std::vector<ssd_segment> segments() const;
};

}  // namespace scansim
