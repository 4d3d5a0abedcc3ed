#include "sim/top/unit_channels.h"

namespace scansim {
namespace {

// A machine without the units still has the (empty) channels: at least one row of everything.
parameter_memory rows_of(const machine_shape& shape, int rows, int64_t row_bytes) {
  return {shape.has_units() ? rows : 1, row_bytes, shape.axi_bytes, shape.values};
}

// Half of the memory of weights or of positions each.
unit_channels::row_slots row_slots_of(const machine_shape& shape) {
  const int64_t bytes = int64_t{weight_slot_rows(shape)} * shape.gemm_depth * shape.axi_bytes;
  return {{weight_slot_count, shape.has_units() ? bytes : 1, shape.axi_bytes, shape.values}};
}

// Entries of a list are addresses: times depend on them.
parameter_memory list_of(const machine_shape& shape, int entries) {
  return {shape.has_units() ? entries : 1, 1, shape.axi_bytes};
}

}  // namespace

unit_channels::unit_channels(const machine_shape& shape)
    : gemm(unit_command_depth),
      conv(unit_command_depth),
      conv_rows(unit_command_depth),
      norm_rows(unit_command_depth),
      norm(unit_command_depth),
      hadamard(unit_command_depth),
      index(unit_command_depth),
      reads(scratch_queue_depth),
      writes(scratch_queue_depth),
      memories{rows_of(shape, shape.gemm_weight_rows, int64_t{shape.axi_bytes} * shape.gemm_depth),
               rows_of(shape, shape.gemm_weight_rows, int64_t{shape.axi_bytes} * shape.gemm_depth),
               rows_of(shape, gemm_shift_rows, shape.axi_bytes),
               rows_of(shape, gemm_bias_rows, int64_t{shape.axi_bytes} * bias_lane_bytes),
               rows_of(shape, conv_parameter_rows(shape), int64_t{shape.axi_bytes} * conv_lane_bytes),
               rows_of(shape, norm_weight_rows(shape), shape.axi_bytes),
               list_of(shape, gemm_list_entries),
               list_of(shape, gemm_list_entries)},
      weight_slots(row_slots_of(shape)),
      position_slots(row_slots_of(shape)),
      index_beats(piece_slots, int64_t{piece_words} * shape.axi_bytes, shape.axi_bytes, shape.values),
      load(piece_slots, int64_t{piece_words} * shape.axi_bytes, shape.axi_bytes, shape.values),
      store(piece_slots, int64_t{piece_words} * shape.axi_bytes, shape.axi_bytes, shape.values) {}

void unit_channels::reset() {
  gemm.reset(), conv.reset(), conv_rows.reset(), norm_rows.reset(), norm.reset(), hadamard.reset();
  index.reset(), reads.reset(), writes.reset();
  for (parameter_memory& memory : memories) memory.restart();
  weight_slots.slots.reset(), position_slots.slots.reset(), index_beats.reset(), load.reset(), store.reset();
}

void unit_channels::clear(const hls::params_descriptor& d) {
  memory(d.memory).clear();
  const bool weights = d.memory == hls::parameter_target::weights;
  if (!weights && d.memory != hls::parameter_target::index) return;
  row_slots& rows = weights ? weight_slots : position_slots;
  rows.on = d.slots;
  rows.slots.reset();
}

void unit_channels::close() {
  gemm.close(), conv.close(), conv_rows.close(), norm_rows.close(), norm.close(), hadamard.close();
  index.close(), reads.close(), writes.close();
}

cycle_t unit_channels::commands_left() {
  return std::max({gemm.last_pop(), conv.last_pop(), conv_rows.last_pop(), norm_rows.last_pop(),
                   norm.last_pop(), hadamard.last_pop(), index.last_pop()}) +
         1;
}

void unit_channels::listen(stream_taps& taps) {
  taps.tap(machine_stream::gemm_commands, gemm), taps.tap(machine_stream::index_commands, index);
  taps.tap(machine_stream::conv_commands, conv), taps.tap(machine_stream::norm_commands, norm);
  taps.tap(machine_stream::hadamard_commands, hadamard);
  taps.tap(machine_stream::reads, reads), taps.tap(machine_stream::writes, writes);
}

}  // namespace scansim
