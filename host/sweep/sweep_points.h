// The points of a sweep: assignments of the space's parameters over the base, as design points, and those
// that are none, counted by the rule that refuses them. Contract: a function of the spec alone, in a fixed
// order; two assignments that resolve alike are one point. Errors of the file itself: input_error.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "host/sweep/sweep_spec.h"

namespace scansim {

struct sweep_point {
  std::vector<std::pair<std::string, sweep_value>> parameters;  // in the order of the space
  design_point design;
  std::string id;                 // first 12 digits of a hash of the design point
  std::vector<std::string> keys;  // of its rows, one a workload
};

struct sweep_plan {
  std::vector<sweep_point> points;
  std::map<std::string, uint64_t> refused;  // rule: how many assignments it took out
  uint64_t assignments = 0, duplicates = 0;
};

// `model`: hash of what computes times; part of every key.
sweep_plan plan_sweep(const sweep_spec& spec, const std::string& model);

}  // namespace scansim
