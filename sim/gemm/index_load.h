// index_load: beats of N:M index bits -> rows of the position memory, through index_unrank (sim/PROGRAM.md,
// section 5). A granule is W bits, a beat 8 granules; W ranks of `index_bits` bits are index_bits granules.
// One action per cycle:
//   take  (fewer granules held than a rank beat needs)  action = max(action before + 1, command, beat)
//   emit  a rank beat, visible at action + 1            action = max(action before + 1, command, place;
//   first: command
//                                                       place)
//   assemble (second process)                           pop = max(pop before + 1, visible); row readable at
//   pop + 2
// Where positions are in slots the first emit of a command also waits for one.
// The command leaves with its last emit; granules left over are dropped.
#pragma once

#include "hls/units/unit_descriptor.h"
#include "sim/gemm/gemm_streams.h"
#include "sim/mem/tile_buffer.h"
#include "sim/stream/block_process.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/timed_fifo.h"
#include "sim/top/unit_channels.h"

namespace scansim {

class index_load : public block_process {
 public:
  struct ports {
    timed_fifo<hls::params_descriptor>& commands;
    operand_buffer& beats;
    timed_fifo<unrank_command>& unrank_commands;
    timed_fifo<rank_beat>& ranks;
    timed_fifo<position_beat>& positions;  // of index_unrank
    parameter_memory& rows;
    unit_channels::row_slots& slots;
  };
  static constexpr int row_latency_cycles = 2;

  // piece_beats: of a slot of the index buffer.
  index_load(std::string name, const machine_shape& shape, int piece_beats, const ports& connected);

  void begin();

 private:
  // What assembling needs of a command; waits beside the ranks, at no cost in time.
  struct row_shape {
    int rows, groups, n;
    bool to_slot;
  };
  void load();
  cycle_t run_command(const hls::params_descriptor& d, cycle_t visible);
  void take(cycle_t visible);
  void hold(const operand_slot& slot);
  size_t rank_bytes(const hls::params_descriptor& d) const;
  void emit(const hls::params_descriptor& d, bool first, cycle_t visible);
  void assemble();
  void assemble_row(const row_shape& shape, int row);

  machine_shape shape_;
  int piece_beats_;
  ports ports_;
  timed_fifo<row_shape> row_shapes_;
  std::vector<uint8_t> held_;  // granules not yet used
  int64_t beats_left_ = 0;     // of the command
  int slot_beat_ = 0;          // of the open slot, the next
  int64_t slots_taken_ = 0;    // of positions, since they are in slots
  cycle_t next_ = 0, next_pop_ = 0;
  std::vector<uint8_t> row_;
  std::vector<cycle_t> written_;  // one per beat of a row, all the same
};

}  // namespace scansim
