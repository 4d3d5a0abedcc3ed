// How many tokens a chunk has. Short chunks start and end sooner; but the first chunk of a scan also loads A
// and h0, the last one also stores h_last, and both should hide behind the compute of their own tiles:
//   beats read or written for a tile of t tokens <= cycles of the tile = interleave * passes * t
// Contract: chunks of `tokens` each, the last one of `rest` tokens, none longer than the design point's
// chunk_tokens T; the least number of tokens >= T/2 that fills whole beats, hides both transfers and leaves a
// rest that does too. Where memory is the bottleneck at any length, T. Only time, padding and state traffic
// on chip depend on the choice, never results.
#pragma once
#include <cstdint>

#include "models/configs/design_point.h"

namespace scansim {

struct chunk_cut {
  int tokens = 0;  // of every chunk but the last
  int64_t chunks = 0;
  int rest = 0;  // tokens of the last chunk, fewer or more than `tokens`
};

// Errors: none; length >= 1, passes >= 1.
chunk_cut cut_chunks(int64_t length, int passes, const design_point& point);

}  // namespace scansim
