// Bins of the memory port, seen by the memory model, which is asked for every command and beat:
//   axi/<read, write>.beats=...       1, mid, max (axi_max_burst of the machine), 256
//   axi/<read, write>.ends at a page  cut short by the next 4 KiB
//   axi/read.open=...                 reads open when one more is accepted: 0, mid, max (read_outstanding
//                                     less 1)
//   axi/read.latency=...              cycles to the first beat behind the first: 0, few (up to 7), many
//   axi/write.latency=...             likewise to the response
//   axi/<ar, aw, w>.stalled           a valid that waits for its ready; r, b: a beat or response later than
//                                     the cycle behind the one before
//   axi/counts <name>                 a counter of a memory model above 0
//   axi/memory <name>                 a start on that model
#pragma once
#include <cstdint>
#include <memory>

#include "models/configs/design_point.h"
#include "sim/bins/bin_model.h"
#include "sim/mem/memory_timing.h"

namespace scansim {

bin_set port_bins();

// A memory that does as `timing` does and says in `hit` what it saw; `hit` must outlive it.
std::unique_ptr<memory_timing> sampled_memory(std::unique_ptr<memory_timing> timing,
                                              const design_point& point, bin_set& hit);

void hit_memory(const std::string& model, const memory_counters& counters, bin_set& hit);

}  // namespace scansim
