// Time of a call by its ceilings: max over the ceilings given of work / rate, in us.
//   copy_bandwidth  bytes           float32_rate      flops         launch_floor  launches x the floor
//   unit_rate       unit_ops        issue_rate        instructions of the kernel that would run
//   tensor_rate     tensor_flops
//   exp_rate        exps            shared_bandwidth  its bytes through shared memory
// unit_rate is the special function unit alone, exp_rate exps of which some are polynomials on the float32
// pipes beside it. A kernel is held to the one that it uses: to unit_rate, unless it splits its exps. Where
// there is no unit_rate (profiles of before it), exp_rate binds. Contract: what is not given, and what the
// work does not know (0), does not bind; no ceiling at all gives none. With datasheet ceilings this is the
// modelled time; with measured ones floor / measured time is the share of the roofline that a kernel reached.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct roofline_time {
  std::string ceiling, basis;
  double time_us = 0;
  bool applies = true;  // false: a kernel of the other way to compute exps would be held to it
};

struct roofline_bound {
  double time_us = 0;
  std::string ceiling, basis;        // the one that binds
  std::vector<roofline_time> times;  // of all, in the order of the ceilings
};

enum class exp_way { unit, split };

std::optional<roofline_bound> roofline(const profile_work& work, const std::vector<profile_ceiling>& ceilings,
                                       exp_way way = exp_way::unit);

// How a recorded kernel computes its exps, by the key `exps` of its configuration; without it by the unit.
exp_way exp_way_of(const profile_kernel& kernel);

}  // namespace scansim
