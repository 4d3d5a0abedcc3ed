// What happens on the memory port, command by command and beat by beat, written down while a machine runs:
//   start | AR, AW: address, beats, cycle of valid, cycle of the handshake | W: the same cycles
// Every rung with time asks the same memory model (memory_timing.h), so the records of two rungs that agree
// are equal, and the first that is not says where they part. Contract: the descriptor serves every process
// that inherits it; events of one start stand behind its `start` in the order of the calls, AR and AW in
// order of time, W beats likewise, one kind against the other in any. It holds no data. Choose it for a
// second run of what differed: an event has 32 bytes.
#pragma once
#include <memory>
#include <vector>

#include "sim/mem/memory_timing.h"

namespace scansim {

enum class port_channel : std::int32_t { start, read_address, write_address, write_data };

struct port_event {
  port_channel channel = port_channel::start;
  std::int32_t beats = 0;
  std::uint64_t address = 0;
  cycle_t valid = 0, handshake = 0;
};

class port_log {
 public:
  port_log();  // throws tool_error if the system has no room
  ~port_log();
  port_log(const port_log&) = delete;
  port_log& operator=(const port_log&) = delete;

  int descriptor() const { return descriptor_; }
  // Once the machines are gone. Throws tool_error if the system had no room for all of them.
  std::vector<port_event> events() const;

 private:
  int descriptor_;
};

// A memory that does as `timing` does and writes it down.
std::unique_ptr<memory_timing> logged_memory(std::unique_ptr<memory_timing> timing, int descriptor);

}  // namespace scansim
