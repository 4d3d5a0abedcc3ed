#include "sim/scan/scan_serial.h"

#include <cstring>

namespace scansim {
namespace {

constexpr cycle_t long_ago = -1000;  // before cycle 0 by more than any latency

// Levels of the adder tree over S states.
int tree_levels(int states) { return std::countr_zero(static_cast<unsigned>(states)); }

}  // namespace

struct scan_serial::tile_context {
  const tile_command& command;
  cycle_t visible;
  const operand_slot& b;
  const operand_slot& c;
  const operand_slot* h0;  // nullptr when this tile reads none
  cycle_t ht_place;        // of the last token, -1 without an h_last tile
  uint8_t* ht;
};

scan_serial::scan_serial(std::string name, const machine_shape& shape, const ports& connected,
                         bool vectorised)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(connected),
      kernel_(select_scan_kernel(shape, vectorised)),
      constants_(shape.widths, 0),
      sum_latency_(sum_latency_cycles + tree_levels(shape.states)),
      state_row_bytes_(shape.state_row()),
      states_(shape.values ? static_cast<size_t>(shape.state_rows * state_row_bytes_) : 0),
      slots_(static_cast<size_t>(shape.interleave * shape.max_passes() * state_row_bytes_)),
      slot_issues_(static_cast<size_t>(shape.interleave * shape.max_passes())) {
  add_process(&scan_serial::process);
}

void scan_serial::begin() {
  std::fill(slot_issues_.begin(), slot_issues_.end(), long_ago);
  beats_ = saturated_ = 0;
  slot_reads_ = slot_writes_ = memory_reads_ = memory_writes_ = h0_reads_ = ht_writes_ = 0;
  restart();
}

void scan_serial::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_tile(command, visible); });
}

// Returns the issue of the last beat.
cycle_t scan_serial::run_tile(const tile_command& command, cycle_t visible) {
  tile_context tile{
      command, visible, ports_.b.open(), ports_.c.open(), command.read_h0 ? &ports_.h0.open() : nullptr,
      -1,      nullptr};
  if (values()) constants_ = hls::scan_constants(shape_.widths, command.shifts.align_a);
  cycle_t issue = 0;
  for (int t = 0; t < command.tokens; ++t) {
    if (t + 1 == command.tokens && command.last_chunk && command.store_state) {
      tile.ht_place = ports_.ht.place_time();
      tile.ht = ports_.ht.bytes();
    }
    for (int k = 0; k < command.groups; ++k) issue = run_row(tile, t, k);
    if (t == 0 && tile.h0) ports_.h0.release(issue + h0_read_cycles);
  }
  if (tile.ht_place >= 0)
    ports_.ht.complete(command.groups * command.passes * state_row_bytes_, issue + state_latency_cycles);
  if (command.last_tile_of_chunk) {
    ports_.b.release(issue);
    ports_.c.release(issue);
  }
  ports_.tile_releases.record(issue);
  count_states(command);
  return issue;
}

// The P beats of one row; returns the issue of the last.
cycle_t scan_serial::run_row(tile_context& tile, int t, int k) {
  const tile_command& command = tile.command;
  const int passes = command.passes;
  const int token = command.reverse ? command.tokens - 1 - t : t;
  const int kk = command.reverse ? command.groups - 1 - k : k;
  const cycle_t dt_time = ports_.dt.front_time();
  cycle_t issue = 0;
  for (int p = 0; p < passes; ++p) {
    const int slot = kk * passes + p;
    const int row = command.first_group * passes + slot;
    const int64_t bc_end = (token * passes + p + 1) * shape_.bc_row();
    cycle_t operands =
        latest(dt_time, tile.b.readable(bc_end, command.reverse), tile.c.readable(bc_end, command.reverse),
               ports_.a.row_time(row), slot_issues_[static_cast<size_t>(slot)] + recurrence_cycles);
    if (t == 0 && tile.h0)
      operands = std::max(operands, tile.h0->readable((slot + 1) * state_row_bytes_, false));
    const bool last = p + 1 == passes;
    const cycle_t places = last ? std::max(tile.ht_place, ports_.acc.credit_time()) : tile.ht_place;
    issue = stalls_.issue(tile.visible, operands, places);
    slot_issues_[static_cast<size_t>(slot)] = issue;
    if (values()) update_state(tile, {t, p, slot, row, bc_end - shape_.bc_row()});
  }
  ports_.dt.pop(issue);
  ports_.acc.push(issue + sum_latency_);
  return issue;
}

