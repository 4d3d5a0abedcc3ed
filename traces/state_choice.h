// Which states of a scan to keep under N:M along the state axis, from the call itself:
//   energy(index group, n) = sum over batches, the group's channels and tokens of (silu(z) C[n] h[n])^2
// and of every M consecutive states the N of largest energy stay, ties to the lower state. Contract: h runs
// in single precision from h0; the choice is the same on every machine up to float rounding. Choose an index
// of your own where the pattern must come from training.
#pragma once
#include <cstdint>

#include "traces/state_sparsity.h"

namespace scansim {

// Errors: std::invalid_argument if M does not divide N, G not the index groups, or these not D.
kept_states choose_states(const scan_tensors& call, const nm_pattern& pattern, int64_t index_groups);

}  // namespace scansim
