// delta_softplus: (u, delta, db) rows -> dt FIFO and skip FIFO (sim/README.md, section 4.4; arithmetic in
// hls/scan/delta_softplus.h). One row of NL channels per cycle, latency 6:
//   issue = max(issue before + 1, command, token, u, delta, db, credit of dt, credit of skip);   results
//   visible at issue + 6
// Takes the token with its last lane group. Releases the delta slot with the tile's last row, u with the last
// set's.
#pragma once

#include "sim/mem/tile_buffer.h"
#include "sim/scan/lane_kernels.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class delta_softplus : public block_process {
 public:
  struct ports {
    timed_fifo<tile_command>& commands;
    operand_buffer& u;
    operand_buffer& delta;
    parameter_memory& db;
    operand_buffer& set_db;
    timed_fifo<hls::scan_token>& tokens;
    timed_fifo<dt_row>& dt;
    timed_fifo<skip_row>& skip;
  };
  static constexpr int latency_cycles = 6;

  delta_softplus(std::string name, const machine_shape& shape, const ports& connected, bool vectorised);

  void begin();
  block_counters counters(cycle_t cycles);

 private:
  struct tile_slots {
    const operand_slot& u;
    const operand_slot& delta;
    const operand_slot* db;  // with sets
  };

  void process();
  cycle_t run_tile(const tile_command& command, cycle_t visible);
  cycle_t run_row(const tile_command& command, cycle_t visible, const tile_slots& slots, int k);

  machine_shape shape_;
  ports ports_;
  delta_kernel kernel_;
  lane_constants constants_;            // of the tile
  uint64_t rows_ = 0, plain_rows_ = 0;  // of them without the product dt u
  hls::saturation_counts saturations_;
};

}  // namespace scansim
