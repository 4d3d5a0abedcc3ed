#include "models/ref/error_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scansim {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();
constexpr double least_rest = 0.01;  // of the power, that the other rows must have

}  // namespace

error_line error_line_of(const std::vector<double>& got, const std::vector<double>& want, size_t row) {
  double power = 0, product = 0, sum = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    const double off = got[i] - want[i];
    power += want[i] * want[i], product += want[i] * off, sum += off;
  }
  const double gain = power > 0 ? product / power : 0;  // of the error on what was wanted
  const auto count = static_cast<double>(want.size()), rows = count / static_cast<double>(row);
  error_line line;
  line.slope = 1 + gain;
  line.mean = sum / count;
  double slope_squares = 0, mean_squares = 0, largest_power = 0;
  for (size_t start = 0; start < want.size(); start += row) {
    double of_slope = 0, of_mean = 0, of_power = 0;
    for (size_t i = start; i < start + row; ++i) {
      const double off = got[i] - want[i];
      of_slope += want[i] * (off - gain * want[i]), of_mean += off - line.mean;
      of_power += want[i] * want[i];
    }
    slope_squares += of_slope * of_slope, mean_squares += of_mean * of_mean;
    largest_power = std::max(largest_power, of_power);
  }
  const double known = rows > 1 ? rows / (rows - 1) : unknown;
  line.slope_spread = power > 0 ? std::sqrt(known * slope_squares) / power : 0;
  line.mean_spread = std::sqrt(known * mean_squares) / count;
  if (rows <= 1) line.slope_spread = line.mean_spread = unknown;
  if (power > 0 && power - largest_power < least_rest * power) line.slope_spread = unknown;
  return line;
}

}  // namespace scansim
