// N:M along the state axis of a scan: of every M consecutive states N stay, the same for all channels of an
// index group, so that one index serves A, B, C and h:
//   h[n] and its exp, multiplies and memory exist for the kept n only;  y = sum over the kept n of C[n] h[n]
//   ...
// Contract: compaction is exact: the call over the kept states alone has the bits of the same call with the
// other states' C zero. Index groups become the G of the compacted call, each with its own rows of B and C;
// so the machine needs no index, and B and C are stored once per index group. state_choice.h chooses the
// states.
#pragma once
#include <cstdint>
#include <vector>

#include "traces/nm_pattern.h"
#include "traces/scan_tensors.h"

namespace scansim {

// kept[index group] = the states that stay, in rising order; empty: all states, one group.
using kept_states = std::vector<std::vector<int>>;

// Which states a whole call keeps, for a writer.
struct state_selection {
  nm_pattern pattern;
  kept_states kept;
};

// What a compacted trace was before.
struct state_sparsity {
  nm_pattern pattern;
  int64_t states = 0;          // N of the trace
  int64_t index_groups = 0;    // groups of channels that share an index
  int64_t groups = 0;          // G of the trace
  bool chosen = false;         // no index in the file: the states were chosen when it was read
  int64_t index_bits() const;  // of all indices, the fewest: ceil(log2 C(M, N)) per M states and index group
};

// Rows of B or C for every index group: (batch, G, N, L) -> (batch, index groups, kept, L). `shape` is that
// of the whole call, one group of B and C serves kept.size() / G consecutive index groups.
template <class T>
std::vector<T> compact_shared(const std::vector<T>& rows, const scan_shape& shape, const kept_states& kept) {
  const int64_t per_group = static_cast<int64_t>(kept.size()) / shape.groups;
  std::vector<T> out;
  out.reserve(static_cast<size_t>(shape.batch * shape.length) * kept.size() * kept[0].size());
  for (int64_t batch = 0; batch < shape.batch; ++batch) {
    for (size_t index = 0; index < kept.size(); ++index) {
      const int64_t group = batch * shape.groups + static_cast<int64_t>(index) / per_group;
      for (const int n : kept[index]) {
        const auto from = rows.begin() + (group * shape.states + n) * shape.length;
        out.insert(out.end(), from, from + shape.length);
      }
    }
  }
  return out;
}

// Columns of A (D, N), or of h0 and h_last (batch, D, N): only the kept ones of each channel's index group.
std::vector<float> compact_states(const std::vector<float>& values, const scan_shape& shape,
                                  const kept_states& kept);

// The inverse of compact_states for states of (batch, D): zero where nothing is kept. `shape` is that of the
// whole call.
std::vector<float> expand_states(const std::vector<float>& values, const scan_shape& shape,
                                 const kept_states& kept);

// The call over the kept states, expect_h_last and h0 included; expect_y stays as it is. An empty `kept`: the
// call.
scan_tensors compact_call(const scan_tensors& call, const kept_states& kept);

}  // namespace scansim
