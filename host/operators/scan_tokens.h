// The tokens of a scan in the order of its recurrence, with the places of their operands in the tensors.
#pragma once
#include <cstddef>

#include "traces/scan_tensors.h"

namespace scansim {

struct scan_token {
  size_t channel;  // of delta_bias, D and A
  size_t at;       // of u, delta, z and y
  bool first;      // of its row: the state is h0
  size_t state;    // place of state n in h0 and h_last less n
  size_t vector;   // place of state n in B and C less n * length
};

template <class Visit>
void for_each_token(const scan_tensors& t, Visit visit) {
  const scan_shape& s = t.shape;
  const auto length = static_cast<size_t>(s.length), states = static_cast<size_t>(s.states);
  const auto channels = static_cast<size_t>(s.channels), groups = static_cast<size_t>(s.groups);
  for (size_t row = 0; row < static_cast<size_t>(s.batch) * channels; ++row) {
    const size_t channel = row % channels, group = row / channels * groups + channel * groups / channels;
    for (size_t i = 0; i < length; ++i) {
      const size_t token = t.options.reverse ? length - 1 - i : i;
      visit(scan_token{channel, row * length + token, i == 0, row * states, group * states * length + token});
    }
  }
}

}  // namespace scansim
