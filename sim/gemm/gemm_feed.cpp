#include "sim/gemm/gemm_feed.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/unit_sizes.h"

namespace scansim {
namespace {

constexpr int bias_align_byte = 4;  // of one lane in a row of the bias memory

int group_size(const hls::gemm_descriptor& d) { return 4 << d.log2_m; }
int groups(const hls::gemm_descriptor& d) { return 1 << d.log2_groups; }
int log2_beat_bytes(const hls::gemm_descriptor& d) { return 2 + d.log2_m + d.log2_groups; }
bool dense(const hls::gemm_descriptor& d) { return d.n == group_size(d); }

gemm_command command_of_tile(const hls::gemm_descriptor& d) {
  return {.outputs = d.tokens,
          .beats = d.beats,
          .n = d.n,
          .m = group_size(d),
          .groups = groups(d),
          .epilogue = {static_cast<hls::gemm_epilogue_kind>(d.kind), static_cast<uint8_t>(d.wide ? 16 : 8),
                       d.shift_out}};
}

}  // namespace

gemm_feed::gemm_feed(std::string name, const machine_shape& shape, const ports& connected)
    : block_process(std::move(name)), shape_(shape), ports_(connected) {
  add_process(&gemm_feed::process);
}

void gemm_feed::begin() {
  next_ = 0;
  restart();
}

void gemm_feed::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  ports_.tiles.close();
}

// Returns the last issue.
cycle_t gemm_feed::run_command(const hls::gemm_descriptor& d, cycle_t visible) {
  const auto open = [](unit_channels::row_slots& rows) { return rows.on ? &rows.slots.open() : nullptr; };
  const open_slots slots{ports_.x_words.open(), open(ports_.weight_slots),
                         dense(d) ? nullptr : open(ports_.position_slots)};
  for (int tile = 0; tile < d.tiles; ++tile)
    for (int token = 0; token < d.tokens; ++token)
      for (int beat = 0; beat < d.beats; ++beat) run_beat(d, slots, {tile, token, beat}, visible);
  if (d.release_x) ports_.x_words.release(next_ - 1);
  if (slots.weights && d.release_w) ports_.weight_slots.slots.release(next_ - 1);
  if (slots.positions && d.release_w) ports_.position_slots.slots.release(next_ - 1);
  return next_ - 1;
}

void gemm_feed::run_beat(const hls::gemm_descriptor& d, const open_slots& slots, const place& at,
                         cycle_t visible) {
  const bool first_of_tile = at.token == 0 && at.beat == 0;
  const int offset = at.tile * d.beats + at.beat;
  cycle_t issue = std::max({next_, visible, row_time(slots.weights, ports_.weights, d.w_row + offset),
                            ports_.x.credit_time(), ports_.w.credit_time()});
  if (!dense(d)) issue = std::max(issue, row_time(slots.positions, ports_.positions, d.pos_row + offset));
  if (d.gather && at.beat == 0) issue = std::max(issue, ports_.gather.row_time(at.token));
  if (first_of_tile) issue = std::max(issue, tile_time(d, at.tile));
  const int row = x_row(d, at);
  issue = std::max(issue, slots.x.readable((int64_t{row} + 1) * shape_.axi_bytes));
  if (first_of_tile) {
    ports_.tiles.back() = command_of_tile(d);
    if (values()) fill_parameters(d, at.tile);
    ports_.tiles.push(issue + latency_cycles);
    ports_.p.push(issue + latency_cycles);
  }
  if (values()) {
    fill_x(d, slots.x, row, at.beat);
    fill_w(d, slots, offset);
  }
  ports_.x.push(issue + latency_cycles);
  ports_.w.push(issue + latency_cycles);
  next_ = issue + 1;
}

cycle_t gemm_feed::row_time(const operand_slot* slot, parameter_memory& memory, int row) {
  return slot ? slot->readable((int64_t{row} + 1) * memory.row_bytes()) : memory.row_time(row);
}

const uint8_t* gemm_feed::row_of(const operand_slot* slot, const parameter_memory& memory, int row) {
  return slot ? slot->bytes() + row * memory.row_bytes() : memory.row(row);
}

// What only a tile's first beat needs.
cycle_t gemm_feed::tile_time(const hls::gemm_descriptor& d, int tile) {
  const cycle_t bias = d.has_bias ? ports_.bias.row_time(d.bias_row + tile) : 0;
  return std::max(
      {ports_.shifts.row_time(d.shift_row + tile), bias, ports_.tiles.credit_time(), ports_.p.credit_time()});
}

// Wraps at the end of the slot, as the memory's address does.
int gemm_feed::x_row(const hls::gemm_descriptor& d, const place& at) const {
  const int token = d.gather ? *ports_.gather.row(at.token) : at.token;
  return (token * d.k_words + (at.beat >> log2_beats_of_word(d))) & (shape_.gemm_x_words - 1);
}

int gemm_feed::log2_beats_of_word(const hls::gemm_descriptor& d) const {
  return std::countr_zero(static_cast<unsigned>(shape_.axi_bytes)) - log2_beat_bytes(d);
}

void gemm_feed::fill_x(const hls::gemm_descriptor& d, const operand_slot& slot, int row, int beat) {
  const int first = (beat & ((1 << log2_beats_of_word(d)) - 1)) << log2_beat_bytes(d);
  const uint8_t* from = slot.bytes() + int64_t{row} * shape_.axi_bytes + first;
  std::memcpy(ports_.x.back().value, from, size_t{1} << log2_beat_bytes(d));
}

void gemm_feed::fill_w(const hls::gemm_descriptor& d, const open_slots& slots, int offset) {
  gemm_w_beat& w = ports_.w.back();
  const auto bytes = static_cast<size_t>(shape_.axi_bytes * shape_.gemm_depth);
  std::memcpy(w.value, row_of(slots.weights, ports_.weights, d.w_row + offset), bytes);
  if (!dense(d))
    std::memcpy(w.position, row_of(slots.positions, ports_.positions, d.pos_row + offset), bytes);
}

void gemm_feed::fill_parameters(const hls::gemm_descriptor& d, int tile) {
  gemm_parameters& p = ports_.p.back();
  p = {};
  const uint8_t* shifts = ports_.shifts.row(d.shift_row + tile);
  const uint8_t* bias = d.has_bias ? ports_.bias.row(d.bias_row + tile) : nullptr;
  for (int lane = 0; lane < shape_.axi_bytes; ++lane) {
    p.channel[lane].shift = shifts[lane] & shift_mask;
    if (!bias) continue;
    std::memcpy(&p.bias[lane], bias + lane * bias_lane_bytes, sizeof p.bias[lane]);
    p.channel[lane].align = bias[lane * bias_lane_bytes + bias_align_byte] & align_mask;
  }
}

}  // namespace scansim
