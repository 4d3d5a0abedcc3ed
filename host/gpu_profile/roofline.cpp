#include "host/gpu_profile/roofline.h"

#include <stdexcept>

namespace scansim {

std::optional<roofline_bound> roofline(const profile_work& work,
                                       const std::vector<profile_ceiling>& ceilings) {
  std::optional<roofline_bound> bound;
  for (const profile_ceiling& ceiling : ceilings) {
    double amount = 0;
    if (ceiling.name == "copy_bandwidth")
      amount = work.bytes;
    else if (ceiling.name == "exp_rate")
      amount = work.exps;
    else if (ceiling.name == "float32_rate")
      amount = work.flops;
    else
      throw std::invalid_argument("roofline: no ceiling " + ceiling.name);
    const double time_us = 1e6 * amount / ceiling.value;
    if (!bound || time_us > bound->time_us) bound = roofline_bound{time_us, ceiling.name};
  }
  return bound;
}

}  // namespace scansim
