// The points of a sweep: assignments of the space's parameters over the base, as design points, and those
// that are none, counted by the rule that refuses them. Contract: a function of the spec alone, in a fixed
// order; two assignments that resolve alike are one point. Errors of the file itself: input_error.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "host/sweep/sweep_spec.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct sweep_point {
  std::vector<std::pair<std::string, sweep_value>> parameters;  // in the order of the space
  design_point design;
  std::string id;                 // first 12 digits of a hash of the design point
  std::vector<std::string> keys;  // of its rows, one a workload
  // Of its rows of values, one a workload, empty where that has none; no entries: the sweep wants none.
  std::vector<std::string> value_keys;
};

struct sweep_plan {
  std::vector<sweep_point> points;
  std::map<std::string, uint64_t> refused;  // rule: how many assignments it took out
  uint64_t assignments = 0, duplicates = 0;
  uint64_t generations = 0;  // of a search that goes by generations, those whose points stand here
  bool open = false;         // more points follow when these have rows
};

// `model`: hash of what computes times; part of every key. `store`: what a search by generations goes by; it
// finds the same generations whenever the rows are the same.
sweep_plan plan_sweep(const sweep_spec& spec, const std::string& model, const stored_rows& store = {});

}  // namespace scansim
