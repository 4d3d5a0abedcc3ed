// One output of a call in the machine's integers, by the name that the trace has for it: what programs give
// out of memory and what rungs below ref are compared by. Contract: `values` in the order of the trace's
// tensor, sign-extended; two runs agree only if every value is equal.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

struct named_integers {
  std::string name;  // "y", "h_last", "state.h", "state.conv"
  std::vector<int32_t> values;

  bool operator==(const named_integers&) const = default;
};

}  // namespace scansim
