#include "sim/top/sequencer.h"

#include <cstring>

#include "sim/unit_check.h"
#include "sim/unit_jobs.h"

namespace scansim {
namespace {

conv_command conv_command_of(const hls::conv_descriptor& d) {
  return {.groups = d.tiles,
          .tokens = d.tokens,
          .width = d.width,
          .shift_out = d.shift_out,
          .silu = d.silu,
          .has_state = d.has_state,
          .store_state = d.store_state};
}

norm_command norm_command_of(const hls::norm_descriptor& d) {
  return {.rows = d.tokens, .beats = 2 * d.tiles, .eps_sum = d.eps_sum, .shift = d.shift};
}

hadamard_command hadamard_command_of(const hls::hadamard_descriptor& d) {
  return {.rows = d.pass ? 2 * d.tiles * d.tokens : d.tokens,
          .m = hadamard_order_size(d.order),
          .log2_beats = d.log2_beats,
          .shift = d.shift,
          .bits = d.wide ? 16 : 8,
          .pass = d.pass};
}

// Of an operand that a local scan has there.
scratch_target scratch_target_of(job_kind kind) {
  switch (kind) {
    case job_kind::u:
      return scratch_target::u;
    case job_kind::delta:
      return scratch_target::delta;
    case job_kind::z:
      return scratch_target::z;
    default:
      return kind == job_kind::b ? scratch_target::b : scratch_target::c;
  }
}

uint32_t opcode_of(const fetched_descriptor& fetched) { return map::opcode_of(fetched.words); }

bool is_params(const fetched_descriptor& fetched) {
  return opcode_of(fetched) == static_cast<uint32_t>(hls::unit_opcode::params);
}

}  // namespace

sequencer::sequencer(std::string name, const machine_shape& shape, const ports& connected)
    : block_process(std::move(name)), shape_(shape), ports_(connected) {
  add_process(&sequencer::process);
}

void sequencer::begin(uint64_t first_descriptor, uint32_t count) {
  first_descriptor_ = first_descriptor;
  count_ = count;
  lag_pushed_ = lag_popped_ = 0;
  tiles_ = 0;
  place_ = scan_place::none;
  scratch_reads_ = scratch_writes_ = 0;
  last_push_ = 0;
  error_ = csr::error_code::none;
  records_ = {};
  restart();
}

void sequencer::process() {
  walk();
  last_push_ = stalls_.next() - 1;
  ports_.jobs.close();
  ports_.token_commands.close();
  ports_.delta_commands.close();
  ports_.scan_commands.close();
  ports_.gate_commands.close();
  ports_.block.close();
}

void sequencer::walk() {
  push_read(job_kind::descriptor, first_descriptor_, hls::descriptor_bytes);
  for (uint32_t n = 0;; ++n) {
    const fetched_descriptor fetched = load_descriptor(n + 1 < count_ ? count_ - n - 1 : 0);
    if (error_ != csr::error_code::none) break;
    const bool last = n + 1 >= count_;
    const uint64_t next = first_descriptor_ + (uint64_t{n} + 1) * hls::descriptor_bytes;
    if (records_.due() > 0) {
      if (!is_record(fetched)) push_read(job_kind::descriptor, next, records_.due() * hls::descriptor_bytes);
      continue;
    }
    if (!last) push_read(job_kind::descriptor, next, hls::descriptor_bytes);
    if (is_record(fetched)) {
      run_sets(scan_);
    } else if (opcode_of(fetched) == hls::descriptor_opcode_scan) {
      run_descriptor(hls::decode_descriptor(fetched.words));
    } else {
      while (lag_popped_ != lag_pushed_) push_oldest_writes();
      walk_unit_descriptor(fetched.words, shape_, *this);
    }
    if (last) break;
  }
  while (lag_popped_ != lag_pushed_) push_oldest_writes();
}

// The load cycle. Also the wait before load_params from row 0 on for every tile pushed so far to leave
// scan_serial, and before a clear for every command of the units: from then on nobody reads the
// memories. An illegal descriptor waits alike, its flag is seen before it is checked.
fetched_descriptor sequencer::load_descriptor(uint32_t behind) {
  const cycle_t valid = ports_.descriptors.front_time();
  const fetched_descriptor fetched = ports_.descriptors.front();
  const hls::scan_descriptor scan = hls::decode_descriptor(fetched.words);
  const bool clears = shape_.has_units() && is_params(fetched) && hls::decode_params(fetched.words).clear;
  const bool of_units = shape_.has_units() && opcode_of(fetched) != hls::descriptor_opcode_scan;
  const bool of_scan = !of_units && !is_record(fetched);
  const bool loads_anew = of_scan && scan.load_params && scan.first_group == 0;
  const bool switches = of_scan && shape_.max_sets > 0 && (scan.sets > 0 || with_sets_);
  const cycle_t released = loads_anew || switches ? ports_.tile_releases.at(tiles_ - 1) + 1 : 0;
  cycle_t left = clears ? ports_.block.commands_left() : 0;
  if (clears && hls::decode_params(fetched.words).memory == hls::parameter_target::scatter)
    left = std::max(left, ports_.block.jobs_left());
  const cycle_t load = stalls_.issue(0, valid, std::max(released, left));
  ports_.descriptors.pop(load);
  if (loads_ != nullptr) loads_->push_back({load, pushed()});
  if (!is_record(fetched)) fence_ = scan.fence, newer_ = scan.newer;
  error_ = check(fetched, behind);
  if (error_ == csr::error_code::none) clear_memories(fetched);
  return fetched;
}

bool sequencer::is_record(const fetched_descriptor& fetched) const {
  return shape_.max_sets > 0 && opcode_of(fetched) == hls::descriptor_opcode_set;
}

// Takes what is legal: the place of the run's scans, a scan's records.
csr::error_code sequencer::check(const fetched_descriptor& fetched, uint32_t behind) {
  using csr::error_code;
  const uint32_t opcode = opcode_of(fetched);
  if (is_record(fetched)) {
    sets_.push_back(hls::decode_set(fetched.words));
    return records_.take(sets_.back(), shape_);
  }
  if (records_.due() > 0) return error_code::sets;
  if (shape_.has_units() && opcode != hls::descriptor_opcode_scan)
    return check_unit_descriptor(fetched.words, shape_);
  const hls::scan_descriptor d = hls::decode_descriptor(fetched.words);
  error_code error = check_descriptor(opcode, d, shape_, place_);
  if (error == error_code::none && d.sets > 0) error = check_scan_of_sets(d, shape_, behind);
  if (error != error_code::none) return error;
  place_ = place_of(d);
  scan_ = d;
  sets_.clear();
  records_.begin(d, shape_);
  return error;
}

void sequencer::clear_memories(const fetched_descriptor& fetched) {
  if (is_params(fetched)) {
    const hls::params_descriptor d = hls::decode_params(fetched.words);
    if (d.clear) ports_.block.clear(d);
    return;
  }
  if (opcode_of(fetched) != hls::descriptor_opcode_scan) return;
  const hls::scan_descriptor d = hls::decode_descriptor(fetched.words);
  const bool switches = d.sets > 0 || with_sets_;
  if (switches) ports_.set_b.clear(), ports_.set_c.clear(), ports_.list.clear();
  if (switches || (d.load_params && d.first_group == 0)) ports_.a.clear(), ports_.db.clear();
  with_sets_ = d.sets > 0;
}

void sequencer::run_descriptor(const hls::scan_descriptor& d) {
  const int tiles = (d.lane_groups + shape_.interleave - 1) / shape_.interleave;
  const uint32_t rest_chunk = d.reverse ? 0 : d.num_chunks - 1;
  for (uint32_t i = 0; i < d.num_chunks; ++i) {
    if (watch_ != nullptr) i += watch_->left_out(d, i);
    const auto offset = [i](int32_t stride) { return static_cast<uint64_t>(int64_t{stride} * int64_t{i}); };
    const chunk_position chunk{i, i == rest_chunk ? d.rest_tokens : d.chunk_tokens, offset(d.stride_u),
                               offset(d.stride_bc), offset(d.stride_y)};
    for (int tile = 0; tile < tiles; ++tile) run_tile(d, chunk, tile);
  }
}

void sequencer::run_tile(const hls::scan_descriptor& d, const chunk_position& chunk, int tile) {
  const int first_group = tile * shape_.interleave;
  const int groups = std::min(shape_.interleave, d.lane_groups - first_group);
  const bool first_chunk = chunk.index == 0;
  const bool last_tile = first_group + groups == d.lane_groups;
  const hls::token_map order = d.reverse ? hls::token_map::reverse : hls::token_map::forward;
  const tile_command command{
      .walk = {.positions = chunk.tokens, .u = order, .p = order, .out = order, .affine = {}},
      .shifts = d.shifts,
      .softplus = d.softplus,
      .has_z = d.has_z,
      .read_h0 = d.has_h0 && first_chunk && !d.resume,
      .clear_state = first_chunk && !d.resume,
      .last_chunk = chunk.index + 1 == d.num_chunks && !d.keep,
      .store_state = d.store_state,
      .single = hls::keeps_in_slots(d, shape_.interleave),
      .last_tile_of_chunk = last_tile,
      .groups = groups,
      .first_group = d.first_group + first_group,
      .passes = d.passes,
      .out_rows = chunk.tokens * groups,
      .of_set = false,
      .first_set = true,
      .last_set = true,
      .release_z = d.has_z,
      .release_u = true,
      .release_delta = true,
      .release_params = true,
      .b_base = 0,
      .c_base = 0,
      .list_base = 0,
      .states = hls::live_states(d, shape_.states),
      .log2_packed = 0,
      .tap_pre = false,
      .plain_drive = false,
      .linear_gate = false,
  };
  push_command(command);
  const write_jobs writes = writes_of(d, chunk, tile, command);
  lag_[lag_pushed_++ % lag_places] = writes;
  push_reads(d, chunk, tile, command);
  push_due_writes();
}

void sequencer::push_command(const tile_command& command) {
  const cycle_t places = latest(ports_.token_commands.credit_time(), ports_.delta_commands.credit_time(),
                                ports_.scan_commands.credit_time(), ports_.gate_commands.credit_time());
  const cycle_t push = stalls_.issue(0, 0, places);
  for (timed_fifo<tile_command>* fifo :
       {&ports_.token_commands, &ports_.delta_commands, &ports_.scan_commands, &ports_.gate_commands}) {
    fifo->back() = command;
    fifo->push(push + 1);
  }
  ++tiles_;
}

uint64_t sequencer::tile_offset(int tile, int64_t bytes_of_full_tile) const {
  return static_cast<uint64_t>(tile * shape_.whole_beats(bytes_of_full_tile));
}

void sequencer::push_reads(const hls::scan_descriptor& d, const chunk_position& chunk, int tile,
                           const tile_command& command) {
  const bool load = d.load_params && chunk.index == 0;
  const int slots = command.groups * command.passes;
  const int full_slots = shape_.interleave * command.passes;
  const int64_t token_rows = int64_t{command.walk.positions} * command.passes;
  const int64_t rows = int64_t{command.walk.positions} * command.groups * shape_.operand_row();
  const uint64_t u_offset =
      chunk.u + tile_offset(tile, int64_t{command.walk.positions} * shape_.interleave * shape_.operand_row());
  if (load)
    push_read(job_kind::db, d.addr_db + tile_offset(tile, shape_.interleave * shape_.db_row()),
              command.groups * shape_.db_row(), command.groups);
  if (tile == 0) {
    push_operands(d, job_kind::b, d.addr_b + chunk.bc, token_rows * shape_.bc_row(), command.walk.positions);
    push_operands(d, job_kind::c, d.addr_c + chunk.bc, token_rows * shape_.bc_row(), command.walk.positions);
  }
  push_operands(d, job_kind::u, d.addr_u + u_offset, rows, command.walk.positions);
  push_operands(d, job_kind::delta, d.addr_delta + u_offset, rows, command.walk.positions);
  if (load)
    push_read(job_kind::a, d.addr_a + tile_offset(tile, full_slots * shape_.a_row()), slots * shape_.a_row(),
              slots);
  if (command.read_h0)
    push_read(job_kind::h0, d.addr_h0 + tile_offset(tile, full_slots * shape_.state_row()),
              slots * shape_.state_row());
  if (d.has_z) push_operands(d, job_kind::z, d.addr_z + u_offset, rows, command.walk.positions);
}

sequencer::write_jobs sequencer::writes_of(const hls::scan_descriptor& d, const chunk_position& chunk,
                                           int tile, const tile_command& command) const {
  const int full_slots = shape_.interleave * command.passes;
  const int64_t ht_bytes = int64_t{command.groups} * command.passes * shape_.state_row();
  const int64_t y_bytes = int64_t{command.walk.positions} * command.groups * shape_.output_row();
  const int64_t y_full = int64_t{command.walk.positions} * shape_.interleave * shape_.output_row();
  return {.ht = {.kind = job_kind::ht,
                 .address = d.addr_ht + tile_offset(tile, full_slots * shape_.state_row()),
                 .beats = shape_.beats(ht_bytes)},
          .y = {.kind = job_kind::y,
                .address = d.addr_y + chunk.y + tile_offset(tile, y_full),
                .beats = shape_.beats(y_bytes)},
          .has_ht = command.last_chunk && command.store_state,
          .has_y = true};
}

void sequencer::push_operands(const hls::scan_descriptor& d, job_kind kind, uint64_t address, int64_t bytes,
                              int tokens) {
  if (d.local)
    push_scratch_operands(d, kind, address, bytes, tokens);
  else
    push_read(kind, address, bytes);
}

void sequencer::push_scratch_operands(const hls::scan_descriptor& d, job_kind kind, uint64_t address,
                                      int64_t bytes, int tokens) {
  scratch_job job = scratch_operands(kind, address, bytes, d.passes, tokens);
  job.of_set = d.sets > 0;
  if (kind == job_kind::z && d.z_gemm) {
    job.port = static_cast<uint8_t>(scratch_source::gemm_z);
    write(job);
  } else {
    read(job);
  }
}

// The same words as the dma's job, in the scratch (sim/PROGRAM.md, section 4).
scratch_job sequencer::scratch_operands(job_kind kind, uint64_t address, int64_t bytes, int passes,
                                        int tokens) const {
  const uint64_t word = address / static_cast<uint64_t>(shape_.axi_bytes);
  return unit_jobs::scan_operand(scratch_target_of(kind), word, static_cast<int>(shape_.beats(bytes)),
                                 passes * shape_.states, tokens, shape_.axi_bytes);
}

void sequencer::push_read(job_kind kind, uint64_t address, int64_t bytes, int rows) {
  push_job({.kind = kind, .address = address, .beats = shape_.beats(bytes), .rows = rows});
}

void sequencer::dma(const dma_job& job) {
  dma_job given = job;
  given.to_slot = job.kind == job_kind::params &&
                  job.memory == static_cast<uint8_t>(hls::parameter_target::weights) &&
                  ports_.block.weight_slots.on;
  push_job(given);
}

void sequencer::push_job(const dma_job& job) {
  const cycle_t push = stalls_.issue(0, 0, ports_.jobs.credit_time());
  ports_.jobs.back() = job;
  ports_.jobs.push(push + 1);
}

void sequencer::push_due_writes() {
  if (lag_pushed_ - lag_popped_ > static_cast<uint64_t>(shape_.tile_buffers - 1)) push_oldest_writes();
}

void sequencer::push_oldest_writes() {
  const write_jobs& oldest = lag_[lag_popped_++ % lag_places];
  if (oldest.has_ht) push_job(oldest.ht);
  if (!oldest.has_y) return;
  if (place_ == scan_place::scratch)
    write(unit_jobs::run_of(scratch_source::scan_y,
                            oldest.y.address / static_cast<uint64_t>(shape_.axi_bytes),
                            static_cast<int>(oldest.y.beats)));
  else
    push_job(oldest.y);
}

void sequencer::command(const hls::gemm_descriptor& d) { push_to(ports_.block.gemm, d); }

void sequencer::command(const hls::params_descriptor& index) { push_to(ports_.block.index, index); }

void sequencer::command(const hls::hadamard_descriptor& d) {
  push_to(ports_.block.hadamard, hadamard_command_of(d));
}

void sequencer::command(const hls::conv_descriptor& d) {
  push_to_both(ports_.block.conv, conv_command_of(d), ports_.block.conv_rows, {d.p_row, d.tiles});
}

void sequencer::command(const hls::norm_descriptor& d) {
  push_to_both(ports_.block.norm, norm_command_of(d), ports_.block.norm_rows, {d.w_row, 2 * d.tiles});
}

void sequencer::read(const scratch_job& job) {
  scratch_job counted = job;
  counted.fence = fence_;
  counted.count = std::max<int64_t>(0, scratch_writes_ - newer_);
  push_to(ports_.block.reads, counted);
  fence_ = false;
  ++scratch_reads_;
}

// A load is the one write that nothing else holds back: it waits for the reads before it.
void sequencer::write(const scratch_job& job) {
  scratch_job counted = job;
  counted.fence = job.port == static_cast<uint8_t>(scratch_source::load);
  counted.count = scratch_reads_;
  push_to(ports_.block.writes, counted);
  ++scratch_writes_;
}

std::array<int64_t, num_command_queues> sequencer::pushed() {
  std::array<int64_t, num_command_queues> counts{};
  size_t at = 0;
  each_queue([&](const auto& queue) { counts.at(at++) = queue.pushed(); });
  return counts;
}

block_counters sequencer::counters(cycle_t cycles) { return with_stalls(stalls_, cycles); }

}  // namespace scansim
