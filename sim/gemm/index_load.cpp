#include "sim/gemm/index_load.h"

#include <algorithm>

namespace scansim {
namespace {

constexpr int row_shape_depth = 64;  // more than the ranks on the way through index_unrank: never waited for

// `count` bits from bit `first` on, little-endian; count <= 14.
uint32_t bit_field(const uint8_t* bytes, int first, int count) {
  uint32_t value = 0;
  for (int bit = first; bit < first + count; ++bit)
    value |= static_cast<uint32_t>(bytes[bit / 8] >> (bit % 8) & 1) << (bit - first);
  return value;
}

int rank_beats(const hls::params_descriptor& d) { return d.rows << d.log2_groups; }

}  // namespace

index_load::index_load(std::string name, const machine_shape& shape, int piece_beats, const ports& connected)
    : block_process(std::move(name)),
      shape_(shape),
      piece_beats_(piece_beats),
      ports_(connected),
      row_shapes_(row_shape_depth),
      row_(static_cast<size_t>(shape.axi_bytes * shape.gemm_depth)),
      written_(static_cast<size_t>(shape.gemm_depth)) {
  add_process(&index_load::load);
  add_process(&index_load::assemble);
}

void index_load::begin() {
  row_shapes_.reset();
  held_.clear();
  next_ = next_pop_ = slots_taken_ = 0;
  restart();
}

void index_load::load() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  ports_.unrank_commands.close();
  row_shapes_.close();
}

// Returns the last emit.
cycle_t index_load::run_command(const hls::params_descriptor& d, cycle_t visible) {
  row_shapes_.credit_time();
  if (d.clear) slots_taken_ = 0;
  row_shapes_.back() = {d.rows, 1 << d.log2_groups, d.n, ports_.slots.on};
  row_shapes_.push(visible);
  held_.clear();
  beats_left_ = (int64_t{rank_beats(d)} * d.index_bits + 7) / 8;
  slot_beat_ = 0;
  for (int beat = 0; beat < rank_beats(d); ++beat) {
    while (held_.size() < rank_bytes(d)) take(visible);
    emit(d, beat == 0, visible);
  }
  return next_ - 1;
}

size_t index_load::rank_bytes(const hls::params_descriptor& d) const {
  return static_cast<size_t>(d.index_bits * shape_.axi_bytes / 8);
}

void index_load::take(cycle_t visible) {
  const int64_t bytes = shape_.axi_bytes;
  const operand_slot& slot = ports_.beats.open();
  const cycle_t action = std::max({next_, visible, slot.readable((slot_beat_ + 1) * bytes)});
  hold(slot);
  --beats_left_;
  if (++slot_beat_ == piece_beats_ || beats_left_ == 0) {
    ports_.beats.release(action);
    slot_beat_ = 0;
  }
  next_ = action + 1;
}

// The granules of the next beat; without values their places.
void index_load::hold(const operand_slot& slot) {
  const size_t before = held_.size();
  held_.resize(before + static_cast<size_t>(shape_.axi_bytes));
  if (values())
    std::copy_n(slot.bytes() + int64_t{slot_beat_} * shape_.axi_bytes, shape_.axi_bytes,
                held_.begin() + static_cast<std::ptrdiff_t>(before));
}

void index_load::emit(const hls::params_descriptor& d, bool first, cycle_t visible) {
  cycle_t action = std::max({next_, visible, ports_.ranks.credit_time()});
  if (first) {
    action = std::max(action, ports_.unrank_commands.credit_time());
    if (ports_.slots.on) action = std::max(action, ports_.slots.slots.free_time(slots_taken_++));
    ports_.unrank_commands.back() = {rank_beats(d), d.n, 4 << d.log2_m, d.index_bits};
    ports_.unrank_commands.push(action + 1);
  }
  for (int lane = 0; values() && lane < shape_.axi_bytes; ++lane)
    ports_.ranks.back().rank[lane] = bit_field(held_.data(), lane * d.index_bits, d.index_bits);
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(rank_bytes(d)));
  ports_.ranks.push(action + 1);
  next_ = action + 1;
}

void index_load::assemble() {
  while (!row_shapes_.ended()) {
    const row_shape shape = row_shapes_.front();
    if (shape.to_slot) ports_.slots.slots.filling().set_beats(int64_t{shape.rows} * shape_.gemm_depth);
    for (int row = 0; row < shape.rows; ++row) assemble_row(shape, row);
    if (shape.to_slot) ports_.slots.slots.publish();
    row_shapes_.pop(next_pop_);
  }
}

void index_load::assemble_row(const row_shape& shape, int row) {
  std::fill(row_.begin(), row_.end(), uint8_t{0});
  for (int group = 0; group < shape.groups; ++group) {
    const cycle_t pop = std::max(next_pop_, ports_.positions.front_time());
    for (int lane = 0; values() && lane < shape_.axi_bytes; ++lane)
      for (int i = 0; i < shape.n; ++i)
        row_[static_cast<size_t>(lane * shape_.gemm_depth + i * shape.groups + group)] =
            ports_.positions.front().position[lane][i];
    ports_.positions.pop(pop);
    next_pop_ = pop + 1;
  }
  // A row is readable one cycle after the "handshake" of its beats.
  std::fill(written_.begin(), written_.end(), next_pop_ - 1 + row_latency_cycles - 1);
  if (!shape.to_slot) {
    ports_.rows.append(1, row_.data(), written_);
    return;
  }
  operand_slot& slot = ports_.slots.slots.filling();
  std::copy(written_.begin(), written_.end(), slot.handshakes().begin() + row * shape_.gemm_depth);
  if (values()) std::copy(row_.begin(), row_.end(), slot.bytes() + row * ports_.rows.row_bytes());
}

}  // namespace scansim
