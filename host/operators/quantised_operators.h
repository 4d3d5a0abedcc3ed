// conv1d, embedding, hadamard and rms_norm in integers: the operands as a machine gets them, with the
// power-of-two scales that are given or, of least squared error, chosen from the call itself, and what the
// operators' own arithmetic (hls/units) makes of them. Contract: input_error, naming `file`, if the scales or
// the values' ranges lie too far apart for the machine's shifts.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hls/gemm/gemm_nm.h"
#include "host/operators/operator_result.h"
#include "traces/calls/conv1d.h"
#include "traces/calls/embedding.h"
#include "traces/calls/hadamard.h"
#include "traces/calls/rms_norm.h"

namespace scansim {

struct conv1d_operands {
  int64_t channels = 0, length = 0, width = 0;
  bool silu = true;
  int shift_out = 0;                       // silu only
  std::vector<int8_t> x, w;                // (D, L); (D, W), oldest input first
  std::vector<int8_t> state;               // (D, W - 1), oldest first; empty: zeros
  std::vector<int32_t> bias;               // zeros if absent
  std::vector<hls::gemm_channel> channel;  // per channel
};
struct quantised_conv1d : conv1d_operands {
  conv1d_scales scales;
  std::vector<int> frac_acc;  // per channel
  uint64_t bias_clipped = 0;
  std::vector<double> product, want;  // of ref on the quantised inputs: before and after silu
};
quantised_conv1d quantise_conv1d(const conv1d_call& call, const std::string& file,
                                 const conv1d_scales* stored = nullptr);
operator_result conv1d_on_hls(const conv1d_call& call, const quantised_conv1d& q);

struct embedding_operands {
  int64_t size = 0;
  std::vector<int16_t> w;  // (V, D)
  std::vector<int64_t> ids;
};
struct quantised_embedding : embedding_operands {
  embedding_scales scales;
};
quantised_embedding quantise_embedding(const embedding_call& call, const embedding_scales* stored = nullptr);
operator_result embedding_on_hls(const embedding_call& call, const quantised_embedding& q);

struct hadamard_operands {
  int64_t rows = 0, size = 0;
  bool rotates = true;  // false: the same unit, requantising alone
  int m = 1, log2 = 0, shift = 0;
  std::vector<int32_t> x;  // 16 bits
};
struct quantised_hadamard : hadamard_operands {
  hadamard_scales scales;
  std::vector<double> want;  // of ref on the quantised inputs
};
quantised_hadamard quantise_hadamard(const hadamard_call& call, const std::string& file,
                                     const hadamard_scales* stored = nullptr);
operator_result hadamard_on_hls(const hadamard_call& call, const quantised_hadamard& q);

struct rms_norm_operands {
  int64_t rows = 0, size = 0;
  uint64_t eps_sum = 1;
  int shift = 0;
  std::vector<int16_t> x, w;
};
struct quantised_rms_norm : rms_norm_operands {
  rms_norm_scales scales;
  std::vector<double> want;  // of ref on the quantised inputs
};
quantised_rms_norm quantise_rms_norm(const rms_norm_call& call, const std::string& file,
                                     const rms_norm_scales* stored = nullptr);
operator_result rms_norm_on_hls(const rms_norm_call& call, const quantised_rms_norm& q);

}  // namespace scansim
