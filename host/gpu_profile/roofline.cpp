#include "host/gpu_profile/roofline.h"

#include <algorithm>
#include <stdexcept>

namespace scansim {
namespace {

struct ceiling_work {
  const char* ceiling;
  double profile_work::*amount;
};
constexpr ceiling_work rates[] = {{"copy_bandwidth", &profile_work::bytes},
                                  {"unit_rate", &profile_work::unit_ops},
                                  {"exp_rate", &profile_work::exps},
                                  {"float32_rate", &profile_work::flops},
                                  {"tensor_rate", &profile_work::tensor_flops},
                                  {"issue_rate", &profile_work::instructions},
                                  {"shared_bandwidth", &profile_work::shared_bytes}};

double time_by(const profile_work& work, const profile_ceiling& ceiling) {
  if (ceiling.name == "launch_floor") return work.launches * ceiling.value;
  for (const auto& [name, amount] : rates)
    if (ceiling.name == name) return 1e6 * work.*amount / ceiling.value;
  throw std::invalid_argument("roofline: no ceiling " + ceiling.name);
}

}  // namespace

std::optional<roofline_bound> roofline(const profile_work& work, const std::vector<profile_ceiling>& ceilings,
                                       exp_way way) {
  const bool unit_known =
      work.unit_ops > 0 && std::any_of(ceilings.begin(), ceilings.end(),
                                       [](const profile_ceiling& one) { return one.name == "unit_rate"; });
  const bool by_unit = way == exp_way::unit && unit_known;
  roofline_bound bound;
  for (const profile_ceiling& ceiling : ceilings) {
    const bool applies = ceiling.name != (by_unit ? "exp_rate" : "unit_rate");
    const double time_us = time_by(work, ceiling);
    bound.times.push_back({ceiling.name, ceiling.basis, time_us, applies});
    if (!applies || (!bound.ceiling.empty() && time_us <= bound.time_us)) continue;
    bound.time_us = time_us;
    bound.ceiling = ceiling.name;
    bound.basis = ceiling.basis;
  }
  if (bound.time_us <= 0) return std::nullopt;
  return bound;
}

exp_way exp_way_of(const profile_kernel& kernel) {
  for (const auto& [key, value] : kernel.configuration)
    if (key == "exps" && value == "split") return exp_way::split;
  return exp_way::unit;
}

}  // namespace scansim
