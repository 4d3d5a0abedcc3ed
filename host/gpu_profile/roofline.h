// Time of a call by its ceilings: max over the ceilings given of work / rate, in us. copy_bandwidth moves the
// bytes, exp_rate computes the exps, float32_rate the flops. Contract: what is not given does not bind; no
// ceiling at all gives none. With datasheet ceilings this is the modelled time; with ceilings measured in the
// same run, floor / measured time is the share of the roofline that a kernel reached. Launches and latency
// are left out, and so are exps that a kernel computes on the float32 pipes beside the special function
// units.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct roofline_bound {
  double time_us = 0;
  std::string ceiling;  // the one that binds: copy_bandwidth, exp_rate or float32_rate
};

std::optional<roofline_bound> roofline(const profile_work& work,
                                       const std::vector<profile_ceiling>& ceilings);

}  // namespace scansim
