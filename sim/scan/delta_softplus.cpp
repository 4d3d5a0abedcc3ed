#include "sim/scan/delta_softplus.h"

namespace scansim {

delta_softplus::delta_softplus(std::string name, const machine_shape& shape, const ports& connected,
                               bool vectorised)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(connected),
      kernel_(select_delta_kernel(shape, vectorised)) {
  add_process(&delta_softplus::process);
}

void delta_softplus::begin() {
  rows_ = 0;
  saturations_ = {};
  restart();
}

void delta_softplus::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_tile(command, visible); });
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
    const cycle_t operands = latest(u.readable(end, command.reverse), delta.readable(end, command.reverse),
                                    ports_.db.row_time(group));
    const cycle_t places = std::max(ports_.dt.credit_time(), ports_.skip.credit_time());
    issue = stalls_.issue(visible, operands, places);
    if (values())
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

block_counters delta_softplus::counters(cycle_t cycles) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes);
  return with_stalls(
      stalls_, cycles,
      {{"softplus_ops", rows_ * lanes},
       {"mac_delta", rows_ * 3 * lanes},
       {"buffer_read_bits", rows_ * 2 * lanes * 8 * static_cast<uint64_t>(shape_.operand_bytes)},
       {"param_read_bits", rows_ * 32 * lanes},
       {"saturations_delta", saturations_.delta},
       {"saturations_du", saturations_.du},
       {"saturations_skip", saturations_.skip}});
}

}  // namespace scansim
