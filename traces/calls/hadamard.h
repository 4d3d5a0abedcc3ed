// y = (H_m (x) H_{2^log2}) x per row, not normalised. Contract: n = m 2^log2 with m one of 1, 12, 20, 28, 40.
#pragma once
#include "traces/calls/call.h"

namespace scansim {

extern const call_kind hadamard_kind;

struct hadamard_scales : call_scales {
  int x_bits = 16, y_bits = 8;
  int frac_x = 0, frac_y = 0;
  scale_rows rows() override;
};

struct hadamard_call : call {
  int64_t rows = 0, size = 0;  // n = m 2^log2
  int m = 1, log2 = 0;
  std::vector<float> x, expect_y;

  const call_kind& kind() const override { return hadamard_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void derive() override;
  void check_sizes(const std::string& file) const override;
  std::unique_ptr<call_scales> make_scales() const override { return std::make_unique<hadamard_scales>(); }
  uint64_t tokens() const override { return static_cast<uint64_t>(rows); }
  call_work work() const override;
};

// m and log2 of n = m 2^log2 with the smallest m of {1, 12, 20, 28, 40}; false if n is no such size.
bool split_hadamard_size(int64_t n, int& m, int& log2);

}  // namespace scansim
