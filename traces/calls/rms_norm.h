// y = x w / sqrt(mean(x^2) + eps) per row. Contract: eps in (0, 1e6]; at most 65,536 elements in a row.
#pragma once
#include "traces/calls/call.h"

namespace scansim {

extern const call_kind rms_norm_kind;

struct rms_norm_scales : call_scales {
  int x_bits = 16, w_bits = 16, y_bits = 8;
  int frac_x = 0, frac_w = 0, frac_y = 0;  // frac_w of w sqrt(D)
  scale_rows rows() override;
};

struct rms_norm_call : call {
  int64_t rows = 0, size = 0;  // D
  double eps = 1e-5;
  std::vector<float> x, w, expect_y;

  const call_kind& kind() const override { return rms_norm_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void check_sizes(const std::string& file) const override;
  std::unique_ptr<call_scales> make_scales() const override { return std::make_unique<rms_norm_scales>(); }
  uint64_t tokens() const override { return static_cast<uint64_t>(rows); }
  call_work work() const override { return {"multiply", static_cast<uint64_t>(3 * rows * size)}; }
};

}  // namespace scansim
