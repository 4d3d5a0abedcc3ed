#include "sim/top/machine.h"

#include <cstring>

#include "hls/map/depth_map.h"
#include "sim/scan/word_steps.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int descriptor_depth = hls::most_sets;  // fetched after the one before was loaded, records at once
constexpr int bc_slots = 2;

int h0_slots(const machine_shape& shape) { return shape.max_sets > 0 ? 4 : 2; }

// Of a machine without sets nothing of these is used.
int set_slots(const machine_shape& shape) { return shape.max_sets > 0 ? shape.tile_buffers : 1; }
int set_rows(const machine_shape& shape, int rows) { return shape.max_sets > 0 ? rows : 1; }

}  // namespace

// Those that every machine has.
template <class Visit>
void machine::each_block(Visit visit) {
  visit(sequencer_), visit(dma_), visit(scan_tokens_), visit(delta_softplus_), visit(scan_serial_),
      visit(gate_silu_);
}

machine::machine(process_host& host, const machine_shape& shape, bool vectorised)
    : shape_(shape),
      host_(host),
      descriptors_(descriptor_depth),
      jobs_(job_depth),
      token_commands_(command_depth),
      delta_commands_(command_depth),
      scan_commands_(command_depth),
      gate_commands_(command_depth),
      tokens_(token_depth),
      dt_(dt_depth),
      skip_(skip_depth),
      acc_(acc_depth),
      u_(buffer(shape_.tile_buffers, shape_.tile_rows() * shape_.operand_row())),
      delta_(buffer(shape_.tile_buffers, shape_.tile_rows() * shape_.operand_row())),
      z_(buffer(shape_.tile_buffers, shape_.tile_rows() * shape_.operand_row())),
      b_(buffer(bc_slots, shape_.chunk_tokens * shape_.max_passes() * shape_.bc_row())),
      c_(buffer(bc_slots, shape_.chunk_tokens * shape_.max_passes() * shape_.bc_row())),
      h0_(buffer(h0_slots(shape_), shape_.interleave * shape_.max_passes() * shape_.state_row())),
      a_(shape_.state_rows, shape_.a_row(), shape_.axi_bytes, shape_.values),
      db_(shape_.state_rows, shape_.db_row(), shape_.axi_bytes, shape_.values),
      set_a_(buffer(set_slots(shape_), shape_.interleave * shape_.max_passes() * shape_.a_row())),
      set_db_(buffer(set_slots(shape_), shape_.interleave * shape_.db_row())),
      set_b_(set_rows(shape_, shape_.set_bc_capacity()), shape_.bc_row(), shape_.axi_bytes, shape_.values),
      set_c_(set_rows(shape_, shape_.set_bc_capacity()), shape_.bc_row(), shape_.axi_bytes, shape_.values),
      list_(set_rows(shape_, shape_.set_list_capacity()), hls::list_entry_bytes, shape_.axi_bytes),
      y_(shape_.tile_buffers, shape_.tile_rows() * shape_.output_row(), shape_.axi_bytes, shape_.values),
      ht_(shape_.tile_buffers, shape_.interleave * shape_.max_passes() * shape_.state_row(), shape_.axi_bytes,
          shape_.values),
      tile_releases_(command_depth),
      block_(shape_),
      sequencer_("sequencer", shape_,
                 {descriptors_, jobs_, token_commands_, delta_commands_, scan_commands_, gate_commands_,
                  tile_releases_, a_, db_, set_b_, set_c_, list_, block_}),
      dma_("dma", shape_,
           {jobs_, descriptors_, a_, db_, set_a_, set_db_, set_b_, set_c_, list_, b_, c_, u_, delta_, h0_, z_,
            ht_, y_, block_}),
      scan_tokens_("scan_tokens", {token_commands_, list_, tokens_}),
      delta_softplus_("delta_softplus", shape_,
                      {delta_commands_, u_, delta_, db_, set_db_, tokens_, dt_, skip_},
                      vectorised && vector_unit_present()),
      scan_serial_("scan_serial", shape_,
                   {scan_commands_, dt_, a_, b_, c_, set_a_, set_b_, set_c_, h0_, acc_, ht_, tile_releases_},
                   vectorised && vector_unit_present()),
      gate_silu_("gate_silu", shape_, {gate_commands_, acc_, skip_, z_, y_},
                 vectorised && vector_unit_present()),
      units_(host, shape_, block_, {u_, delta_, b_, c_, z_, y_, set_b_, set_c_}) {
  each_block([&](block_process& block) {
    if (!shape_.values) block.leave_out_values();
    host_.add(block, beside(block));
  });
}

