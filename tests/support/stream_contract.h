// Contract test of one block: the SystemC module and the Verilated module get the same entries, in the same
// arrival cycles, and the same delays before each result is popped; stream_trace holds everything that can be
// seen at their edges and first_difference says where two traces part. What the environment does, for both:
//   push(i) = max(arrival(i), push(i-1) + 1, pop(i-depth) + 1)   into every input FIFO
//   seen(i) = max(visible(i), pop(i-1) + 1),  pop(i) = seen(i) + delay(i)   at every output
// so the pushes show when the block popped its inputs, seen shows its latency. The run ends with the last
// pop. See stream_contract_systemc.h and stream_contract_rtl.h for the two sides; the values are compared
// with hls by the test itself. Entries are words as the RTL port holds them.
#pragma once
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sim/mem/memory_timing.h"

namespace scansim::test {

using entry_words = std::vector<uint32_t>;  // low word first

struct input_stimulus {
  std::string name;
  int depth;  // places of the FIFO in front of the block
  std::vector<entry_words> entries;
  std::vector<cycle_t> arrivals;  // one per entry
};
struct output_stimulus {
  std::string name;
  size_t entries;  // how many results the commands ask for
  std::vector<int> delays;
};
struct stream_stimulus {
  std::vector<input_stimulus> inputs;
  std::vector<output_stimulus> outputs;
};

struct output_trace {
  std::vector<cycle_t> seen, pops;
  std::vector<entry_words> entries;
};
struct stream_trace {
  cycle_t cycles = 0;                        // last pop of all outputs + 1
  std::vector<std::vector<cycle_t>> pushes;  // per input
  std::vector<output_trace> outputs;
  std::vector<std::pair<std::string, uint64_t>> counters;  // in any order
};

// "" when equal, else the first difference in words: "y[17] seen: rtl 53, systemc 52".
std::string first_difference(const stream_stimulus& stimulus, const stream_trace& rtl,
                             const stream_trace& systemc);
uint64_t counter(const stream_trace& trace, const std::string& name);

inline constexpr int fifo_depth =
    4;  // places in front of a block's inputs, where a test does not say otherwise
// A number of 0..bound - 1.
inline int below(std::mt19937_64& random, int bound) {
  return static_cast<int>(random() % static_cast<uint64_t>(bound));
}

// How entries arrive and how eagerly results are taken.
enum class pace { eager, random, bursts, slow };
inline constexpr pace every_pace[] = {pace::eager, pace::random, pace::bursts, pace::slow};
// spacing: beats per entry, so that a stream with few entries is late as often as the others.
std::vector<cycle_t> arrivals(pace how, size_t entries, std::mt19937_64& random, size_t spacing = 1);
std::vector<int> pop_delays(pace how, size_t entries, std::mt19937_64& random);

// Runs `body` in a child process (a process can elaborate SystemC once) and returns its trace. Throws
// std::runtime_error with the child's message. POSIX only.
stream_trace forked_trace(const std::function<stream_trace()>& body);

// Little-endian bit fields of an entry.
class entry_writer {
 public:
  entry_writer& put(uint64_t value, int bits);
  entry_writer& put(const entry_writer& after);  // its bits
  entry_words words() const { return words_; }

 private:
  entry_words words_;
  int at_ = 0;
};
class entry_reader {
 public:
  explicit entry_reader(const entry_words& words) : words_(words) {}
  uint64_t take(int bits);
  int64_t take_signed(int bits);

 private:
  const entry_words& words_;
  int at_ = 0;
};

}  // namespace scansim::test
