// delta_softplus: (u, delta, db) rows -> dt FIFO and skip FIFO (sim/README.md, section 4.3; arithmetic in
// hls/scan/delta_softplus.h). One row of NL channels per cycle, latency 6:
//   issue = max(issue before + 1, command, u, delta, db, credit of dt, credit of skip);   results visible at
//   issue + 6
// Releases the u and delta slots with the tile's last row.
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
    timed_fifo<dt_row>& dt;
    timed_fifo<lane_values>& skip;
  };
  static constexpr int latency_cycles = 6;

  delta_softplus(std::string name, const machine_shape& shape, const ports& connected, bool vectorised);

  void begin();
  block_counters counters(cycle_t cycles);

 private:
  void process();
  cycle_t run_tile(const tile_command& command, cycle_t visible);

  machine_shape shape_;
  ports ports_;
  delta_kernel kernel_;
  uint64_t rows_ = 0;
  hls::saturation_counts saturations_;
};

}  // namespace scansim