// The values of one beat.
void scan_serial::update_state(const tile_context& tile, const beat_place& at) {
  const bool last = at.pass + 1 == tile.command.passes;
  if (at.token == 0) load_state(tile, at.slot, at.row);
  scan_kernel_beat beat{};
  beat.dt = &ports_.dt.front();
  beat.a = ports_.a.row(at.row);
  beat.b = tile.b.bytes() + at.bc;
  beat.c = tile.c.bytes() + at.bc;
  beat.h = slot_state(at.slot);
  beat.sum_before = at.pass > 0 ? &partial_sums_ : nullptr;
  beat.sum = last ? &ports_.acc.back() : &partial_sums_;
  kernel_(shape_.lanes, shape_.states, constants_, beat, saturated_);
  if (at.token + 1 == tile.command.tokens) store_state(tile, at.slot, at.row);
}

// Before the first token: h0, zero, or what the state memory keeps.
void scan_serial::load_state(const tile_context& tile, int slot, int row) {
  const auto bytes = static_cast<size_t>(state_row_bytes_);
  if (tile.h0)
    std::memcpy(slot_state(slot), tile.h0->bytes() + slot * state_row_bytes_, bytes);
  else if (tile.command.clear_state)
    std::memset(slot_state(slot), 0, bytes);
  else if (!tile.command.single)
    std::memcpy(slot_state(slot), memory_state(row), bytes);
}

// Behind the last token: to h_last, or to the state memory for a later chunk or scan.
void scan_serial::store_state(const tile_context& tile, int slot, int row) {
  const auto bytes = static_cast<size_t>(state_row_bytes_);
  if (tile.ht)
    std::memcpy(tile.ht + slot * state_row_bytes_, slot_state(slot), bytes);
  else if (!tile.command.last_chunk && !tile.command.single)
    std::memcpy(memory_state(row), slot_state(slot), bytes);
}

// Where the states of a whole tile were read from and written to. The first state of a run is h0 or zero
// (which reads nothing); the last goes to h_last, or nowhere when it is not asked for.
void scan_serial::count_states(const tile_command& command) {
  const auto beats_of_token = static_cast<uint64_t>(command.groups * command.passes);
  const uint64_t inner = beats_of_token * static_cast<uint64_t>(command.tokens - 1);
  beats_ += inner + beats_of_token;
  slot_reads_ += inner;
  slot_writes_ += inner;
  if (command.clear_state)
    h0_reads_ += command.read_h0 ? beats_of_token : 0;
  else
    (command.single ? slot_reads_ : memory_reads_) += beats_of_token;
  if (command.last_chunk)
    ht_writes_ += command.store_state ? beats_of_token : 0;
  else
    (command.single ? slot_writes_ : memory_writes_) += beats_of_token;
}

void scan_serial::append_to(time_state& to) const {
  for (const cycle_t issue : slot_issues_) to.add_time(issue);
  to.add_next(next_issue());
}

block_counters scan_serial::counters(cycle_t cycles) {
  const auto pe = static_cast<uint64_t>(shape_.pe());
  const uint64_t operand_bits = 8 * static_cast<uint64_t>(shape_.operand_bytes);
  const uint64_t stored_bits = pe * static_cast<uint64_t>(shape_.widths.state_bits);
  const uint64_t memory_bits = 8 * static_cast<uint64_t>(state_row_bytes_);
  return with_stalls(stalls_, cycles,
                     {{"state_updates", beats_ * pe},
                      {"exp_ops", beats_ * pe},
                      {"param_read_bits", beats_ * pe * operand_bits},
                      {"bc_read_bits", beats_ * 2 * static_cast<uint64_t>(shape_.states) * operand_bits},
                      {"slot_read_bits", slot_reads_ * stored_bits},
                      {"slot_write_bits", slot_writes_ * stored_bits},
                      {"state_sram_read_bits", memory_reads_ * stored_bits},
                      {"state_sram_write_bits", memory_writes_ * stored_bits},
                      {"buffer_read_bits", h0_reads_ * memory_bits},
                      {"buffer_write_bits", ht_writes_ * memory_bits},
                      {"saturations_state", saturated_}});
}

}  // namespace scansim
