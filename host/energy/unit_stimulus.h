// What a unit gets cycle by cycle, and what it has to answer: the vectors of a real run for one leaf, lane or
// stage of the RTL. Contract: `in` has a value per entry of `inputs`, `out` one per entry of `outputs` where
// it means something in that cycle, seen before the next edge of the clock; values are unsigned, as wide as
// their entry says. Expected outputs come from hls. `ops` are those that the cycle's inputs begin.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scansim {

struct port_slice {
  std::string port;
  int low = 0, bits = 1;  // at most 64
};

struct stimulus_cycle {
  std::vector<uint64_t> in;
  std::vector<std::optional<uint64_t>> out;
  uint64_t ops = 0;
  bool counted = false;  // false: fills or drains the pipeline
};

// The operands of an operation, as the switching counters see them (sim/switching/operand_switching.h): in
// the order of the unit's classes, of one place (lane, state, slot).
struct operand_sample {
  int place = 0;
  bool counted = false;
  std::vector<int64_t> values;
};

struct unit_stimulus {
  std::vector<port_slice> inputs, outputs;
  std::vector<stimulus_cycle> cycles;
  std::vector<operand_sample> operands;

  int input(const std::string& port, int bits, int low = 0);  // adds an entry
  int output(const std::string& port, int bits, int low = 0);
  // The cycle of that number, made with those before it, all inputs 0 and no output asked for.
  stimulus_cycle& at(size_t cycle);
  void set(size_t cycle, int input, int64_t value);
  void expect(size_t cycle, int output, int64_t value);
};

}  // namespace scansim
