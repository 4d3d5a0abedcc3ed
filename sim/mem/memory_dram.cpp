#include "sim/mem/memory_dram.h"

#include <algorithm>
#include <cmath>

namespace scansim {

memory_dram::memory_dram(int axi_bytes, double clock_mhz, const dram_parameters& parameters)
    : memory_in_order(axi_bytes, parameters.read_queue_bursts, parameters.write_queue_bursts),
      parameters_(parameters),
      map_(parameters),
      period_fs_(std::llround(1e9 / clock_mhz)) {
  // All channels refresh together: data return in command order, so staggered refreshes would stall it once
  // per channel.
  for (int c = 0; c < parameters.channels; ++c) channels_.emplace_back(parameters, parameters.timing.tREFI);
}

std::int64_t memory_dram::arrival_clock(cycle_t handshake) const {
  const std::int64_t time_fs = (handshake + 1) * period_fs_ + parameters_.request_fs;
  return (time_fs + parameters_.clock_fs - 1) / parameters_.clock_fs;
}

cycle_t memory_dram::seen_cycle(std::int64_t dram_clock) const {
  const std::int64_t time_fs = dram_clock * parameters_.clock_fs + parameters_.response_fs;
  return (time_fs + period_fs_ - 1) / period_fs_;
}

std::int64_t memory_dram::access(std::uint64_t address, bool write, std::int64_t arrival) {
  const dram_location where = map_.locate(address);
  return channels_[static_cast<std::size_t>(where.channel)].access(where, write, arrival);
}

void memory_dram::serve_read(const burst& command, cycle_t accept, std::span<cycle_t> earliest) {
  const auto beat_bytes = static_cast<std::uint64_t>(axi_bytes());
  const auto dram_bytes = static_cast<std::uint64_t>(parameters_.burst_bytes);
  const std::int64_t arrival = arrival_clock(accept);
  std::uint64_t fetched =
      command.address / dram_bytes * dram_bytes;  // end of what has been asked of the DRAM
  std::int64_t ready = 0;
  std::uint64_t beat_end = command.address;
  for (cycle_t& beat : earliest) {
    beat_end += beat_bytes;
    for (; fetched < beat_end; fetched += dram_bytes)
      ready = std::max(ready, access(fetched, false, arrival));
    beat = seen_cycle(ready);
  }
}

cycle_t memory_dram::serve_write(const burst& command, cycle_t, cycle_t first_data) {
  const auto beat_bytes = static_cast<std::uint64_t>(axi_bytes());
  const auto dram_bytes = static_cast<std::uint64_t>(parameters_.burst_bytes);
  const std::uint64_t end = command.address + static_cast<std::uint64_t>(command.beats) * beat_bytes;
  std::int64_t done = 0, arrival = arrival_clock(first_data);
  // A DRAM burst is there with the beat of its last byte; several may come in one.
  std::uint64_t beat_end = command.address + beat_bytes;
  for (std::uint64_t a = command.address / dram_bytes * dram_bytes; a < end; a += dram_bytes) {
    const std::uint64_t burst_end = std::min(a + dram_bytes, end);
    if (beat_end < burst_end) {
      for (; beat_end < burst_end; beat_end += beat_bytes) ++first_data;
      arrival = arrival_clock(first_data);
    }
    done = std::max(done, access(a, true, arrival));
  }
  return seen_cycle(done);
}

memory_counters memory_dram::counters() const {
  dram_channel_counters sum;
  for (const memory_dram_channel& channel : channels_) {
    const dram_channel_counters& c = channel.counters();
    sum.row_hits += c.row_hits, sum.row_misses += c.row_misses, sum.row_conflicts += c.row_conflicts;
    sum.refreshes += c.refreshes, sum.read_bursts += c.read_bursts, sum.write_bursts += c.write_bursts;
  }
  const auto dram_bytes = static_cast<std::uint64_t>(parameters_.burst_bytes);
  memory_counters all = memory_in_order::counters();
  all.insert(all.end(), {{"dram_read_bytes", sum.read_bursts * dram_bytes},
                         {"dram_write_bytes", sum.write_bursts * dram_bytes},
                         {"dram_row_hits", sum.row_hits},
                         {"dram_row_misses", sum.row_misses},
                         {"dram_row_conflicts", sum.row_conflicts},
                         {"dram_activates", sum.row_misses + sum.row_conflicts},
                         {"dram_refreshes", sum.refreshes}});
  return all;
}

}  // namespace scansim
