#include "traces/mamba_block_call.h"

#include "traces/state_index.h"

namespace scansim {

kept_states kept_of(const mamba_block_call& call, const mamba_branch_call& branch) {
  if (call.state_sparsity.dense()) return {};
  return kept_states_of(branch.state_index, call.indexed, call.state_sparsity, state_index_name,
                        "mamba_block");
}

}  // namespace scansim
