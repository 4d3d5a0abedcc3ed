// Bins of lists of descriptors.
//   illegal/<opcode>.<error>@<place>   the first descriptor that the machine refuses, by its error code and
//                                      where it lies: first, middle, last; "unknown": no opcode
//   list/count=...                     of a start: 0, 1, 2, many, 255
//   list/<opcode> > <opcode>           one behind the other, both run
//   list/<opcode>.fence=...            none, all (every write before), newer (all but the newest)
//   list/start after ...               reset, done, error: what the machine did before
// Contract: of an illegal list only what is before the illegal descriptor has been run.
#pragma once
#include <span>
#include <vector>

#include "sim/bins/descriptor_bins.h"

namespace scansim {

bin_set illegal_bins();
bin_set list_bins();

// What is known of the machine from one start to the next.
struct list_history {
  enum class end : uint8_t { reset, done, error };
  end last = end::reset;
  bool w4 = false;  // the weights on chip come from 4 bits
};

// Of a start: every descriptor that runs, alone (hit_descriptor) and in its place. `count` as it was written.
// What lies outside memory is left out.
void hit_list(std::span<const uint8_t> memory, uint64_t address, uint32_t count, const machine_shape& shape,
              list_history& history, bin_set& hit);

}  // namespace scansim
