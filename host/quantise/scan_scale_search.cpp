#include "host/quantise/scan_scale_search.h"

#include <algorithm>
#include <cmath>

#include "host/quantise/calibrate.h"
#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int rounds = 3;

// The signals whose fraction bits are searched, in this order.
constexpr int scan_scales::*searched[] = {
    &scan_scales::frac_a, &scan_scales::frac_b, &scan_scales::frac_c,     &scan_scales::frac_delta,
    &scan_scales::frac_u, &scan_scales::frac_z, &scan_scales::frac_state, &scan_scales::frac_y};

bool legal_scales(const scan_scales& scales, const hls::widths& w, const shift_form& form) {
  try {
    make_shifts(scales, w, form);
    return true;
  } catch (const input_error&) {
    return false;
  }
}

class scale_trial {
 public:
  scale_trial(const scan_tensors& call, const float_matrix& projection, scan_machine& machine)
      : call_(call), projection_(projection), machine_(machine) {
    want_ =
        Eigen::Map<const Eigen::VectorXf>(call.expect_y.data(), static_cast<int64_t>(call.expect_y.size()));
    power_ = projected_power(want_);
  }

  // Infinite for scales that the machine does not have.
  double error(const scan_scales& scales) {
    if (!legal_scales(scales, widths_of(machine_.point()), shift_form_of(call_))) return INFINITY;
    const program_result result = machine_.run(quantise(call_, scales));
    const std::vector<int32_t>& y = result.output("y");
    const auto step = static_cast<float>(std::ldexp(1.0, -scales.frac_y));
    Eigen::VectorXf difference(want_.size());
    for (int64_t i = 0; i < difference.size(); ++i)
      difference[i] = static_cast<float>(y[static_cast<size_t>(i)]) * step - want_[i];
    return power_ > 0 ? projected_power(difference) / power_ : 0;
  }

 private:
  double projected_power(const Eigen::VectorXf& y) const {
    const scan_shape& s = call_.shape;
    double sum = 0;
    for (int64_t batch = 0; batch < s.batch; ++batch) {
      const Eigen::Map<const float_matrix> part(y.data() + batch * s.channels * s.length, s.channels,
                                                s.length);
      sum += static_cast<double>((projection_ * part).squaredNorm());
    }
    return sum;
  }

  const scan_tensors& call_;
  const float_matrix& projection_;
  scan_machine& machine_;
  Eigen::VectorXf want_;
  double power_ = 0;
};

}  // namespace

bool scan_scale_limits::allow(const scan_scales& s) const {
  return s.frac_u <= u && s.frac_z <= z && s.frac_y <= y && s.frac_b <= s.frac_u + b_over_u &&
         s.frac_c <= s.frac_u + c_over_u && s.frac_delta <= std::min(delta, s.frac_u + delta_over_u);
}

void scan_scale_limits::lower(scan_scales& s) const {
  s.frac_u = std::min(s.frac_u, u), s.frac_z = std::min(s.frac_z, z), s.frac_y = std::min(s.frac_y, y);
  const int less_b = std::max(0, s.frac_b - (s.frac_u + b_over_u));
  s.frac_b -= less_b, s.frac_state -= less_b;
  s.frac_c = std::min(s.frac_c, s.frac_u + c_over_u);
  s.frac_delta = std::min({s.frac_delta, delta, s.frac_u + delta_over_u});
}

scan_scales search_scan_scales(const scan_tensors& call, const float_matrix& projection,
                               scan_machine& machine, const shared_scales& shared,
                               const scan_scale_limits& limits) {
  scan_scales best = calibrate(call, widths_of(machine.point()));
  const bool allowed = limits.allow(best);
  if (!allowed) limits.lower(best);
  if (shared.z) best.frac_z = *shared.z;
  if (shared.y) best.frac_y = *shared.y;
  if (shared.z || shared.y || !allowed) {
    make_shifts(best, widths_of(machine.point()), shift_form_of(call));
  }
  scale_trial runs(call, projection, machine);
  double least = runs.error(best);
  for (int round = 0; round < rounds; ++round) {
    const double before = least;
    for (const auto signal : searched) {
      if ((shared.z && signal == &scan_scales::frac_z) || (shared.y && signal == &scan_scales::frac_y))
        continue;
      for (const int direction : {1, -1}) {
        bool moved = false;
        while (true) {
          scan_scales next = best;
          next.*signal += direction;
          const double error = limits.allow(next) ? runs.error(next) : INFINITY;
          if (!(error < least)) break;
          best = next, least = error, moved = true;
        }
        if (moved) break;
      }
    }
    if (!(least < before)) break;
  }
  return best;
}

}  // namespace scansim
