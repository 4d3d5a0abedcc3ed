// time_record: every time of one run of a scan, as streams: what passes between the blocks, and the five
// channels of the memory port. And the question that `analytic` asks of two of them (repeats()):
//   Let B be a run with p more chunks than A, and d = cycles(B) - cycles(A). In a stream let m be the events
//   that B has more, P the events that A and B have in common from the start, S those that they have in
//   common from the end when B's are set back by d. Then B repeats itself, d later, from event N(A) - S to
//   event P. If for one chunk K every stream repeats itself over all that anybody looks back at from there,
//   the machine is after chunk K + p in the state in which it was after chunk K, d earlier. What follows is
//   the same; so p chunks can be put in there any number of times, each costs d, and counts what B counted
//   more than A.
// Contract: A and B differ in the number of chunks of their one scan alone. Where chunk K ends in a stream is
// known but for the events at the ends of the run and for `lag`, the chunks by which one stream may be ahead
// of another in the order of the program (prefetched B and C, writes behind): it is bracketed, and the whole
// bracket must repeat. An answer of false says nothing. Source of the method: the periodicity of max-plus
// systems with bounded look-back (Baccelli et al., Synchronization and Linearity, 1992, section 3.7).
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/top/machine.h"

namespace scansim {

struct time_stream {
  std::vector<cycle_t> times;
  int64_t look_back = 1;  // events that somebody may still ask for
  bool shifts = true;     // times; else fractions of a cycle, which repeat as they are
};

class time_record {
 public:
  // `memory`: the timing of the run; give the run port() instead.
  time_record(machine& blocks, memory_timing& memory, int read_outstanding);
  ~time_record();
  memory_timing& port() { return *port_; }
  const std::vector<std::unique_ptr<time_stream>>& streams() const { return streams_; }

 private:
  class recorded_port;
  time_stream& add(int64_t look_back, bool shifts = true);

  machine& blocks_;
  std::vector<std::unique_ptr<time_stream>> streams_;
  std::unique_ptr<memory_timing> port_;
};

struct run_times {
  const time_record& times;
  int64_t chunks = 0;
  cycle_t cycles = 0;
};

// Whether the chunks by which B is longer can be repeated; see above. lag: in chunks.
bool repeats(const run_times& a, const run_times& b, int64_t lag);

}  // namespace scansim
