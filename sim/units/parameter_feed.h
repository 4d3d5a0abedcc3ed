// parameter_feed: rows of a parameter memory -> entries of a unit's parameter stream (sim/PROGRAM.md, section
// 5), one per cycle:
//   issue = max(issue before + 1, command, row, credit);   visible at issue + 2
// The command leaves with the last issue. Used for conv1d_silu (p) and rms_norm (w).
#pragma once
#include <algorithm>

#include "sim/mem/tile_buffer.h"
#include "sim/stream/block_process.h"
#include "sim/stream/parameter_rows.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

template <class Entry>
class parameter_feed : public block_process {
 public:
  struct ports {
    timed_fifo<parameter_rows>& commands;
    parameter_memory& rows;
    timed_fifo<Entry>& out;
  };
  using unpack = void (*)(const uint8_t* row, int lanes, Entry& entry);
  static constexpr int latency_cycles = 2;

  parameter_feed(std::string name, int lanes, unpack row_to_entry, const ports& connected)
      : block_process(std::move(name)), lanes_(lanes), unpack_(row_to_entry), ports_(connected) {
    add_process(&parameter_feed::process);
  }

  void begin() {
    next_ = 0;
    restart();
  }

 private:
  void process() {
    each_command(ports_.commands, [this](const parameter_rows& command, cycle_t visible) {
      send(command, visible);
      return next_ - 1;
    });
  }

  void send(const parameter_rows& command, cycle_t visible) {
    for (int row = command.first; row < command.first + command.count; ++row) {
      const cycle_t issue = std::max({next_, visible, ports_.rows.row_time(row), ports_.out.credit_time()});
      if (values()) unpack_(ports_.rows.row(row), lanes_, ports_.out.back());
      ports_.out.push(issue + latency_cycles);
      next_ = issue + 1;
    }
  }

  int lanes_;
  unpack unpack_;
  ports ports_;
  cycle_t next_ = 0;  // earliest issue
};

}  // namespace scansim
