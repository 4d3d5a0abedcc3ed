#include "host/operators/scan_part.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/ref/relative_mse.h"

namespace scansim {

namespace {

bool passes(const scan_bars& bars, const scan_trial& trial, const std::vector<named_reals>& got) {
  const std::vector<double>&got_y = *find_output(got, "y"), &want_y = *find_output(trial.reference, "y");
  const double of_y = trial.residual.empty() ? relative_mse(got_y, want_y)
                                             : relative_mse_beyond(trial.residual, got_y, want_y);
  if (!(of_y <= bars.y)) return false;
  if (bars.part > 0 && !error_of_part(trial.share, got_y, want_y).within(bars.part)) return false;
  const auto *got_h = find_output(got, "h_last"), *want_h = find_output(trial.reference, "h_last");
  return bars.state == 0 || got_h == nullptr || want_h == nullptr ||
         relative_mse(*got_h, *want_h) <= bars.state;
}

}  // namespace

bool is_closed(double gate) { return std::fabs(gate) < 1.0 / 1024; }

double part_error::relative() const {
  if (power > 0) return error / power;
  return error > 0 ? std::numeric_limits<double>::infinity() : 0;
}

part_error error_of_part(const scan_share& share, const std::vector<double>& got,
                         const std::vector<double>& want, double roundoff) {
  part_error sum;
  for (size_t i = 0; i < want.size(); ++i) {
    const double gate = share.gate.empty() ? 1 : share.gate[i];
    if (is_closed(gate)) continue;
    const double difference = (got[i] - want[i]) / gate;
    const double part = (want[i] - (share.origin.empty() ? 0 : share.origin[i])) / gate;
    const double rounded = roundoff * want[i] / gate;
    sum.error += difference * difference;
    sum.power += part * part;
    sum.rounding += rounded * rounded;
  }
  return sum;
}

// A deleted scan has gain 0, an unrelated one in its place about 0, one that is far too large 2 and more.
bool part_gain::kept() const { return std::fabs(gain - 1) <= 0.5 + 4 * noise; }

part_gain gain_of_part(const scan_share& share, const std::vector<double>& got,
                       const std::vector<double>& want) {
  double error = 0, along = 0, power = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    const double part = want[i] - (share.origin.empty() ? 0 : share.origin[i]), difference = got[i] - want[i];
    error += difference * difference, along += difference * part, power += part * part;
  }
  if (power == 0) return {};
  return {1 + along / power, std::sqrt(error / power / static_cast<double>(want.size()))};
}

double lost_readout(const scan_share& share, const std::vector<double>& readout,
                    const std::vector<double>& y) {
  double error = 0, power = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    const double gate = share.gate.empty() ? 1 : share.gate[i];
    if (is_closed(gate)) continue;
    const double want = (y[i] - (share.origin.empty() ? 0 : share.origin[i])) / gate;
    error += (readout[i] - want) * (readout[i] - want);
    power += want * want;
  }
  return power > 0 ? error / power : error;
}

// One percent of the part, or the published relative tolerance of the type where that is more.
recorded_bar recorded_bar_of(tensor_dtype recorded) {
  if (recorded == tensor_dtype::bf16) return {1e-3, std::ldexp(1.0, -8)};
  if (recorded == tensor_dtype::f16) return {1e-4, std::ldexp(1.0, -11)};
  return {1e-4, std::ldexp(1.0, -20)};  // sums of a float kernel
}

const std::vector<double>* find_output(const std::vector<named_reals>& outputs, const std::string& name) {
  const auto found =
      std::find_if(outputs.begin(), outputs.end(), [&](const named_reals& one) { return one.name == name; });
  return found == outputs.end() ? nullptr : &found->values;
}

std::vector<std::string> unseen_faults(const scan_bars& bars, const scan_trial& trial) {
  std::vector<std::string> unseen;
  for (const scan_trial::planted& one : trial.faults)
    if (passes(bars, trial, one.outputs)) unseen.push_back(one.fault);
  return unseen;
}

}  // namespace scansim
