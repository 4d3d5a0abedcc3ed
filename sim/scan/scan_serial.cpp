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
  hls::state_packing packing;
  cycle_t visible;
  const operand_slot* b;  // nullptr with sets, and then a
  const operand_slot* c;
  const operand_slot* a;
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
      slot_issues_(static_cast<size_t>(shape.interleave * shape.max_passes())),
      unpacked_(shape) {
  add_process(&scan_serial::process);
}

void scan_serial::begin() {
  std::fill(slot_issues_.begin(), slot_issues_.end(), long_ago);
  states_counted_ = saturated_ = 0;
  slot_reads_ = slot_writes_ = memory_reads_ = memory_writes_ = h0_reads_ = ht_writes_ = 0;
  restart();
}

void scan_serial::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_tile(command, visible); });
}

// Returns the issue of the last beat.
cycle_t scan_serial::run_tile(const tile_command& command, cycle_t visible) {
  tile_context tile{command,
                    shape_.packing(command.log2_packed),
                    visible,
                    command.of_set ? nullptr : &ports_.b.open(),
                    command.of_set ? nullptr : &ports_.c.open(),
                    command.of_set ? &ports_.set_a.open() : nullptr,
                    command.read_h0 ? &ports_.h0.open() : nullptr,
                    -1,
                    nullptr};
  if (values()) constants_ = hls::scan_constants(shape_.widths, command.shifts.align_a);
  cycle_t issue = 0;
  uint64_t resets = 0;
  for (bool last = false; !last;) {
    ports_.dt.front_time();
    const hls::scan_token token = ports_.dt.front().token;
    last = token.last;
    resets += token.reset && !token.first;
    if (last && command.last_chunk && command.store_state) {
      tile.ht_place = ports_.ht.place_time();
      tile.ht = ports_.ht.bytes();
    }
    for (int k = 0; k < command.groups; ++k) issue = run_row(tile, k);
    if (token.first && tile.h0) ports_.h0.release(issue + h0_read_cycles);
  }
  if (tile.ht_place >= 0)
    ports_.ht.complete(command.groups * command.passes * state_row_bytes_, issue + state_latency_cycles);
  if (command.of_set) {
    if (command.release_params) ports_.set_a.release(issue);
  } else if (command.last_tile_of_chunk) {
    ports_.b.release(issue);
    ports_.c.release(issue);
  }
  ports_.tile_releases.record(issue);
  count_states(command, resets);
  return issue;
}

// Where the row of A of a beat begins in a tile's slot.
int64_t scan_serial::rates_begin(const tile_context& tile, const beat_place& at) const {
  const int row = tile.command.log2_packed == 0 ? at.slot : tile.packing.group_row(at.group);
  return row * shape_.packed_a_row(tile.packing);
}

// When A, B, C and the state of a beat are there.
cycle_t scan_serial::operand_time(const tile_context& tile, const beat_place& at, bool first_token) {
  cycle_t operands = slot_issues_[static_cast<size_t>(at.slot)] + recurrence_cycles;
  if (tile.a != nullptr) {
    operands =
        std::max(operands, latest(tile.a->readable(rates_begin(tile, at) + shape_.packed_a_row(tile.packing)),
                                  ports_.set_b.row_time(at.b), ports_.set_c.row_time(at.c)));
  } else {
    const int64_t end = (at.b + 1) * shape_.bc_row();
    operands =
        std::max(operands, latest(tile.b->readable(end), tile.c->readable(end), ports_.a.row_time(at.row)));
  }
  if (first_token && tile.h0)
    operands = std::max(operands, tile.h0->readable((at.slot + 1) * state_row_bytes_));
  return operands;
}

// The P beats of one row; returns the issue of the last.
cycle_t scan_serial::run_row(tile_context& tile, int k) {
  const tile_command& command = tile.command;
  const int passes = command.passes;
  const cycle_t dt_time = ports_.dt.front_time();
  const hls::scan_token& token = ports_.dt.front().token;
  const int first = tile.packing.token_row(token.row_p) * passes;
  const int b = command.b_base + first, c = command.c_base + first;
  cycle_t issue = 0;
  for (int p = 0; p < passes; ++p) {
    const int slot = k * passes + p;
    const beat_place at{p, slot, command.first_group * passes + slot, b + p, c + p, k};
    const cycle_t operands = std::max(dt_time, operand_time(tile, at, token.first));
    const bool last = p + 1 == passes;
    const cycle_t places = last ? std::max(tile.ht_place, ports_.acc.credit_time()) : tile.ht_place;
    issue = stalls_.issue(tile.visible, operands, places);
    slot_issues_[static_cast<size_t>(slot)] = issue;
    if (values()) update_state(tile, at);
    if (tell_row_ && tile.ht != nullptr && token.last) [[unlikely]]
      tell_row_(issue + state_latency_cycles - 1, slot, tile.ht + slot * state_row_bytes_);
  }
  ports_.dt.pop(issue);
  ports_.acc.push(issue + sum_latency_);
  return issue;
}

