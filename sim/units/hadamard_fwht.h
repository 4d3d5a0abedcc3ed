// hadamard_fwht: rows of m 2^k values -> their Walsh-Hadamard transform, requantised (sim/UNITS.md,
// hadamard_fwht; arithmetic in hls/units/hadamard_fwht.h).
//   issue = max(issue before + 1, command, x or the loaded row; last step of a beat: place in the first
//   queue) beat i of a block visible at issue(last step of the block) + 4 + log2(lanes) + max_bits + i,
//   without waiting
// A command with pass only requantises, in the same time as rows of one beat.
// Processes: steps, loading of rows (m > 1), one per delay stage, requantising. Choose it for rotations in
// front of a projection (outliers spread over the row); 1/sqrt(n) belongs to the shift and to the scale of
// what follows.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "hls/units/hadamard_fwht.h"
#include "sim/stream/block_process.h"
#include "sim/switching/unit_switching.h"
#include "sim/units/hadamard_delay.h"

namespace scansim {

class hadamard_fwht : public block_process {
 public:
  struct ports {
    timed_fifo<hadamard_command>& commands;
    timed_fifo<hadamard_beat>& x;
    timed_fifo<hadamard_beat>& y;
  };

  hadamard_fwht(std::string name, const hadamard_shape& shape, const ports& connected);

  void begin();
  // From now on tells of every operation; nullptr: of none.
  void count_switching(operand_switching* to) { switching_ = to; }
  block_counters counters(cycle_t cycles);

 private:
  // Rows of one command with m > 1, from the steps to the loading.
  struct load_job {
    int rows, beats;
  };
  using row = std::vector<int32_t>;

  void steps();
  cycle_t run_command(const hadamard_command& command, cycle_t visible);
  cycle_t single_row(const hadamard_command& command, cycle_t visible);
  cycle_t base_row(const hadamard_command& command, cycle_t visible);
  void transform(const hadamard_command& command, row& values);
  void count_row(const hadamard_command& command);
  void loading();
  void load_row(int beats, cycle_t visible);
  void requantising();
  void append_beat(row& values);

  hadamard_shape shape_;
  int log2_lanes_;
  ports ports_;

  timed_fifo<load_job> jobs_;
  row slots_[2], single_;
  time_line loaded_, released_;  // per row with m > 1: usable from; released by the last step in
  int64_t rows_loaded_ = 0, rows_used_ = 0;
  cycle_t next_load_ = 0;

  std::vector<std::unique_ptr<timed_fifo<hadamard_tag>>>
      links_;  // in front of delay stage j; the last: behind all
  std::vector<std::unique_ptr<hadamard_delay>> delays_;
  std::deque<hadamard_beat> results_;  // computed, not yet written

  hls::unit_saturations sat_;
  uint64_t adds_ = 0, x_read_ = 0, row_written_ = 0, row_read_ = 0, delayed_ = 0, y_written_ = 0;
  operand_switching* switching_ = nullptr;
};

}  // namespace scansim
