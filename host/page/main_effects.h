// The main effect of a parameter on a result over the points of a sample (Sobol's first-order index,
// estimated by omega squared of one-way groups): points in groups by value, more than `most_groups` different
// numbers in that many groups of about equal size; y = log(result), or the result where it is not positive
// throughout;
//   share  = max(0, (SSB - (k - 1) MSW) / (SST + MSW)), MSW = SSW / (n - k): n points, k groups
//   factor = exp(largest group mean of y - smallest), or without exp where y is the result itself
// Choose it to rank parameters without running anything more; effects of two together are not in it, and
// parameters that move together each have the share of both.
#pragma once
#include <string>
#include <vector>

#include "host/sweep/expression.h"

namespace scansim {

inline constexpr size_t most_groups = 12;

struct main_effect {
  double share = 0;    // of the variance, 0..1
  double spread = 1;   // factor or difference between the extreme groups
  bool factor = true;  // which of the two
  size_t groups = 0;   // 0: not established, fewer than two groups or a point each
};

// One value of the parameter and one result a point.
main_effect main_effect_of(const std::vector<sweep_value>& parameter, const std::vector<double>& result);

}  // namespace scansim
