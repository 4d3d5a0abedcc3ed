#include "models/ref/relative_mse.h"

#include <cstddef>

namespace scansim {

double relative_mse(const std::vector<double>& got, const std::vector<double>& want) {
  double error = 0, power = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    error += (got[i] - want[i]) * (got[i] - want[i]);
    power += want[i] * want[i];
  }
  return power > 0 ? error / power : error;
}

double relative_mse_beyond(const std::vector<double>& origin, const std::vector<double>& got,
                           const std::vector<double>& want) {
  std::vector<double> got_change = got, want_change = want;
  for (size_t i = 0; i < origin.size(); ++i) got_change[i] -= origin[i], want_change[i] -= origin[i];
  return relative_mse(got_change, want_change);
}

}  // namespace scansim
