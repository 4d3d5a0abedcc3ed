// How far values are from the wanted ones, as one number of the whole tensor.
//   relative_mse          sum (got - want)^2 / sum want^2; the numerator alone if all of `want` is zero
//   relative_mse_beyond   the same of what both add to `origin`: for an output that is mostly its input
// Contract: equal sizes. Element by element, with a tolerance, is compare_to_expect.h.
#pragma once
#include <vector>

namespace scansim {

double relative_mse(const std::vector<double>& got, const std::vector<double>& want);
double relative_mse_beyond(const std::vector<double>& origin, const std::vector<double>& got,
                           const std::vector<double>& want);

}  // namespace scansim
