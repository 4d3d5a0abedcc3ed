// A memory that misbehaves as AXI allows, for verification: seeded stalls on every channel and a random base
// latency.
//   handshake n of channel c is late by stall(seed, c, n); a read's first beat is late by 1 + hash(seed, n)
//   mod 64
// A stall is 0 or geometric up to 64 cycles; how often and how long differs per channel and seed, so that
// some seeds starve one channel and leave others free. The hash counts (splitmix64 of seed, channel, index),
// so no stall depends on the order of calls or on time. It is no model of a real memory.
#pragma once
#include "sim/mem/memory_in_order.h"

namespace scansim {

class memory_random final : public memory_in_order {
 public:
  memory_random(int axi_bytes, std::uint64_t seed);

 private:
  void serve_read(const burst& command, cycle_t accept, std::span<cycle_t> earliest) override;
  cycle_t serve_write(const burst& command, cycle_t accept, cycle_t first_data) override;
  cycle_t stall(axi_channel channel, std::uint64_t index) const override;
  std::uint64_t draw(std::uint64_t stream, std::uint64_t index) const;

  std::uint64_t seed_;
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
};

}  // namespace scansim
