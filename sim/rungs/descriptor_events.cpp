#include "sim/rungs/descriptor_events.h"

#include <algorithm>

#include "sim/mem/memory_timing.h"
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

class event_counter {
 public:
  event_counter(const hls::scan_descriptor& d, const design_point& point, counter_values& counters)
      : d_(d), point_(point), counters_(counters), single_(hls::keeps_in_slots(d, point.interleave)) {}

  void count_tile(const tile_visit& tile) {
    count_delta(tile);
    count_scan(tile);
    count_gate(tile);
  }

 private:
  template <size_t Index>
  void add(uint64_t amount) {
    static_assert(Index < num_counters, "no counter of that name");
    counters_[Index] += amount;
  }

  void count_delta(const tile_visit& tile) {
    const uint64_t channels = tile.tokens * tile.groups * counted(point_.num_lanes);
    add<counter_index("delta_softplus", "softplus_ops")>(channels);
    add<counter_index("delta_softplus", "mac_delta")>(3 * channels);
    add<counter_index("delta_softplus", "buffer_read_bits")>(2 * channels * counted(point_.operand_bits));
    add<counter_index("delta_softplus", "param_read_bits")>(32 * channels);
  }

  void count_scan(const tile_visit& tile) {
    const uint64_t beats_of_token = tile.groups * d_.passes;
    const uint64_t beats = tile.tokens * beats_of_token;
    const uint64_t width = counted(point_.num_pe());
    add<counter_index("scan_serial", "state_updates")>(beats * width);
    add<counter_index("scan_serial", "exp_ops")>(beats * width);
    add<counter_index("scan_serial", "param_read_bits")>(beats * width * counted(point_.operand_bits));
    add<counter_index("scan_serial", "bc_read_bits")>(beats * 2 *
                                                      counted(point_.states_per_lane * point_.operand_bits));

    const uint64_t inner =
        beats - beats_of_token;  // tokens whose state comes from, or goes to, a neighbour in the tile
    const uint64_t row_bits = beats_of_token * width * counted(point_.state_bits);
    const uint64_t memory_bits = beats_of_token * width * 8 * counted(point_.state_bytes());
    add<counter_index("scan_serial", "slot_read_bits")>(inner * width * counted(point_.state_bits));
    add<counter_index("scan_serial", "slot_write_bits")>(inner * width * counted(point_.state_bits));
    if (tile.first_chunk) {
      if (d_.has_h0) add<counter_index("scan_serial", "buffer_read_bits")>(memory_bits);
    } else if (single_) {
      add<counter_index("scan_serial", "slot_read_bits")>(row_bits);
    } else {
      add<counter_index("scan_serial", "state_sram_read_bits")>(row_bits);
    }
    if (tile.last_chunk) {
      if (d_.store_state) add<counter_index("scan_serial", "buffer_write_bits")>(memory_bits);
    } else if (single_) {
      add<counter_index("scan_serial", "slot_write_bits")>(row_bits);
    } else {
      add<counter_index("scan_serial", "state_sram_write_bits")>(row_bits);
    }
  }

  void count_gate(const tile_visit& tile) {
    const uint64_t channels = tile.tokens * tile.groups * counted(point_.num_lanes);
    add<counter_index("gate_silu", "mac_gate")>(d_.has_z ? 2 * channels : channels);
    add<counter_index("gate_silu", "buffer_write_bits")>(channels * counted(point_.output_bits));
    if (!d_.has_z) return;
    add<counter_index("gate_silu", "silu_ops")>(channels);
    add<counter_index("gate_silu", "buffer_read_bits")>(channels * counted(point_.operand_bits));
  }

  const hls::scan_descriptor& d_;
  const design_point& point_;
  counter_values& counters_;
  bool single_;
};

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
  event_counter count(descriptor, point, counters);
  walk_scan_jobs(
      descriptor, point, [&](const tile_visit& tile) { count.count_tile(tile); },
      [&](const walk_job& job) {
        if (!job.local) count_transfer(job.write(), job.address, job.bytes, point, counters);
      });
}

void count_descriptor_read(uint64_t address, const design_point& point, counter_values& counters) {
  count_transfer(false, address, hls::descriptor_bytes, point, counters);
}

}  // namespace scansim
