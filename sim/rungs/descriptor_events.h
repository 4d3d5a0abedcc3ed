// What a descriptor makes the machine do, without its timing: memory jobs, event counts
// (sim/README.md, sections 1 to 6). Event counts are closed forms of the descriptor's shape, so a rung
// without time has them exactly. Contract: pure functions; count_events leaves busy, wait, idle, cycles and
// saturations alone.
#pragma once
#include <array>
#include <cstdint>

#include "hls/map/counter_map.h"
#include "hls/scan/scan_descriptor.h"
#include "models/configs/design_point.h"

namespace scansim {

// True if every job of a legal descriptor lies inside [0, memory_bytes) and starts on a whole beat.
// Jobs in the scratch memory do not count.
bool inside_memory(const hls::scan_descriptor& descriptor, const design_point& point, uint64_t memory_bytes);

// The same of one job.
bool inside_memory(uint64_t address, uint64_t bytes, const design_point& point, uint64_t memory_bytes);

using counter_values = std::array<uint64_t, num_counters>;

// A size as a factor of counts.
inline uint64_t counted(int value) { return static_cast<uint64_t>(value); }

// Adds the events of one legal scan descriptor without sets (set_events.h); not the bits read and written in
// the scratch memory.
void count_events(const hls::scan_descriptor& descriptor, const design_point& point,
                  counter_values& counters);

// Adds one job of the DMA: bytes and bursts.
void count_transfer(bool write, uint64_t address, uint64_t bytes, const design_point& point,
                    counter_values& counters);

// Adds one job that reads so many descriptors.
void count_descriptors_read(uint64_t address, uint64_t count, const design_point& point,
                            counter_values& counters);

}  // namespace scansim
