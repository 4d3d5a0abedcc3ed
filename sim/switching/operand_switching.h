// Counts how operands switch (switching_map.h): told of every operation with its operands, place by place.
// Contract: of one place operations come in their order; a place begins with zeros, at every start anew.
// Rungs that compute the same values in the same order count the same. It costs tens of ns an operation: it
// stands in instantiations of their own (counted_steps.h, counted_lanes.h), which run where it is asked for.
#pragma once
#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "sim/switching/switching_map.h"

namespace scansim {

using switching_values = std::array<uint64_t, num_switching_counters>;

struct switching_count {
  std::string block, event;
  uint64_t count = 0;
};
// Names to values, in the order of the map.
std::vector<switching_count> named_switching(const switching_values& values);

class operand_switching {
 public:
  explicit operand_switching(const hls::widths& widths);

  void restart();
  // One operand for each of the unit's, in the order of the map.
  void see(switching_unit unit, int place, std::span<const int64_t> operands);
  void see(switching_unit unit, int place, std::initializer_list<int64_t> operands) {
    see(unit, place, std::span<const int64_t>(operands.begin(), operands.size()));
  }
  // As if they had been seen before the first operation that counts.
  void lead_in(switching_unit unit, int place, std::span<const int64_t> operands);
  const switching_values& values() const { return values_; }
  const hls::widths& widths() const { return widths_; }

 private:
  struct unit_state {
    std::array<uint64_t, 8> masks{};          // of operands
    std::array<uint64_t, 4> product_masks{};  // as wide as both together
    size_t first = 0;                         // of its counters
    std::vector<int64_t> before;              // [place][operand]
  };

  int64_t* before(switching_unit unit, int place);

  hls::widths widths_;
  std::array<unit_state, num_switching_units> units_;
  switching_values values_{};
};

}  // namespace scansim
