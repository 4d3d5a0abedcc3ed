// rms_norm: rows of beats of x -> rows of beats of y, root-mean-square norm (sim/UNITS.md, rms_norm;
// arithmetic in hls/units/rms_norm.h). Two passes that overlap, each one beat of P values per cycle:
//   accept = max(accept before + 1, command, x, free beat of the row buffer; last beat of a row: free scale)
//   scale  = max(scale before + 1, accept(last beat of the row) + 7 + log2(P), w in the first row, credit of
//   y) y visible at scale + 5
// The stalls are those of accept. Rows longer than the row buffer do not end.
#pragma once

#include "hls/units/rms_norm.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"
#include "sim/switching/unit_switching.h"
#include "sim/units/unit_streams.h"

namespace scansim {

struct norm_shape {
  int lanes;        // P, a power of two
  int row_beats;    // places of the row buffer
  int scale_depth;  // rows between the passes
};

class rms_norm : public block_process {
 public:
  struct ports {
    timed_fifo<norm_command>& commands;
    timed_fifo<norm_beat>& x;
    timed_fifo<norm_beat>& w;
    timed_fifo<norm_result>& y;
  };
  static constexpr int latency_cycles = 5;

  rms_norm(std::string name, const norm_shape& shape, const ports& connected);

  void begin();
  // From now on tells of every operation; nullptr: of none.
  void count_switching(operand_switching* to) { switching_ = to; }
  block_counters counters(cycle_t cycles);
  int scale_latency_cycles() const;

 private:
  struct row_scale {
    int32_t r;
    int amount;
    int beats;
    bool first;  // row of its command
  };
  void accept();
  cycle_t accept_row(const norm_command& command, bool first, cycle_t visible);
  void scale();
  void scale_row(const row_scale& row);
  void scale_beat(const row_scale& row, const norm_beat& w);

  norm_shape shape_;
  ports ports_;
  timed_fifo<norm_beat> rows_;
  timed_fifo<row_scale> scales_;
  std::vector<norm_beat> weights_;
  cycle_t next_scale_ = 0;  // the earliest
  uint64_t beats_ = 0, rows_accepted_ = 0, weight_beats_ = 0;
  hls::unit_saturations saturations_;
  operand_switching* switching_ = nullptr;
};

}  // namespace scansim
