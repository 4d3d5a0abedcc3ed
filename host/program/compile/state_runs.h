// Neighbouring tiles of channels that keep the same states under N:M along the state axis: one run is one
// scan descriptor, with B and C of its own. Contract: the runs cover all tiles in order; equal neighbours are
// one run; all runs keep equally many states. Errors: input_error if the channels of one tile (a word of the
// machine) keep different states, since B and C of a scan serve whole tiles.
#pragma once
#include "host/program/base/program_builder.h"
#include "traces/state_sparsity.h"

namespace scansim {

struct state_run {
  int64_t first_tile = 0, tiles = 0;
  std::vector<int> kept;  // empty: all states
};

std::vector<state_run> state_runs_of(const kept_states& kept, int64_t channels,
                                     const program_builder& builder);

}  // namespace scansim
