#include "host/quantise/decay_fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/quantise/power_of_two_fit.h"

namespace scansim {
namespace {

constexpr int deepest = 4;

struct channel_drive {
  double dt = 0, power = 0;  // means over the tokens of dt and of (dt u)^2
};

double step_of(double delta, bool softplus) {
  if (!softplus) return std::max(delta, 0.0);
  return delta > 0 ? delta + std::log1p(std::exp(-delta)) : std::log1p(std::exp(delta));
}

std::vector<channel_drive> drives_of(const scan_tensors& t) {
  const auto length = static_cast<size_t>(t.shape.length), channels = static_cast<size_t>(t.shape.channels);
  std::vector<channel_drive> drives(channels);
  const double each = 1.0 / static_cast<double>(t.shape.batch * t.shape.length);
  for (size_t i = 0; i < t.u.size(); ++i) {
    const size_t channel = i / length % channels;
    const double bias = t.delta_bias.empty() ? 0 : t.delta_bias[channel];
    const double dt = step_of(t.delta[i] + bias, t.options.delta_softplus);
    drives[channel].dt += dt * each;
    drives[channel].power += std::pow(dt * t.u[i], 2) * each;
  }
  return drives;
}

double answer_sum(double s, double length) {
  return s == 0 ? length : std::expm1(-length * s) / std::expm1(-s);
}

}  // namespace

int least_decay_error_frac(const scan_tensors& t, int safe, int bits) {
  const std::vector<channel_drive> drives = drives_of(t);
  const auto length = static_cast<double>(t.shape.length);
  const auto states = static_cast<size_t>(t.shape.states);
  const auto error_of = [&](int frac) {
    double sum = 0;
    for (size_t i = 0; i < t.a.size(); ++i) {
      const channel_drive& drive = drives[i / states];
      const double x = -drive.dt * t.a[i];
      const double kept = -drive.dt * std::ldexp(quantise_value(t.a[i], frac, bits), -frac);
      sum += drive.power *
             (answer_sum(2 * x, length) - 2 * answer_sum(x + kept, length) + answer_sum(2 * kept, length));
    }
    return sum;
  };
  int best = safe;
  double least = error_of(safe);
  for (int frac = safe + 1; frac <= safe + deepest; ++frac)
    if (const double error = error_of(frac); error < least) best = frac, least = error;
  return best;
}

}  // namespace scansim
