// An energy with its uncertainty, low <= nominal <= high, in pJ, and the level at which it was measured. Sums
// add low to low and high to high: the bounds are of a shared bias, not of independent errors.
#pragma once
#include <string>

namespace scansim {

struct energy_range {
  double low_pj = 0;
  double nominal_pj = 0;
  double high_pj = 0;

  energy_range& operator+=(const energy_range& other) {
    low_pj += other.low_pj;
    nominal_pj += other.nominal_pj;
    high_pj += other.high_pj;
    return *this;
  }
};

inline energy_range operator+(energy_range left, const energy_range& right) { return left += right; }
inline energy_range operator*(double factor, const energy_range& range) {
  return {factor * range.low_pj, factor * range.nominal_pj, factor * range.high_pj};
}

// circuit: one operator or memory macro; device: a chip with its I/O; path: everything between the memory
// cells and the consumer; board: what a power meter of a whole board shows. Figures of different level are
// never one sum.
enum class energy_level { circuit, device, path, board };

inline const char* level_name(energy_level level) {
  constexpr const char* names[] = {"circuit", "device", "path", "board"};
  return names[static_cast<int>(level)];
}

}  // namespace scansim
