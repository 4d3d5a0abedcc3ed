// Causal depthwise convolution y[d, t] = sum over j of w[d, j] x[d, t - W + 1 + j], plus bias, then silu if
// asked for. Contract: W from 2 to the machine's largest; `state` holds the inputs before the first token.
#pragma once
#include "traces/calls/call.h"

namespace scansim {

extern const call_kind conv1d_kind;

struct conv1d_scales : call_scales {
  int x_bits = 8, w_bits = 8, y_bits = 8;
  int frac_x = 0, frac_y = 0;  // x and state share one
  std::vector<int> frac_w;
  scale_rows rows() override;
};

struct conv1d_call : call {
  int64_t channels = 0, length = 0, width = 0;  // D, L, W
  int64_t past = 0;                             // W - 1
  bool silu = true;
  std::vector<float> x, w, bias, state, expect_y;  // state: oldest first; empty: zeros

  const call_kind& kind() const override { return conv1d_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void check_sizes(const std::string& file) const override;
  std::vector<std::string> notes() const override;
  std::string guess_layout(const named_shapes& shapes) const override;
  std::unique_ptr<call_scales> make_scales() const override;
  uint64_t tokens() const override { return static_cast<uint64_t>(length); }
  call_work work() const override { return {"multiply", static_cast<uint64_t>(channels * length * width)}; }
};

}  // namespace scansim
