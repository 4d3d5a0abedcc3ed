// Where the timelines of two rungs part: the first cycle in which a block is in another state, or a burst or
// a descriptor is another one.
//   "first difference of the timelines in cycle 812: scan_serial: rtl wait_in, systemc busy"
// Contract: both are of the same program and were asked for alike; of two differences in one cycle the first
// in the order of the file is told: descriptors, blocks, reads, writes. nullopt: they are the same.
#pragma once
#include <optional>
#include <string>

#include "host/timeline/run_timeline.h"

namespace scansim {

struct timeline_difference {
  uint64_t cycle = 0;  // of the run
  std::string text;    // as above
};

struct named_timeline {
  std::string rung;
  const run_timeline& timeline;
};

std::optional<timeline_difference> find_timeline_difference(const named_timeline& above,
                                                            const named_timeline& below);

}  // namespace scansim
