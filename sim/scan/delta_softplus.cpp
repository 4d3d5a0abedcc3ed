#include "sim/scan/delta_softplus.h"

namespace scansim {

delta_softplus::delta_softplus(sc_core::sc_module_name name, const machine_shape& shape,
                               const ports& connected, bool vectorised)
    : sc_module(name), shape_(shape), ports_(connected), kernel_(select_delta_kernel(shape, vectorised)) {
  SC_THREAD(process);
}

void delta_softplus::begin(sc_core::sc_event& start) {
  start_ = &start;
  stalls_ = {};
  rows_ = 0;
  saturations_ = {};
  finished_ = false;
}

void delta_softplus::process() {
  for (;;) {
    while (finished_) sc_core::wait(*start_);
    while (!ports_.commands.ended()) {
      const cycle_t visible = ports_.commands.front_time();
      ports_.commands.pop(run_tile(ports_.commands.front(), visible));
    }
    finished_ = true;
  }
}

// Returns the issue of the last row.
cycle_t delta_softplus::run_tile(const tile_command& command, cycle_t visible) {
  const operand_slot& u = ports_.u.open();
  const operand_slot& delta = ports_.delta.open();
  const int rows = command.tokens * command.groups;
  const int64_t row_bytes = shape_.operand_row();
  cycle_t issue = 0;
  for (int i = 0, k = 0; i < rows; ++i) {
    const int row = command.reverse ? rows - 1 - i : i;
    const int group = command.first_group + (command.reverse ? command.groups - 1 - k : k);
    k = k + 1 == command.groups ? 0 : k + 1;
    const int64_t end = (row + 1) * row_bytes;
    const cycle_t operands = std::max(
        {u.readable(end, command.reverse), delta.readable(end, command.reverse), ports_.db.row_time(group)});
    const cycle_t places = std::max(ports_.dt.credit_time(), ports_.skip.credit_time());
    issue = stalls_.issue(visible, operands, places);
    kernel_(shape_, command,
            {u.bytes() + end - row_bytes, delta.bytes() + end - row_bytes, ports_.db.row(group),
             &ports_.dt.back(), &ports_.skip.back()},
            saturations_);
    ports_.dt.push(issue + latency_cycles);
    ports_.skip.push(issue + latency_cycles);
  }
  ports_.u.release(issue);
  ports_.delta.release(issue);
  rows_ += static_cast<uint64_t>(rows);
  return issue;
}

void delta_softplus::report(cycle_t cycles, counter_values& counters) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes);
  const auto set = [&](const char* event, uint64_t value) {
    counters[counter_index("delta_softplus", event)] = value;
  };
  stalls_.finish(cycles, counters, counter_index("delta_softplus", "busy"));
  set("softplus_ops", rows_ * lanes);
  set("mac_delta", rows_ * 3 * lanes);
  set("buffer_read_bits", rows_ * 2 * lanes * 8 * static_cast<uint64_t>(shape_.operand_bytes));
  set("param_read_bits", rows_ * 32 * lanes);
  set("saturations_delta", saturations_.delta);
  set("saturations_du", saturations_.du);
  set("saturations_skip", saturations_.skip);
}

}  // namespace scansim
