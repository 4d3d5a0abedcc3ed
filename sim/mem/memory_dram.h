// DRAM behind AXI: controller and PHY of fixed delay, `channels` interleaved channels
// (memory_dram_channel.h), each serving DRAM bursts first come, first served in command order. A read beat is
// ready when the last DRAM burst it needs has been transferred, plus response time; a write's B when its last
// DRAM burst has been transferred. Clock crossing, the only roundings besides those of
// memory_dram_parameters.h: a handshake in cycle c is over at (c + 1) * P, P = round(1e9 / clock_mhz)
// femtoseconds; plus request time, rounded up to a DRAM clock. An event at DRAM clock d is seen in cycle
// ceil((d * tCK + response time) / P). A burst that covers part of a DRAM burst costs all of it. A write's
// DRAM bursts are scheduled as if its W beats came without a gap from its AW on (memory_timing.h).
#pragma once
#include "sim/mem/memory_dram_channel.h"
#include "sim/mem/memory_in_order.h"

namespace scansim {

class memory_dram final : public memory_in_order {
 public:
  memory_dram(int axi_bytes, double clock_mhz, const dram_parameters& parameters);

  memory_counters counters() const override;

 private:
  void serve_read(const burst& command, cycle_t accept, std::span<cycle_t> earliest) override;
  cycle_t serve_write(const burst& command, cycle_t accept, cycle_t first_data) override;
  std::int64_t access(std::uint64_t address, bool write, std::int64_t arrival);
  std::int64_t arrival_clock(cycle_t handshake) const;
  cycle_t seen_cycle(std::int64_t dram_clock) const;

  dram_parameters parameters_;
  dram_address_map map_;
  std::int64_t period_fs_;
  std::vector<memory_dram_channel> channels_;
};

}  // namespace scansim
