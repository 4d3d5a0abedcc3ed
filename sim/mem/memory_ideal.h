// A memory that never waits: accept = valid, beat[0] = accept + 1, one beat per cycle, W at once, B one cycle
// after the last W beat. A read of n beats takes n + 1 cycles from AR to the last beat, both included. Choose
// it to see the machine's own limits; it has no bandwidth shared between reads and writes.
#pragma once
#include "sim/mem/memory_in_order.h"

namespace scansim {

class memory_ideal final : public memory_in_order {
 public:
  explicit memory_ideal(int axi_bytes) : memory_in_order(axi_bytes, 0, 0) {}
  bool append_state(time_state& to) const override {
    append_queues(to);
    return true;
  }

 private:
  void serve_read(const burst&, cycle_t accept, std::span<cycle_t> earliest) override {
    for (cycle_t& beat : earliest) beat = ++accept;
  }
  cycle_t serve_write(const burst&, cycle_t accept, cycle_t) override { return accept; }
};

}  // namespace scansim
