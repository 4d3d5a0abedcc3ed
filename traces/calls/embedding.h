// y[t, :] = w[ids[t], :]: rows of a table looked up by token. Contract: every id is a row of w.
#pragma once
#include "traces/calls/call.h"

namespace scansim {

extern const call_kind embedding_kind;

struct embedding_scales : call_scales {
  int w_bits = 16, y_bits = 16;
  int frac_w = 0;  // y too
  scale_rows rows() override;
};

struct embedding_call : call {
  int64_t vocabulary = 0, size = 0, length = 0;  // V, D, L
  std::vector<float> w, expect_y;
  std::vector<int64_t> ids;

  const call_kind& kind() const override { return embedding_kind; }
  std::vector<call_tensor> tensors() override;
  void check_sizes(const std::string& file) const override;
  void check_contents(const std::string& file) const override;
  std::unique_ptr<call_scales> make_scales() const override { return std::make_unique<embedding_scales>(); }
  uint64_t tokens() const override { return static_cast<uint64_t>(length); }
  call_work work() const override { return {"value moved", static_cast<uint64_t>(length * size)}; }
};

}  // namespace scansim
