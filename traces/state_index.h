// The tensor `state_index` of a trace with `state_sparsity` "N:M": (index groups, kept), integers; row g
// holds the states that the channels of index group g keep, in rising order, N of every M. Contract: what is
// read is such a list for index groups that divide D and are a multiple of G; all else is one input_error
// naming the entry.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "traces/state_sparsity.h"

namespace scansim {

inline constexpr const char* state_index_name = "state_index";

// What a trace's tensor of these sizes must be; `shape` is that of the whole call, `path` names the file.
void check_index_shape(const std::vector<int64_t>& sizes, const scan_shape& shape, const nm_pattern& pattern,
                       const std::string& path);

// The rows of an index of `kept` states each, checked; `name` names the tensor in errors.
kept_states kept_states_of(std::span<const int64_t> values, int64_t kept, const nm_pattern& pattern,
                           const std::string& name, const std::string& path);

}  // namespace scansim
