#include "sim/scan/gate_silu.h"

#include <cstring>

#include "hls/scan/add_output.h"

namespace scansim {

gate_silu::gate_silu(std::string name, const machine_shape& shape, const ports& connected, bool vectorised)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(connected),
      kernel_(select_gate_kernel(shape, vectorised)),
      latency_(latency_cycles + (shape.output_bytes == 1 ? quantise_latency_cycles : 0) +
               (shape.max_sets > 0 ? sum_latency_cycles : 0)),
      written_(shape.max_sets > 0 ? static_cast<size_t>(shape.tile_rows()) : 0),
      summand_(static_cast<size_t>(shape.output_row())) {
  add_process(&gate_silu::process);
}

void gate_silu::begin() {
  rows_ = rows_with_z_ = silu_rows_ = muted_ = added_ = 0;
  newest_row_ = -1;
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
  const int64_t z_bytes = shape_.operand_row();
  if (command.of_set && command.first_set) open_sums(command);
  if (values()) constants_ = lane_constants(command.shifts, shape_.widths);
  cycle_t issue = 0;
  uint64_t muted = 0;
  for (int rows = command.walk.positions * command.groups, k = 0; rows > 0; --rows) {
    cycle_t operands = std::max(ports_.acc.front_time(), ports_.skip.front_time());
    const hls::scan_token& token = ports_.skip.front().token;
    const int row = token.row_out * command.groups + k;
    k = k + 1 == command.groups ? 0 : k + 1;
    if (!token.mute) {
      if (z) operands = std::max(operands, z->readable((row + 1) * z_bytes));
      if (row == newest_row_) operands = std::max(operands, newest_issue_ + same_row_cycles);
    }
    issue = stalls_.issue(visible, operands, places);
    if (token.mute) {
      ++muted;
    } else {
      if (command.of_set || values()) write_row(command, z, row);
      newest_row_ = row, newest_issue_ = issue;
      if (tell_row_) [[unlikely]]
        tell_row_(issue + latency_ - 1, row, ports_.y.bytes() + row * shape_.output_row());
    }
    ports_.acc.pop(issue);
    ports_.skip.pop(issue);
  }
  if (command.release_z) ports_.z.release(issue);
  if (command.last_set) {
    ports_.y.complete(command.out_rows * shape_.output_row(), issue + latency_);
    newest_row_ = -1;
  }
  const uint64_t rows = static_cast<uint64_t>(command.walk.positions * command.groups) - muted;
  rows_ += rows, muted_ += muted;
  if (z) rows_with_z_ += rows;
  if (z && !command.linear_gate) silu_rows_ += rows;
  return issue;
}

// The tile's first set: no row has a value, and one that gets none is zero.
void gate_silu::open_sums(const tile_command& command) {
  std::fill(written_.begin(), written_.end(), uint8_t{0});
  if (values()) std::fill_n(ports_.y.bytes(), command.out_rows * shape_.output_row(), uint8_t{0});
}

void gate_silu::write_row(const tile_command& command, const operand_slot* z, int row) {
  const bool adds = command.of_set && written_[static_cast<size_t>(row)] != 0;
  if (command.of_set) written_[static_cast<size_t>(row)] = 1;
  added_ += adds;
  if (!values()) return;
  uint8_t* const y = ports_.y.bytes() + row * shape_.output_row();
  kernel_(shape_, command,
          {&constants_, &ports_.acc.front(), &ports_.skip.front().values,
           z ? z->bytes() + row * shape_.operand_row() : nullptr, adds ? summand_.data() : y},
          saturations_);
  if (adds) add_to_row(summand_.data(), y);
}

void gate_silu::add_to_row(const uint8_t* more, uint8_t* y) {
  const auto add = [&]<class Output>(Output) {
    for (int lane = 0; lane < shape_.lanes; ++lane) {
      Output one, sum;
      std::memcpy(&one, more + lane * sizeof one, sizeof one);
      std::memcpy(&sum, y + lane * sizeof sum, sizeof sum);
      const int32_t clamped = hls::add_output(sum, one, shape_.widths.output_bits);
      saturations_.y += clamped != sum + one;
      sum = static_cast<Output>(clamped);
      std::memcpy(y + lane * sizeof sum, &sum, sizeof sum);
    }
  };
  if (shape_.output_bytes == 1)
    add(int8_t{});
  else
    add(int16_t{});
}

block_counters gate_silu::counters(cycle_t cycles) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes);
  return with_stalls(
      stalls_, cycles,
      {{"silu_ops", silu_rows_ * lanes},
       {"mac_gate", (rows_ + silu_rows_) * lanes},
       {"buffer_read_bits", rows_with_z_ * lanes * 8 * static_cast<uint64_t>(shape_.operand_bytes) +
                                added_ * lanes * 8 * static_cast<uint64_t>(shape_.output_bytes)},
       {"buffer_write_bits", rows_ * lanes * 8 * static_cast<uint64_t>(shape_.output_bytes)},
       {"y_add_ops", added_ * lanes},
       {"muted_rows", muted_},
       {"saturations_v", saturations_.v},
       {"saturations_y", saturations_.y},
       {"saturations_quant", saturations_.quant}});
}

}  // namespace scansim
