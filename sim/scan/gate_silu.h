// gate_silu: acc FIFO, skip FIFO and z rows -> y tiles (sim/README.md, section 4.6; arithmetic in
// hls/scan/gate_silu.h and, with 8-bit output, hls/scan/quantise_shift.h). One row of NL channels per cycle:
//   issue = max(issue before + 1, command, acc, skip, z, y slot);   y tile complete at issue(last row) + 7 (+
//   1 at 8 bits, + 1 on a machine with sets)
// A row is stored where its token says, with sets on top of what is there (sim/SETS.md, section 4.2): two
// rows to one place are 2 cycles apart. Releases the z slot with the tile's last row.
#pragma once

#include "sim/mem/tile_buffer.h"
#include "sim/scan/lane_kernels.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class gate_silu : public block_process {
 public:
  struct ports {
    timed_fifo<tile_command>& commands;
    timed_fifo<lane_values>& acc;
    timed_fifo<skip_row>& skip;
    operand_buffer& z;
    result_buffer& y;
  };
  static constexpr int latency_cycles = 7, quantise_latency_cycles = 1, sum_latency_cycles = 1;
  static constexpr int same_row_cycles = 2;

  gate_silu(std::string name, const machine_shape& shape, const ports& connected, bool vectorised);

  void begin();
  block_counters counters(cycle_t cycles);
  // From now on told of every row of y, in the cycle in which it is written.
  void tell_rows(row_callback to) { tell_row_ = std::move(to); }

 private:
  void process();
  cycle_t run_tile(const tile_command& command, cycle_t visible);
  void open_sums(const tile_command& command);
  void write_row(const tile_command& command, const operand_slot* z, int row);
  void add_to_row(const uint8_t* more, uint8_t* y);

  machine_shape shape_;
  ports ports_;
  gate_kernel kernel_;
  lane_constants constants_;  // of the tile
  int latency_;
  // Rows that write; of them those that read z, and those whose gate is silu(z).
  uint64_t rows_ = 0, rows_with_z_ = 0, silu_rows_ = 0, muted_ = 0, added_ = 0;
  // Of the tile that is being summed up: which rows have a value; what goes on top of one.
  std::vector<uint8_t> written_, summand_;
  int newest_row_ = -1;  // written in newest_issue_
  cycle_t newest_issue_ = 0;
  hls::saturation_counts saturations_;
  row_callback tell_row_;
};

}  // namespace scansim