// The values of one beat.
void scan_serial::update_state(const tile_context& tile, const beat_place& at) {
  const bool last = at.pass + 1 == tile.command.passes;
  const dt_row& dt = ports_.dt.front();
  if (dt.token.first || dt.token.reset) load_state(tile, dt.token, at);
  scan_kernel_beat beat{};
  beat.dt = &dt;
  point_at_operands(tile, at, beat);
  beat.h = slot_state(at.slot);
  beat.sum_before = at.pass > 0 ? &partial_sums_ : nullptr;
  beat.sum = last ? &ports_.acc.back() : &partial_sums_;
  if (tile.command.tap_pre) read_before_drive(beat);
  kernel_(shape_.lanes, shape_.states, constants_, beat, saturated_);
  if (dt.token.last) store_state(tile, at.slot, at.row);
}

// The readout of a*h into the sums of a beat, which the step itself then leaves alone.
void scan_serial::read_before_drive(scan_kernel_beat& beat) {
  undriven_ = *beat.dt;
  std::fill(std::begin(undriven_.du), std::end(undriven_.du), 0);
  kept_.assign(beat.h, beat.h + state_row_bytes_);
  scan_kernel_beat before = beat;
  before.dt = &undriven_, before.h = kept_.data(), before.undriven = true;
  kernel_(shape_.lanes, shape_.states, constants_, before, saturated_);  // nothing saturates
  beat.sum_before = nullptr, beat.sum = &unread_;
}

// A, B and C of a beat. Those of states that do not live are spread as 0, but A: their state is 0.
void scan_serial::point_at_operands(const tile_context& tile, const beat_place& at, scan_kernel_beat& beat) {
  const bool of_set = tile.a != nullptr;
  beat.a = of_set ? tile.a->bytes() + rates_begin(tile, at) : ports_.a.row(at.row);
  beat.b = of_set ? ports_.set_b.row(at.b) : tile.b->bytes() + at.b * shape_.bc_row();
  beat.c = of_set ? ports_.set_c.row(at.c) : tile.c->bytes() + at.b * shape_.bc_row();
  const int live = live_states(tile, at.pass), token = beat.dt->token.row_p;
  if (live == shape_.states) return;
  if (tile.command.log2_packed > 0) beat.a = unpacked_.a(beat.a, tile.packing, at.group, live);
  beat.b = unpacked_.b(beat.b, tile.packing, token, live);
  beat.c = unpacked_.c(beat.c, tile.packing, token, live);
}

// Of a beat's S states those that live. Of a packed row they are fewer than S.
int scan_serial::live_states(const tile_context& tile, int pass) const {
  return std::clamp(tile.command.states - pass * shape_.states, 0, shape_.states);
}

// Before the first token: h0, zero, or what the state memory keeps. Before a reset: zero.
void scan_serial::load_state(const tile_context& tile, const hls::scan_token& token, const beat_place& at) {
  const auto bytes = static_cast<size_t>(state_row_bytes_);
  uint8_t* const to = slot_state(at.slot);
  if (token.reset)
    std::memset(to, 0, bytes);
  else if (tile.h0)
    std::memcpy(to, tile.h0->bytes() + at.slot * state_row_bytes_, bytes);
  else if (tile.command.clear_state)
    std::memset(to, 0, bytes);
  else if (!tile.command.single)
    std::memcpy(to, memory_state(at.row), bytes);
  clear_dead(live_states(tile, at.pass), to);
}

// States that do not live are 0, in every lane of a row.
void scan_serial::clear_dead(int live, uint8_t* row) const {
  if (live == shape_.states) return;
  const int64_t lane_bytes = state_row_bytes_ / shape_.lanes, kept = int64_t{live} * shape_.state_bytes;
  for (int lane = 0; lane < shape_.lanes; ++lane)
    std::memset(row + lane * lane_bytes + kept, 0, static_cast<size_t>(lane_bytes - kept));
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
// (which reads nothing, as a reset); the last goes to h_last, or nowhere when it is not asked for.
void scan_serial::count_states(const tile_command& command, uint64_t resets) {
  const auto beats_of_token = static_cast<uint64_t>(command.groups * command.passes);
  const uint64_t inner = beats_of_token * static_cast<uint64_t>(command.walk.positions - 1);
  states_counted_ += static_cast<uint64_t>(command.walk.positions) * static_cast<uint64_t>(command.groups) *
                     static_cast<uint64_t>(command.states);
  slot_reads_ += inner - resets * beats_of_token;
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
  const auto lanes = static_cast<uint64_t>(shape_.lanes);
  const uint64_t operand_bits = 8 * static_cast<uint64_t>(shape_.operand_bytes);
  const uint64_t stored_bits =
      static_cast<uint64_t>(shape_.pe()) * static_cast<uint64_t>(shape_.widths.state_bits);
  const uint64_t memory_bits = 8 * static_cast<uint64_t>(state_row_bytes_);
  return with_stalls(stalls_, cycles,
                     {{"state_updates", states_counted_ * lanes},
                      {"exp_ops", states_counted_ * lanes},
                      {"param_read_bits", states_counted_ * lanes * operand_bits},
                      {"bc_read_bits", states_counted_ * 2 * operand_bits},
                      {"slot_read_bits", slot_reads_ * stored_bits},
                      {"slot_write_bits", slot_writes_ * stored_bits},
                      {"state_sram_read_bits", memory_reads_ * stored_bits},
                      {"state_sram_write_bits", memory_writes_ * stored_bits},
                      {"buffer_read_bits", h0_reads_ * memory_bits},
                      {"buffer_write_bits", ht_writes_ * memory_bits},
                      {"saturations_state", saturated_}});
}

}  // namespace scansim
