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
  rows_ = plain_rows_ = 0;
  saturations_ = {};
  restart();
}

void delta_softplus::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_tile(command, visible); });
}

// Returns the issue of the last row.
cycle_t delta_softplus::run_tile(const tile_command& command, cycle_t visible) {
  const tile_slots slots{ports_.u.open(), ports_.delta.open(),
                         command.of_set ? &ports_.set_db.open() : nullptr};
  if (values()) constants_ = lane_constants(command.shifts, shape_.widths);
  cycle_t issue = 0;
  for (bool last = false; !last;) {
    for (int k = 0; k < command.groups; ++k) issue = run_row(command, visible, slots, k);
    last = ports_.tokens.front().last;
    ports_.tokens.pop(issue);
  }
  if (command.release_u) ports_.u.release(issue);
  if (command.release_delta) ports_.delta.release(issue);
  if (slots.db && command.release_params) ports_.set_db.release(issue);
  const auto rows = static_cast<uint64_t>(command.walk.positions * command.groups);
  rows_ += rows;
  if (command.plain_drive) plain_rows_ += rows;
  return issue;
}

cycle_t delta_softplus::run_row(const tile_command& command, cycle_t visible, const tile_slots& slots,
                                int k) {
  const cycle_t token_time = ports_.tokens.front_time();
  const hls::scan_token& token = ports_.tokens.front();
  const int64_t row_bytes = shape_.operand_row();
  const int64_t u = (token.row_u * command.groups + k) * row_bytes;
  const int64_t delta = (token.row_p * command.groups + k) * row_bytes;
  const int group = command.first_group + k;
  const cycle_t db = slots.db ? slots.db->readable((k + 1) * shape_.db_row()) : ports_.db.row_time(group);
  const cycle_t operands =
      latest(token_time, slots.u.readable(u + row_bytes), slots.delta.readable(delta + row_bytes), db);
  const cycle_t issue =
      stalls_.issue(visible, operands, std::max(ports_.dt.credit_time(), ports_.skip.credit_time()));
  dt_row& dt = ports_.dt.back();
  skip_row& skip = ports_.skip.back();
  if (values()) {
    kernel_(shape_, command,
            {&constants_, slots.u.bytes() + u, slots.delta.bytes() + delta,
             slots.db ? slots.db->bytes() + k * shape_.db_row() : ports_.db.row(group), &dt, &skip.values},
            saturations_);
    if (token.hold) std::fill_n(dt.dt2, shape_.lanes, 0), std::fill_n(dt.du, shape_.lanes, 0);
  }
  dt.token = skip.token = token;
  ports_.dt.push(issue + latency_cycles);
  ports_.skip.push(issue + latency_cycles);
  return issue;
}

block_counters delta_softplus::counters(cycle_t cycles) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes);
  return with_stalls(
      stalls_, cycles,
      {{"softplus_ops", rows_ * lanes},
       {"mac_delta", (3 * rows_ - plain_rows_) * lanes},
       {"buffer_read_bits", rows_ * 2 * lanes * 8 * static_cast<uint64_t>(shape_.operand_bytes)},
       {"param_read_bits", rows_ * 32 * lanes},
       {"saturations_delta", saturations_.delta},
       {"saturations_du", saturations_.du},
       {"saturations_skip", saturations_.skip}});
}

}  // namespace scansim
