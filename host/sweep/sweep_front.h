// What a folder knows of a plan: results point by point, what is missing, and the front of its objectives.
// Contract: a point is judged when every workload of it has a row that is ok; an incomplete set says so
// (complete()), and nobody may print a front of it without k of n. The front keeps the order of the plan, so
// it does not depend on who ran what when. Energies are computed here, from stored counters.
#pragma once
#include "host/sweep/sweep_points.h"
#include "host/sweep/sweep_results.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct judged_point {
  const sweep_point* point = nullptr;
  sweep_results results;  // at the end that was asked for
  bool on_front = false;  // there
  bool robust = false;    // on the front at the low, the nominal and the high end of the costs alike
};

struct sweep_outcome {
  std::vector<judged_point> points;  // of the plan that have every result and hold the constraints on them
  std::map<std::string, uint64_t> refused;  // by constraint on results
  uint64_t planned = 0, missing = 0;        // points; missing: no row yet
  std::map<std::string, uint64_t> failed;   // message: points
  uint64_t dropped_lines = 0;
  uint64_t done() const;  // points with every result, whether or not they hold the constraints on them
  bool complete() const { return done() == planned; }
};

// Constraints on results hold at the end that is asked for; a front of another end has the same points.
sweep_outcome judge_sweep(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          energy_end end = energy_end::nominal);

// a is at least as good as b in everything and better in something.
bool dominates(const sweep_results& a, const sweep_results& b,
               const std::vector<sweep_objective>& objectives);
// Marks the points that no other is at least as good as in everything and better in something.
void mark_front(std::vector<judged_point>& points, const std::vector<sweep_objective>& objectives);

}  // namespace scansim
