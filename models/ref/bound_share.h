// How much of its own bound the error of each value takes: `largest` at index `at`; `beyond` of the `judged`
// values lie outside. A bound that is not finite judges nothing.
#pragma once
#include <cmath>
#include <cstdint>

namespace scansim {

struct bound_share {
  uint64_t judged = 0, beyond = 0;
  double largest = 0;
  uint64_t at = 0;

  void add(uint64_t index, double error, double bound) {
    if (!std::isfinite(bound)) return;
    ++judged;
    beyond += error > bound;
    if (error > largest * bound) largest = error / bound, at = index;
  }
};

}  // namespace scansim
