// y = epilogue( x[gather] w^T + bias ), row i of the product stored as row scatter[i] of y; rows of y that no
// entry names are zero. Contract: w holds its N:M pattern along K; scatter names no row twice; residual is
// there with epilogue `residual` and only then.
#pragma once
#include "hls/gemm/gemm_nm.h"
#include "traces/calls/call.h"
#include "traces/nm_pattern.h"

namespace scansim {

extern const call_kind gemm_kind;

// Sums have frac_x + frac_w bits; y and the residual one scale, which epilogue `raw` does not need.
struct gemm_scales : call_scales {
  hls::gemm_epilogue_kind epilogue = hls::gemm_epilogue_kind::none;
  int x_bits = 8, w_bits = 8, y_bits = 8;
  int frac_x = 0, frac_y = 0;
  std::vector<int> frac_w;
  scale_rows rows() override;
};

struct gemm_call : call {
  int64_t rows = 0;     // M, of the product
  int64_t inner = 0;    // K, reduced
  int64_t columns = 0;  // N
  int64_t x_rows = 0;   // X, rows of x; M without gather
  int64_t y_rows = 0;   // Y, rows of y and residual; M without scatter
  nm_pattern sparsity;  // of w along K; n = m: dense
  int weight_bits = 8;  // 8, or 4 with a multiplier per 128 k
  // w is (K, N) in the file: the layer's (outputs, inputs) in the backward data pass, dX = dY W. Here (N, K).
  bool transposed = false;
  hls::gemm_epilogue_kind epilogue = hls::gemm_epilogue_kind::none;
  std::vector<float> x, w, bias, residual, expect_y;
  std::vector<int64_t> gather, scatter;  // empty: the identity

  const call_kind& kind() const override { return gemm_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void check_sizes(const std::string& file) const override;
  void check_contents(const std::string& file) const override;
  std::unique_ptr<call_scales> make_scales() const override;
  uint64_t tokens() const override { return static_cast<uint64_t>(rows); }
  call_work work() const override { return {"multiply", static_cast<uint64_t>(rows * inner * columns)}; }
};

}  // namespace scansim
