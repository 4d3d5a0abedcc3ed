// A set of a scan_sets call as code that runs it sees it: its walk, position by position, and its tensors,
// whosever they are. Contract: the walk is the one meaning of maps, reverse, segment and tags below ref,
// which has its own. Errors: input_error that names tensor or key, position and rule.
#pragma once
#include "traces/calls/scan_sets.h"
#include "traces/scan_tensors.h"

namespace scansim {

// A position: rows of u, of delta B C and of the output; out -1: nothing is written.
struct scan_step {
  int64_t u = 0, p = 0, out = 0;
  bool reset = false, hold = false;
  bool operator==(const scan_step&) const = default;
};

// In the order in which they are scanned.
std::vector<scan_step> steps_of(const scan_sets_call& call, size_t set, const std::string& file);

// Frames that its maps interleave, 1 where none does.
int64_t frames_of_set(const scan_sets_call& call, size_t set, const std::string& file);

struct weight_source {
  const std::vector<float>* values = nullptr;
  bool own = false;
  size_t set = 0;
  int64_t states = 0, groups = 0;
  // "A.2", or "A" of all sets.
  std::string name(const std::string& stem) const;
};
struct set_weights {
  weight_source delta, a, b, c, d, delta_bias;
};
set_weights weights_of(const scan_sets_call& call, size_t set);

// Channels `first` to `first + count` of values (any, channels, size).
std::vector<float> some_channels(const std::vector<float>& values, int64_t channels, int64_t first,
                                 int64_t count, int64_t size);

// The call with all weights of a set its own, as `t` has them; h0 and recorded outputs stay.
void give_own_weights(scan_set& set, scan_tensors t);

// The set as a scan of its channels in the order of the rows: L rows of u, delta, B and C, R of z (none where
// there is no gate); without recorded outputs.
scan_tensors tensors_of_set(const scan_sets_call& call, size_t set);

}  // namespace scansim
