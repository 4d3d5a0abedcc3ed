// The items of a scan with sets (sim/SETS.md, section 3).
#include "sim/top/sequencer.h"

namespace scansim {

void sequencer::run_sets(const hls::scan_descriptor& d) {
  const int tiles = (d.lane_groups + shape_.interleave - 1) / shape_.interleave;
  for (int tile = 0; tile < tiles; ++tile) {
    int b_base = 0, c_base = 0, b_end = 0, c_end = 0, list_base = 0;
    for (size_t k = 0; k < sets_.size(); ++k) {
      const hls::set_descriptor& set = sets_[k];
      const int first_group = tile * shape_.interleave;
      const int groups = std::min(shape_.interleave, d.lane_groups - first_group);
      const bool last_set = k + 1 == sets_.size();
      const auto rows = static_cast<int>(set_bc_rows(shape_, d));
      if (!set.same_b) b_base = b_end, b_end += rows;
      if (!set.same_c) c_base = c_end, c_end += rows;
      const tile_command command{
          .walk = set.walk(),
          .shifts = set.shifts,
          .softplus = set.softplus,
          .has_z = set.gate,
          .read_h0 = set.has_h0,
          .clear_state = true,
          .last_chunk = true,
          .store_state = set.store_state,
          .single = hls::keeps_in_slots(d, shape_.interleave),
          .last_tile_of_chunk = first_group + groups == d.lane_groups,
          .groups = groups,
          .first_group = 0,
          .passes = d.passes,
          .out_rows = d.rest_tokens * groups,
          .of_set = true,
          .first_set = k == 0,
          .last_set = last_set,
          .release_z = d.has_z && last_set,
          .release_u = last_set || sets_[k + 1].own_u,
          .release_delta = last_set || !sets_[k + 1].same_delta,
          .release_params = last_set || !sets_[k + 1].same_params,
          .b_base = b_base,
          .c_base = c_base,
          .list_base = list_base,
          .states = set.states,
          .log2_packed = d.log2_packed,
          .tap_pre = set.tap_pre,
          .plain_drive = set.plain_drive,
          .linear_gate = set.linear_gate,
      };
      push_command(command);
      push_set_writes(d, set, tile, command);
      push_set_reads(d, set, tile, command);
      push_due_writes();
      if (set.has_list) list_base += static_cast<int>(set_list_entries(shape_, set.positions));
    }
  }
}

// A set that leaves nothing does not enter the lag queue.
void sequencer::push_set_writes(const hls::scan_descriptor& d, const hls::set_descriptor& set, int tile,
                                const tile_command& command) {
  if (!set.store_state && !command.last_set) return;
  const int64_t ht = int64_t{command.groups} * d.passes * shape_.state_row();
  const int64_t ht_full = int64_t{shape_.interleave} * d.passes * shape_.state_row();
  const int64_t y_full = int64_t{d.rest_tokens} * shape_.interleave * shape_.output_row();
  lag_[lag_pushed_++ % lag_places] = {.ht = {.kind = job_kind::ht,
                                             .address = set.addr_ht + tile_offset(tile, ht_full),
                                             .beats = shape_.beats(ht)},
                                      .y = {.kind = job_kind::y,
                                            .address = d.addr_y + tile_offset(tile, y_full),
                                            .beats = shape_.beats(command.out_rows * shape_.output_row())},
                                      .has_ht = set.store_state,
                                      .has_y = command.last_set};
}

void sequencer::push_set_reads(const hls::scan_descriptor& d, const hls::set_descriptor& set, int tile,
                               const tile_command& command) {
  const auto offset = [&](int64_t rows_of_full_tile, int64_t row) {
    return tile_offset(tile, rows_of_full_tile * row);
  };
  const int64_t groups = command.groups, full = shape_.interleave;
  const int64_t slots = groups * d.passes, full_slots = full * d.passes;
  const int64_t tokens = d.chunk_tokens, operands = shape_.operand_row();
  const int64_t bc_rows = set_bc_rows(shape_, d);
  const int64_t entries = set_list_entries(shape_, set.positions);
  if (tile == 0 && set.has_list)
    push_set_read(job_kind::list, set.addr_list, entries * hls::list_entry_bytes, entries);
  if (!set.same_params)
    push_set_read(job_kind::db, set.addr_db + offset(full, shape_.db_row()), groups * shape_.db_row(), 0);
  if (!set.same_params)
    push_set_read(job_kind::a,
                  set.addr_a + offset(set_a_rows(shape_, d, shape_.interleave), set_a_row(shape_, d)),
                  set_a_rows(shape_, d, command.groups) * set_a_row(shape_, d), 0);
  if (tile == 0 && !set.same_b)
    push_set_operands(d, job_kind::b, set.addr_b, bc_rows * shape_.bc_row(), bc_rows);
  if (tile == 0 && !set.same_c)
    push_set_operands(d, job_kind::c, set.addr_c, bc_rows * shape_.bc_row(), bc_rows);
  if (command.first_set || set.own_u)
    push_set_operands(d, job_kind::u, (set.own_u ? set.addr_u : d.addr_u) + offset(tokens * full, operands),
                      tokens * groups * operands, 0);
  if (!set.same_delta)
    push_set_operands(d, job_kind::delta, set.addr_delta + offset(tokens * full, operands),
                      tokens * groups * operands, 0);
  if (set.has_h0)
    push_set_read(job_kind::h0, set.addr_h0 + offset(full_slots, shape_.state_row()),
                  slots * shape_.state_row(), 0);
  if (command.first_set && d.has_z)
    push_set_operands(d, job_kind::z, d.addr_z + offset(d.rest_tokens * full, operands),
                      command.out_rows * operands, 0);
}

void sequencer::push_set_operands(const hls::scan_descriptor& d, job_kind kind, uint64_t address,
                                  int64_t bytes, int64_t rows) {
  if (d.local)
    push_scratch_operands(d, kind, address, bytes, d.chunk_tokens);
  else
    push_set_read(kind, address, bytes, rows);
}

void sequencer::push_set_read(job_kind kind, uint64_t address, int64_t bytes, int64_t rows) {
  push_job({.kind = kind,
            .address = address,
            .beats = shape_.beats(bytes),
            .rows = static_cast<int>(rows),
            .of_set = true});
}

}  // namespace scansim
