#include "sim/top/sequencer.h"

#include <cstring>

#include "sim/descriptor_check.h"

namespace scansim {

sequencer::sequencer(sc_core::sc_module_name name, const machine_shape& shape, const ports& connected)
    : sc_module(name), shape_(shape), ports_(connected) {
  SC_THREAD(process);
}

void sequencer::begin(uint64_t first_descriptor, uint32_t count, sc_core::sc_event& start) {
  first_descriptor_ = first_descriptor;
  count_ = count;
  start_ = &start;
  lag_pushed_ = lag_popped_ = 0;
  tiles_ = 0;
  stalls_ = {};
  last_push_ = 0;
  error_ = csr::error_code::none;
  finished_ = false;
}

void sequencer::process() {
  for (;;) {
    while (finished_) sc_core::wait(*start_);
    walk();
    last_push_ = stalls_.next() - 1;
    ports_.jobs.close();
    ports_.delta_commands.close();
    ports_.scan_commands.close();
    ports_.gate_commands.close();
    finished_ = true;
  }
}

void sequencer::walk() {
  push_read(job_kind::descriptor, first_descriptor_, hls::descriptor_bytes);
  for (uint32_t n = 0;; ++n) {
    const hls::scan_descriptor d = load_descriptor();
    if (error_ != csr::error_code::none) break;
    const bool last = n + 1 >= count_;
    if (!last)
      push_read(job_kind::descriptor, first_descriptor_ + (uint64_t{n} + 1) * hls::descriptor_bytes,
                hls::descriptor_bytes);
    run_descriptor(d);
    if (last) break;
  }
  while (lag_popped_ != lag_pushed_) push_oldest_writes();
}

// The load cycle. Also the wait before load_params for every tile pushed so far to leave scan_serial: from
// then on no block reads the parameter memories. An illegal descriptor waits alike, its flag is seen before
// it is checked.
hls::scan_descriptor sequencer::load_descriptor() {
  const cycle_t valid = ports_.descriptors.front_time();
  const fetched_descriptor& fetched = ports_.descriptors.front();
  const hls::scan_descriptor d = hls::decode_descriptor(fetched.words);
  const cycle_t released = d.load_params ? ports_.tile_releases.at(tiles_ - 1) + 1 : 0;
  const uint32_t opcode = fetched.words[0] & 0xffu;
  ports_.descriptors.pop(stalls_.issue(0, valid, released));
  error_ = check_descriptor(opcode, d, shape_);
  if (error_ == csr::error_code::none && d.load_params) {
    ports_.a.clear();
    ports_.db.clear();
  }
  return d;
}

void sequencer::run_descriptor(const hls::scan_descriptor& d) {
  const int tiles = (d.lane_groups + shape_.interleave - 1) / shape_.interleave;
  const uint32_t rest_chunk = d.reverse ? 0 : d.num_chunks - 1;
  for (uint32_t i = 0; i < d.num_chunks; ++i) {
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
  const tile_command command{.shifts = d.shifts,
                             .softplus = d.softplus,
                             .has_z = d.has_z,
                             .reverse = d.reverse,
                             .read_h0 = d.has_h0 && first_chunk,
                             .clear_state = first_chunk,
                             .last_chunk = chunk.index + 1 == d.num_chunks,
                             .store_state = d.store_state,
                             .single = d.lane_groups <= shape_.interleave,
                             .last_tile_of_chunk = last_tile,
                             .tokens = chunk.tokens,
                             .groups = groups,
                             .first_group = first_group,
                             .passes = d.passes};
  push_command(command);
  lag_[lag_pushed_++ % lag_places] = writes_of(d, chunk, tile, command);
  push_reads(d, chunk, tile, command);
  if (lag_pushed_ - lag_popped_ > static_cast<uint64_t>(shape_.tile_buffers - 1)) push_oldest_writes();
}

void sequencer::push_command(const tile_command& command) {
  const cycle_t places = std::max({ports_.delta_commands.credit_time(), ports_.scan_commands.credit_time(),
                                   ports_.gate_commands.credit_time()});
  const cycle_t push = stalls_.issue(0, 0, places);
  for (timed_fifo<tile_command>* fifo :
       {&ports_.delta_commands, &ports_.scan_commands, &ports_.gate_commands}) {
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
  const int64_t token_rows = int64_t{command.tokens} * command.passes;
  const int64_t rows = int64_t{command.tokens} * command.groups * shape_.operand_row();
  const uint64_t u_offset =
      chunk.u + tile_offset(tile, int64_t{command.tokens} * shape_.interleave * shape_.operand_row());
  if (load)
    push_read(job_kind::db, d.addr_db + tile_offset(tile, shape_.interleave * shape_.db_row()),
              command.groups * shape_.db_row(), command.groups);
  if (tile == 0) {
    push_read(job_kind::b, d.addr_b + chunk.bc, token_rows * shape_.bc_row());
    push_read(job_kind::c, d.addr_c + chunk.bc, token_rows * shape_.bc_row());
  }
  push_read(job_kind::u, d.addr_u + u_offset, rows);
  push_read(job_kind::delta, d.addr_delta + u_offset, rows);
  if (load)
    push_read(job_kind::a, d.addr_a + tile_offset(tile, full_slots * shape_.a_row()), slots * shape_.a_row(),
              slots);
  if (command.read_h0)
    push_read(job_kind::h0, d.addr_h0 + tile_offset(tile, full_slots * shape_.state_row()),
              slots * shape_.state_row());
  if (d.has_z) push_read(job_kind::z, d.addr_z + u_offset, rows);
}

sequencer::write_jobs sequencer::writes_of(const hls::scan_descriptor& d, const chunk_position& chunk,
                                           int tile, const tile_command& command) const {
  const int full_slots = shape_.interleave * command.passes;
  const int64_t ht_bytes = int64_t{command.groups} * command.passes * shape_.state_row();
  const int64_t y_bytes = int64_t{command.tokens} * command.groups * shape_.output_row();
  const int64_t y_full = int64_t{command.tokens} * shape_.interleave * shape_.output_row();
  return {.ht = {job_kind::ht, d.addr_ht + tile_offset(tile, full_slots * shape_.state_row()),
                 shape_.beats(ht_bytes), 0},
          .y = {job_kind::y, d.addr_y + chunk.y + tile_offset(tile, y_full), shape_.beats(y_bytes), 0},
          .has_ht = command.last_chunk && command.store_state};
}

void sequencer::push_read(job_kind kind, uint64_t address, int64_t bytes, int rows) {
  push_job({kind, address, shape_.beats(bytes), rows});
}

void sequencer::push_job(const dma_job& job) {
  const cycle_t push = stalls_.issue(0, 0, ports_.jobs.credit_time());
  ports_.jobs.back() = job;
  ports_.jobs.push(push + 1);
}

void sequencer::push_oldest_writes() {
  const write_jobs& oldest = lag_[lag_popped_++ % lag_places];
  if (oldest.has_ht) push_job(oldest.ht);
  push_job(oldest.y);
}

void sequencer::report(cycle_t cycles, counter_values& counters) {
  stalls_.finish(cycles, counters, counter_index("sequencer", "busy"));
}

}  // namespace scansim
