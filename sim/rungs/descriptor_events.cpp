#include "sim/rungs/descriptor_events.h"

#include <algorithm>

#include "sim/mem/memory_timing.h"
#include "sim/rungs/block_events.h"
#include "sim/rungs/walk_jobs.h"

namespace scansim {

namespace {

uint64_t count_bursts(uint64_t address, uint64_t bytes, const design_point& point) {
  const uint64_t beat = counted(point.axi_bytes());
  const uint64_t longest = counted(point.axi_max_burst) * beat;
  uint64_t bursts = 0;
  for (uint64_t at = address, end = address + bytes; at < end; ++bursts) {
    at = std::min({end, at + longest, (at / burst_page_bytes + 1) * burst_page_bytes});
  }
  return bursts;
}

void count_tile(const hls::scan_descriptor& d, const tile_visit& tile, bool single, int states_per_lane,
                block_events& count) {
  const uint64_t rows = tile.tokens * tile.groups;
  const uint64_t beats_of_token = tile.groups * d.passes, beats = tile.tokens * beats_of_token;
  count.tokens(tile.tokens);
  count.delta_rows(rows);
  count.scan_states(rows * counted(hls::live_states(d, states_per_lane)));
  count.gate_rows(rows, hls::gate_of(d.has_z));

  // Tokens whose state comes from, or goes to, a neighbour in the tile.
  count.from_slots(beats - beats_of_token);
  count.to_slots(beats - beats_of_token);
  if (!tile.first_chunk) {
    single ? count.from_slots(beats_of_token) : count.from_memory(beats_of_token);
  } else if (d.has_h0) {
    count.from_h0(beats_of_token);
  }
  if (!tile.last_chunk) {
    single ? count.to_slots(beats_of_token) : count.to_memory(beats_of_token);
  } else if (d.store_state) {
    count.to_h_last(beats_of_token);
  }
}

}  // namespace

bool inside_memory(uint64_t address, uint64_t bytes, const design_point& point, uint64_t memory_bytes) {
  return address <= memory_bytes && bytes <= memory_bytes - address &&
         address % counted(point.axi_bytes()) == 0;
}

bool inside_memory(const hls::scan_descriptor& descriptor, const design_point& point, uint64_t memory_bytes) {
  bool inside = true;
  walk_scan_jobs(
      descriptor, point, [](const tile_visit&) {},
      [&](const walk_job& job) {
        inside &= job.local || inside_memory(job.address, job.bytes, point, memory_bytes);
      });
  return inside;
}

void count_transfer(bool write, uint64_t address, uint64_t bytes, const design_point& point,
                    counter_values& counters) {
  const uint64_t bursts = count_bursts(address, bytes, point);
  if (write) {
    counters[counter_index("dma", "dram_write_bytes")] += bytes;
    counters[counter_index("dma", "buffer_read_bits")] += 8 * bytes;
    counters[counter_index("dma", "write_bursts")] += bursts;
  } else {
    counters[counter_index("dma", "dram_read_bytes")] += bytes;
    counters[counter_index("dma", "buffer_write_bits")] += 8 * bytes;
    counters[counter_index("dma", "read_bursts")] += bursts;
  }
}

void count_events(const hls::scan_descriptor& descriptor, const design_point& point,
                  counter_values& counters) {
  block_events count(point, counters);
  const bool single = hls::keeps_in_slots(descriptor, point.interleave);
  walk_scan_jobs(
      descriptor, point,
      [&](const tile_visit& tile) { count_tile(descriptor, tile, single, point.states_per_lane, count); },
      [&](const walk_job& job) {
        if (!job.local) count_transfer(job.write(), job.address, job.bytes, point, counters);
      });
}

void count_descriptors_read(uint64_t address, uint64_t count, const design_point& point,
                            counter_values& counters) {
  count_transfer(false, address, count * hls::descriptor_bytes, point, counters);
}

}  // namespace scansim
