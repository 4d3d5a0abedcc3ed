// scratch_job: one run of words between the scratch memory and a unit (sim/PROGRAM.md, section 4). Plain
// data, filled in place in a timed_fifo. Codes: hls/map/port_map.h.
#pragma once
#include <cstdint>

#include "hls/map/port_map.h"

namespace scansim {

struct scratch_job {
  bool fence = false;  // wait until `count` jobs of the other queue are complete
  int64_t count = 0;   // all of them pushed before this one
  uint8_t port = 0;    // scratch_target of a read, scratch_source of a write
  scratch_mode mode = scratch_mode::single;
  bool scatter = false;
  bool of_set = false;  // B and C: behind those of the sets before
  uint16_t base = 0;    // word
  int n0 = 1, s0 = 0, n1 = 1, s1 = 0, n2 = 1, s2 = 0;

  int64_t words() const { return int64_t{n0} * n1 * n2; }
};

}  // namespace scansim
