// N:M along the state axis of a scan: of every M consecutive states N stay, the same for all channels of a
// group, so that one index serves A, B, C and h.
//   energy(group, n) = sum over calibration tokens and the group's channels of (silu(z) C_n h_n)^2
// and the N states of largest energy are kept. Contract: compaction is exact: a scan over the kept states
// only has the bits of the same scan with the other states' B and C zero. Groups of channels become the G of
// the compacted call, so that each has its own rows of B and C.
#pragma once
#include <vector>

#include "models/sparsity/nm_pattern.h"
#include "traces/scan_tensors.h"

namespace scansim {

// kept[group] = the states that stay, in rising order; empty: all states, one group.
using kept_states = std::vector<std::vector<int>>;

// `call` with G = 1. Errors: std::invalid_argument if M does not divide N or the group size the channels.
kept_states choose_states(const scan_tensors& call, const nm_pattern& pattern, int64_t channels_per_group);

// Rows of B or C for every group: (batch, N, L) -> (batch, groups, kept, L).
template <class T>
std::vector<T> compact_shared(const std::vector<T>& rows, const scan_shape& shape, const kept_states& kept) {
  std::vector<T> out;
  for (int64_t batch = 0; batch < shape.batch; ++batch) {
    for (const std::vector<int>& group : kept) {
      for (const int n : group) {
        const auto from = rows.begin() + (batch * shape.states + n) * shape.length;
        out.insert(out.end(), from, from + shape.length);
      }
    }
  }
  return out;
}

// Columns of A: (channels, N) -> (channels, kept).
std::vector<float> compact_rates(const std::vector<float>& a, const scan_shape& shape,
                                 const kept_states& kept);

// The call over the kept states; expect_y stays that of all states. h0 must be absent.
scan_tensors compact_call(const scan_tensors& call, const kept_states& kept);

}  // namespace scansim
