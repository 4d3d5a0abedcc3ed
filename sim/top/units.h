// units: the scratch memory with its two engines, the feeds, and the units behind them, connected
// (sim/PROGRAM.md, sections 4 and 5). The other side of unit_channels; local scans also exchange their
// buffers with the scratch memory. On a machine without the units nothing is inside: it is finished at once
// and counts nothing.
//   begin()  a new run; memories keep their bytes       finished()  the sequencer closed its FIFOs and all
//   ended
#pragma once
#include <memory>
#include <string>

#include "sim/stream/process_host.h"
#include "sim/top/machine_activity.h"
#include "sim/top/unit_channels.h"

namespace scansim {

class units {
 public:
  // The scan's buffers.
  struct scan_ports {
    operand_buffer& u;
    operand_buffer& delta;
    operand_buffer& b;
    operand_buffer& c;
    operand_buffer& z;
    result_buffer& y;
    parameter_memory& set_b;
    parameter_memory& set_c;
  };

  units(process_host& host, const machine_shape& shape, unit_channels& channels, const scan_ports& scan);
  ~units();

  void begin();
  bool finished() const { return waiting().empty(); }
  // The first cycle in which both scratch job queues are empty.
  cycle_t drained() const;
  void report(cycle_t cycles, counter_values& counters);
  void keep_states(machine_activity* to);  // nullptr: no more
  void listen(stream_taps& taps);
  // Parts that have not ended, for the message of a hang.
  std::string waiting() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace scansim