// The blocks between which rows of a scan travel take turns.
const block_process* machine::beside(const block_process& block) const {
  const bool of_scan = &block == &delta_softplus_ || &block == &scan_serial_ || &block == &gate_silu_;
  return of_scan ? &scan_tokens_ : nullptr;
}

operand_buffer machine::buffer(int slots, int64_t max_bytes) const {
  return {slots, max_bytes, shape_.axi_bytes, shape_.values};
}

void machine::reset_channels() {
  descriptors_.reset();
  jobs_.reset();
  for (timed_fifo<tile_command>* fifo :
       {&token_commands_, &delta_commands_, &scan_commands_, &gate_commands_})
    fifo->reset();
  tokens_.reset();
  dt_.reset();
  skip_.reset();
  acc_.reset();
  for (operand_buffer* buffer : {&u_, &delta_, &z_, &b_, &c_, &h0_, &set_a_, &set_db_}) buffer->reset();
  for (parameter_memory* memory : {&a_, &db_, &set_b_, &set_c_, &list_}) memory->restart();
  y_.reset();
  ht_.reset();
  tile_releases_.reset();
  block_.reset();
}

machine_run machine::run(uint64_t first_descriptor, uint32_t count, std::span<uint8_t> image,
                         memory_timing& memory) {
  reset_channels();
  begin_activity();
  sequencer_.begin(first_descriptor, count);
  dma_.begin(image, memory);
  scan_tokens_.begin();
  delta_softplus_.begin();
  scan_serial_.begin();
  gate_silu_.begin();
  units_.begin();
  host_.run();
  const std::string waiting = waiting_blocks();
  if (!waiting.empty()) throw tool_error("machine hangs:" + waiting + " still wait");

  machine_run result;
  result.cycles = std::max({sequencer_.last_push() + 1, dma_.drained(), units_.drained()}) + 1;
  result.error = sequencer_.error();
  result.counters = counters_at(result.cycles);
  finish_activity(result.cycles);
  return result;
}

counter_values machine::counters_at(cycle_t cycles) {
  counter_values counters{};
  counters[counter_index("machine", "cycles")] = static_cast<uint64_t>(cycles);
  each_block([&](auto& block) { store_counters(block.name(), block.counters(cycles), counters); });
  counters[counter_index("weight_load", "expansions")] = dma_.expansions();
  units_.report(cycles, counters);
  leave_out_absent(shape_, counters);
  return counters;
}

void machine::append_state(const hls::scan_descriptor& d, time_state& to) const {
  using enum event_unit;
  descriptors_.append_to(to, still), jobs_.append_to(to, job);
  for (const auto* fifo : {&token_commands_, &delta_commands_, &scan_commands_, &gate_commands_})
    fifo->append_to(to, tile);
  tokens_.append_to(to, token);
  dt_.append_to(to, row), skip_.append_to(to, row), acc_.append_to(to, row);
  u_.append_to(to, tile), delta_.append_to(to, tile), z_.append_to(to, d.has_z ? tile : still);
  b_.append_to(to, chunk), c_.append_to(to, chunk);
  h0_.append_to(to, still), ht_.append_to(to, still), y_.append_to(to, tile);
  tile_releases_.append_to(to, tile);
  for (const cycle_t next : {sequencer_.next_issue(), scan_tokens_.next_issue(), delta_softplus_.next_issue(),
                             gate_silu_.next_issue()})
    to.add_next(next);
  scan_serial_.append_to(to);
  dma_.append_to(to);
}

