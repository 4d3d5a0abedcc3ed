// scan_serial: h = a h + b and C.h for NL x S states per cycle (sim/README.md, section 4.5; arithmetic in
// hls/scan/scan_serial.h). A row takes P beats; with ii = 2 cycles between beats of the same slot kk * P + p,
//   issue = max(issue before + 1, command, dt, B, C, A, slot + ii, h0, credit of acc, h_last slot)
//   sum over the passes visible in the acc FIFO at issue + 9 + log2(S); h_last complete at issue +
//   7
// A tile's states are updated in place in the slot file; the first token of a tile that goes on fetches them
// from the state memory, the last token of one that will go on puts them there (not if single).
#pragma once

#include "sim/mem/tile_buffer.h"
#include "sim/scan/lane_kernels.h"
#include "sim/scan/packed_rows.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class scan_serial : public block_process {
 public:
  struct ports {
    timed_fifo<tile_command>& commands;
    timed_fifo<dt_row>& dt;
    parameter_memory& a;
    operand_buffer& b;
    operand_buffer& c;
    operand_buffer& set_a;
    parameter_memory& set_b;
    parameter_memory& set_c;
    operand_buffer& h0;
    timed_fifo<lane_values>& acc;
    result_buffer& ht;
    time_line& tile_releases;  // last beat of every tile, for the sequencer
  };
  static constexpr int recurrence_cycles = 2, state_latency_cycles = 7, sum_latency_cycles = 9;
  static constexpr int h0_read_cycles = 4;  // issue to the read of the initial state, which frees its slot

  scan_serial(std::string name, const machine_shape& shape, const ports& connected, bool vectorised);

  void begin();
  block_counters counters(cycle_t cycles);
  // From now on told of every row of h_last, in the cycle in which it is written.
  void tell_rows(row_callback to) { tell_row_ = std::move(to); }
  void append_to(time_state& to) const;

 private:
  // One tile's constants, so that the beats read them from one place.
  struct tile_context;

  void process();
  cycle_t run_tile(const tile_command& command, cycle_t visible);
  cycle_t run_row(tile_context& tile, int k);
  // One beat of a tile; b, c: rows of its B and C.
  struct beat_place {
    int pass, slot, row, b, c, group;
  };
  int64_t rates_begin(const tile_context& tile, const beat_place& at) const;
  cycle_t operand_time(const tile_context& tile, const beat_place& at, bool first_token);
  void update_state(const tile_context& tile, const beat_place& at);
  void point_at_operands(const tile_context& tile, const beat_place& at, scan_kernel_beat& beat);
  void read_before_drive(scan_kernel_beat& beat);
  int live_states(const tile_context& tile, int pass) const;
  void load_state(const tile_context& tile, const hls::scan_token& token, const beat_place& at);
  void clear_dead(int live, uint8_t* row) const;
  void store_state(const tile_context& tile, int slot, int row);
  void count_states(const tile_command& command, uint64_t resets);
  uint8_t* slot_state(int slot) { return slots_.data() + int64_t{slot} * state_row_bytes_; }
  uint8_t* memory_state(int row) { return states_.data() + int64_t{row} * state_row_bytes_; }

  machine_shape shape_;
  ports ports_;
  scan_kernel kernel_;
  hls::scan_constants constants_;
  int sum_latency_;
  int64_t state_row_bytes_;
  std::vector<uint8_t> states_;       // state memory: [lane group * P + p][lane][state]
  std::vector<uint8_t> slots_;        // slot file: [kk * P + p][lane][state]
  std::vector<cycle_t> slot_issues_;  // last beat of every slot index kk * P + p
  lane_values partial_sums_;          // of the passes so far of one row
  // Of a beat that is read out before the drive: the row without its drive, the state, sums that nobody
  // reads.
  dt_row undriven_;
  std::vector<uint8_t> kept_;
  lane_values unread_;

  packed_rows unpacked_;

  uint64_t states_counted_ = 0, saturated_ = 0;                                       // states of a lane
  uint64_t slot_reads_ = 0, slot_writes_ = 0, memory_reads_ = 0, memory_writes_ = 0;  // in beats
  uint64_t h0_reads_ = 0, ht_writes_ = 0;
  row_callback tell_row_;
};

}  // namespace scansim
