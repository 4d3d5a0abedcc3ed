// A generated layer: normal weights of deviation 1/sqrt(K) with rows 0.1 apart in the logarithm, A = -1 ..
// -N, dt_proj.bias whose softplus lies between 1e-3 and 1e-1, D = 1, R = d_model / 16 rounded up; weights
// pruned by magnitude; kept states drawn per index group. A shape is a published model whose layer is this
// block: its scan's sizes (traces/scan_shapes.h), D = 2 d_model, its directions; options override them. A
// step of decoding is one token of every sequence, behind earlier ones. Contract as of every call_generator.
#pragma once
#include "traces/calls/mamba_block.h"

namespace scansim {

inline constexpr int64_t max_block_states = 256;  // N, as of a scan

class mamba_block_generator : public call_generator {
 public:
  const call_kind& kind() const override { return mamba_block_kind; }
  std::vector<generator_option> options() override;
  std::unique_ptr<call> generate(uint64_t seed) const override;
  nlohmann::json provenance(uint64_t seed) const override;

 private:
  void set_sizes(mamba_block_call& c) const;
  void set_state_sparsity(mamba_block_call& c) const;
  bool bidirectional() const;
  mamba_branch_call generate_branch(const mamba_block_call& c, uint64_t seed,
                                    const std::string& prefix) const;

  static constexpr int64_t not_given = -1, default_states = 16;
  int64_t batch_ = 1, length_ = not_given, d_model_ = not_given, channels_ = not_given, states_ = not_given,
          width_ = 4, extremes_ = 0;
  std::string shape_, pattern_ = "dense", weight_format_ = "int8", state_pattern_ = "dense";
  int64_t state_groups_ = 1;  // index groups of channels
  double eps_ = 1e-5;
  bool bias_ = true, state_ = false, decode_ = false, bidirectional_ = false, hadamard_ = true;
};

}  // namespace scansim