int64_t machine::tiles_done() const {
  return std::min(
      {delta_commands_.popped(), scan_commands_.popped(), gate_commands_.popped(), y_.released()});
}

void machine::keep(machine_activity* to) {
  activity_ = to;
  each_block([&](block_process& block) { block.keep_states(states_of(to, block.name())); });
  units_.keep_states(to);
  sequencer_.keep_loads(to != nullptr ? &loads_ : nullptr);
  size_t at = 0;
  sequencer_.each_queue([&](auto& queue) { queue.keep_pops(to != nullptr ? &pops_.at(at++) : nullptr); });
}

namespace {

// Rows of lanes, little-endian and signed, of 1, 2 or 4 bytes.
row_callback row_tap(machine_stream stream, int lanes, int bytes, stream_listener& to) {
  return [=, &to, values = std::vector<int64_t>()](cycle_t cycle, int row, const uint8_t* from) mutable {
    values.clear();
    for (int lane = 0; lane < lanes; ++lane) {
      uint32_t bits = 0;
      std::memcpy(&bits, from + lane * bytes, static_cast<size_t>(bytes));
      values.push_back(static_cast<int32_t>(bits << (32 - 8 * bytes)) >> (32 - 8 * bytes));
    }
    to.enter(stream, cycle, row, values);
  };
}

}  // namespace

void machine::listen(stream_listener& to) {
  taps_ = std::make_unique<stream_taps>(shape_, to);
  stream_taps& taps = *taps_;
  using enum machine_stream;
  const int lanes = shape_.lanes;
  taps.tap(jobs, jobs_);
  taps.tap(token_commands, token_commands_), taps.tap(delta_commands, delta_commands_);
  taps.tap(scan_commands, scan_commands_), taps.tap(gate_commands, gate_commands_);
  taps.tap(tokens, tokens_, [](const hls::scan_token& one, std::vector<int64_t>& put) {
    put = {one.mute, one.hold, one.reset, one.last, one.first};
  });
  taps.tap(dt, dt_, [lanes](const dt_row& one, std::vector<int64_t>& put) {
    for (int lane = 0; lane < lanes; ++lane) put.push_back(one.dt2[lane]), put.push_back(one.du[lane]);
  });
  taps.tap(skip, skip_, [lanes](const skip_row& one, std::vector<int64_t>& put) {
    put_lanes(one.values.value, lanes, put);
  });
  taps.tap(acc, acc_,
           [lanes](const lane_values& one, std::vector<int64_t>& put) { put_lanes(one.value, lanes, put); });
  scan_serial_.tell_rows(row_tap(ht, lanes * shape_.states, shape_.state_bytes, to));
  gate_silu_.tell_rows(row_tap(y, lanes, shape_.output_bytes, to));
  block_.listen(taps);
  units_.listen(taps);
}

void machine::begin_activity() {
  if (activity_ == nullptr) return;
  for (state_track& track : activity_->states) track.restart(activity_->window);
  for (std::vector<cycle_t>& pops : pops_) pops.clear();
  loads_.clear();
}

void machine::finish_activity(cycle_t cycles) {
  if (activity_ == nullptr) return;
  activity_->cycles = cycles;
  for (state_track& track : activity_->states) track.finish();
  activity_->descriptors = descriptor_spans(loads_, sequencer_.pushed(), pops_);
}

std::string machine::waiting_blocks() {
  std::string text;
  each_block([&](const auto& block) {
    if (!block.finished()) text += " " + block.name();
  });
  const std::string of_units = units_.waiting();
  return of_units.empty() ? text : text + " " + of_units;
}

}  // namespace scansim
