#include "host/operators/operator_result.h"

#include <algorithm>
#include <cmath>

namespace scansim {

namespace {

double error_at(const operator_result& r, size_t i) { return std::fabs(r.value[i] - r.limited[i]); }

double bound_at(const operator_result& r, size_t i) {
  return r.bound[i] + reference_error * std::fabs(r.limited[i]);
}

double whole_error(const operator_result& r) { return relative_mse_beyond(r.whole->origin, r.value, r.want); }

size_t place_of_largest_error(const operator_result& r) {
  size_t worst = 0;
  for (size_t i = 0; i < r.value.size(); ++i)
    if (std::fabs(r.value[i] - r.want[i]) > std::fabs(r.value[worst] - r.want[worst])) worst = i;
  return worst;
}

}  // namespace

void add_limit(operator_result& result, const output_limit& limit) {
  result.limited.push_back(limit.value);
  result.bound.push_back(limit.error);
}

std::optional<bound_violation> find_violation_of_bound(const operator_result& result) {
  if (result.whole) {
    if (whole_error(result) <= result.whole->most) return std::nullopt;
    return bound_violation{place_of_largest_error(result), result.value.size()};
  }
  bound_violation found;
  for (size_t i = 0; i < result.value.size(); ++i) {
    if (error_at(result, i) <= bound_at(result, i)) continue;
    if (found.count++ == 0) found.first = i;
  }
  if (found.count == 0) return std::nullopt;
  return found;
}

double largest_error(const operator_result& result) {
  if (result.whole) return whole_error(result);
  double worst = 0;
  for (size_t i = 0; i < result.value.size(); ++i) worst = std::max(worst, error_at(result, i));
  return worst;
}

double largest_of_bound(const operator_result& result) {
  if (result.whole) return whole_error(result) / result.whole->most;
  double worst = 0;
  for (size_t i = 0; i < result.value.size(); ++i) {
    const double error = error_at(result, i);
    if (error > 0) worst = std::max(worst, error / bound_at(result, i));
  }
  return worst;
}

}  // namespace scansim
