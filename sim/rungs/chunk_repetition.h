// chunk_repetition: leaves chunks out of the scans of a run, as it goes, and knows what they would have
// counted. In front of a chunk it takes the state of the whole machine and its memory (time_state.h). If that
// is the state of p chunks before, d cycles later, in every time that anybody may still wait for and in where
// every process stands, then the next p chunks do what the last p did, d later, again and again:
//   k p chunks more cost k d cycles, and k times what p chunks counted
// which is exact; the machine is told to go on with one of the last p + 1 chunks. p: chunks after which every
// region starts at the same place of a 4 KiB page again.
// Contract: one for a run of a list of scans whose operands come from memory; the run's outcome is that of a
// shorter list until add_to() has added what was left out. Where the state does not come back in the first
// chunks, or the memory's times depend on more than times (random, dram), nothing is left out.
#pragma once
#include "sim/top/machine.h"

namespace scansim {

class chunk_repetition final : public chunk_watch {
 public:
  chunk_repetition(machine& blocks, const memory_timing& memory, int interleave);

  uint32_t left_out(const hls::scan_descriptor& d, uint32_t chunk) override;

  void add_to(machine_run& run, memory_counters& events) const;
  uint64_t chunks() const { return chunks_; }  // left out

 private:
  struct snapshot {
    time_state state;
    counter_values counters;
    memory_counters events;
  };

  void begin(const hls::scan_descriptor& d);
  bool take(const hls::scan_descriptor& d, snapshot& to);
  void add(const snapshot& before, const snapshot& after, uint64_t times);

  machine& blocks_;
  const memory_timing& memory_;
  const int interleave_;

  // Of the scan that is going on.
  bool done_ = false;
  int64_t period_ = 1, tiles_ = 0, first_chunk_done_ = 0;
  size_t taken_ = 0;
  std::vector<snapshot> last_;  // a ring of p + 1

  // Of those before.
  cycle_t cycles_ = 0;
  counter_values counters_{};
  memory_counters events_;
  uint64_t chunks_ = 0;
};

}  // namespace scansim
