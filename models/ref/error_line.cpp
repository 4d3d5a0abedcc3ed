#include "models/ref/error_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scansim {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();
constexpr double least_rest = 0.01;  // of the power, that the other rows must have

struct row_sums {
  double power = 0, product = 0, off = 0;  // of the values, of them with their errors, of the errors

  void add(double want, double error) { power += want * want, product += want * error, off += error; }
  double gain() const { return power > 0 ? product / power : 0; }
};

}  // namespace

error_line error_line_of(const std::vector<double>& got, const std::vector<double>& want, size_t row) {
  std::vector<row_sums> rows;
  row_sums all;
  for (size_t start = 0; start < want.size(); start += row) {
    row_sums one;
    for (size_t i = start; i < start + row; ++i) one.add(want[i], got[i] - want[i]);
    rows.push_back(one);
    all.power += one.power, all.product += one.product, all.off += one.off;
  }
  const auto values = static_cast<double>(want.size()), length = static_cast<double>(row),
             count = static_cast<double>(rows.size());
  error_line line;
  line.rows = rows.size();
  line.slope = 1 + all.gain();
  line.mean = all.off / values;
  if (rows.size() < 2) {
    line.slope_spread = line.mean_spread = unknown;
    return line;
  }
  double slope_squares = 0, mean_squares = 0, largest_power = 0;
  for (const row_sums& one : rows) {
    const row_sums rest{all.power - one.power, all.product - one.product};
    const double moved = rest.gain() - all.gain(), of_mean = one.off - length * line.mean;
    slope_squares += moved * moved, mean_squares += of_mean * of_mean;
    largest_power = std::max(largest_power, one.power);
  }
  line.slope_spread = std::sqrt((count - 1) / count * slope_squares);
  line.mean_spread = std::sqrt(count / (count - 1) * mean_squares) / values;
  if (all.power > 0 && all.power - largest_power < least_rest * all.power) line.slope_spread = unknown;
  return line;
}

}  // namespace scansim
