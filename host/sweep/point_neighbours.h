// What would move a point: the points one step away in one parameter of the space, everything else as it is
// (derived and mapped parameters follow). Contract: the nearest value below and above of each sampled
// parameter, in the order of the space; one that is refused says by which rule; results come from stored
// rows, and a neighbour without them is run here (run_point), so that a sparse sample has all of them.
#pragma once
#include "host/sweep/sweep_front.h"

namespace scansim {

struct point_neighbour {
  std::string parameter;
  sweep_value from, to;
  std::string refused;  // the rule; empty: it is a point
  sweep_results results;
};

std::vector<point_neighbour> neighbours_of(const sweep_spec& spec, const std::string& model,
                                           const sweep_point& point, const stored_rows& store);

}  // namespace scansim
