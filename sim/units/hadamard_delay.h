// hadamard_delay: cycles of one delay stage of hadamard_fwht (sim/UNITS.md): beats 2^index apart meet.
//   index >= log2_beats: a beat passes, take = emit;   else of every 2D beats the first D are kept, beat D +
//   i emits the sum, and the D differences follow by themselves
// Moves tags, not values: what a row becomes is computed by hls::hadamard_fwht in the unit. One beat taken
// and one emitted per cycle at most, visible one cycle later. A process of hadamard_fwht, not a unit of its
// own.
#pragma once
#include <vector>

#include "sim/stream/timed_fifo.h"
#include "sim/units/hadamard_streams.h"

namespace scansim {

class hadamard_delay {
 public:
  hadamard_delay(int index, timed_fifo<hadamard_tag>& in, timed_fifo<hadamard_tag>& out);

  void begin();
  void process();

 private:
  void pass();
  void butterflies();
  void take(cycle_t time);
  void emit(cycle_t time, const hadamard_tag& tag);

  int index_, delay_;
  timed_fifo<hadamard_tag>&in_, &out_;
  cycle_t next_take_ = 0, next_emit_ = 0;
  std::vector<cycle_t> emptied_;  // per word of the delay line: its difference left in this cycle
};

}  // namespace scansim
