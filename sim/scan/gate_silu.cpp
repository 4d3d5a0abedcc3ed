#include "sim/scan/gate_silu.h"

namespace scansim {

gate_silu::gate_silu(std::string name, const machine_shape& shape, const ports& connected, bool vectorised)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(connected),
      kernel_(select_gate_kernel(shape, vectorised)) {
  add_process(&gate_silu::process);
}

void gate_silu::begin() {
  rows_ = rows_with_z_ = 0;
  saturations_ = {};
  restart();
}

void gate_silu::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_tile(command, visible); });
}

// Returns the issue of the last row.
cycle_t gate_silu::run_tile(const tile_command& command, cycle_t visible) {
  const operand_slot* z = command.has_z ? &ports_.z.open() : nullptr;
  const cycle_t places = ports_.y.place_time();
  uint8_t* y = ports_.y.bytes();
  const int rows = command.tokens * command.groups;
  const int64_t z_bytes = shape_.operand_row(), y_bytes = shape_.output_row();
  cycle_t issue = 0;
  for (int i = 0; i < rows; ++i) {
    const int row = command.reverse ? rows - 1 - i : i;
    cycle_t operands = std::max(ports_.acc.front_time(), ports_.skip.front_time());
    if (z) operands = std::max(operands, z->readable((row + 1) * z_bytes, command.reverse));
    issue = stalls_.issue(visible, operands, places);
    if (values())
      kernel_(shape_, command,
              {&ports_.acc.front(), &ports_.skip.front(), z ? z->bytes() + row * z_bytes : nullptr,
               y + row * y_bytes},
              saturations_);
    ports_.acc.pop(issue);
    ports_.skip.pop(issue);
  }
  if (z) ports_.z.release(issue);
  ports_.y.complete(rows * y_bytes,
                    issue + latency_cycles + (shape_.output_bytes == 1 ? quantise_latency_cycles : 0));
  rows_ += static_cast<uint64_t>(rows);
  if (z) rows_with_z_ += static_cast<uint64_t>(rows);
  return issue;
}

block_counters gate_silu::counters(cycle_t cycles) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes);
  return with_stalls(
      stalls_, cycles,
      {{"silu_ops", rows_with_z_ * lanes},
       {"mac_gate", (rows_ + rows_with_z_) * lanes},
       {"buffer_read_bits", rows_with_z_ * lanes * 8 * static_cast<uint64_t>(shape_.operand_bytes)},
       {"buffer_write_bits", rows_ * lanes * 8 * static_cast<uint64_t>(shape_.output_bytes)},
       {"saturations_v", saturations_.v},
       {"saturations_y", saturations_.y},
       {"saturations_quant", saturations_.quant}});
}

}  // namespace scansim
