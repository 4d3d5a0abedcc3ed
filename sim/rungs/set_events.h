// What a scan descriptor with its set records makes the machine do, without its timing (sim/SETS.md, sections
// 3 and 4): memory jobs, rows, event counts. Rows and tags of a list are data, so the counts take the memory
// image, as it is before the scan. Contract: descriptor and records are legal; count_set_events wants every
// job inside the image and every row inside its tile.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "sim/rungs/descriptor_events.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {

// True if every job lies inside the image and starts on a whole beat.
bool sets_inside_memory(const set_scan& scan, const design_point& point, uint64_t memory_bytes);

// The first token with a row behind the end of its tile, in words; lists lie inside the image. The machine
// would wait for ever there, or read what a row before has left.
std::optional<std::string> row_outside_tile(const set_scan& scan, std::span<const uint8_t> memory);

void count_set_events(const set_scan& scan, const design_point& point, std::span<const uint8_t> memory,
                      counter_values& counters);

}  // namespace scansim
