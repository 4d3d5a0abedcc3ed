// memory_shapes: every memory of a machine, by the block that holds it: words, bits of a word, and how many
// of that shape (banks, lanes). Contract: the arrays of rtl/ with more than one word that a compiler would
// make a memory of, from the parameters alone; queues of a few words whose width is fixed are left out.
// Static power counts their bits, the area model the block RAMs that they take.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/configs/design_point.h"

namespace scansim {

struct memory_shape {
  std::string block;
  std::string name;
  int64_t words = 0;
  int64_t bits = 0;             // of a word
  int64_t copies = 1;           // memories of this shape
  bool at_once = false;         // read in the cycle that asks: never a block RAM
  bool passes_through = false;  // a word that is read while it is written is the new one

  int64_t all_bits() const { return words * bits * copies; }
};

std::vector<memory_shape> memory_shapes(const design_point& point);

}  // namespace scansim
