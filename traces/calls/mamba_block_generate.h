// A generated layer: normal weights of deviation 1/sqrt(K) with rows 0.1 apart in the logarithm, A = -1 ..
// -N, dt_proj.bias whose softplus lies between 1e-3 and 1e-1, D = 1, R = d_model / 16 rounded up; weights
// pruned by magnitude; kept states drawn per index group. Contract as of every call_generator.
#pragma once
#include "traces/calls/mamba_block.h"

namespace scansim {

inline constexpr int64_t max_block_states = 256;  // N, as of a scan

class mamba_block_generator : public call_generator {
 public:
  const call_kind& kind() const override { return mamba_block_kind; }
  std::vector<generator_option> options() override;
  std::unique_ptr<call> generate(uint64_t seed) const override;

 private:
  void set_state_sparsity(mamba_block_call& c) const;
  mamba_branch_call generate_branch(const mamba_block_call& c, uint64_t seed,
                                    const std::string& prefix) const;

  int64_t length_ = 0, d_model_ = 0, channels_ = 0, states_ = 16, width_ = 4;
  std::string pattern_ = "dense", weight_format_ = "int8", state_pattern_ = "dense";
  int64_t state_groups_ = 1;  // index groups of channels
  double eps_ = 1e-5;
  bool bias_ = true, state_ = false, bidirectional_ = false, hadamard_ = true;
};

}  // namespace scansim
