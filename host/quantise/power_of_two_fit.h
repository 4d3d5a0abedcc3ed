// Power-of-two scales of tensors: the number of fraction bits `frac` with which q = clamp(round(x 2^frac))
// costs the least squared error. A few outliers are clipped where that gains more than it loses. Contract:
// rounding is half up as everywhere in the machine; ties between two scales go to the one with fewer fraction
// bits (fewer clipped values). An all-zero tensor has 0 fraction bits.
#pragma once
#include <cstdint>
#include <span>

namespace scansim {

inline constexpr int largest_frac = 40;              // of a signal that is (almost) zero everywhere
inline constexpr int largest_requantise_shift = 31;  // more leave nothing of an s32

int32_t quantise_value(double value, int frac, int bits);

// The most fraction bits with which no value is clipped.
int absmax_frac(std::span<const float> values, int bits);
// The frac of least squared error among absmax_frac and the `deepest` next ones.
int least_error_frac(std::span<const float> values, int bits, int deepest = 4);
double squared_error(std::span<const float> values, int frac, int bits);

}  // namespace scansim
