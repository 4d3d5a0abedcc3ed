// The machines of a covering array (sim/bins/covering_points.h) as design points of a plan: "pair-1", ...,
// each a start with fields set, so that a line of the shell can name it. Errors: input_error of a start.
#pragma once
#include <string>
#include <vector>

#include "host/regress/regress_plan.h"

namespace scansim {

std::vector<plan_point> covering_machines(const std::string& label, const std::vector<std::string>& starts);

}  // namespace scansim
