#include "host/regress/covering_machines.h"

#include <fmt/format.h>

#include "sim/bins/covering_points.h"

namespace scansim {

std::vector<plan_point> covering_machines(const std::string& label, const std::vector<std::string>& starts) {
  std::vector<design_point> machines;
  for (const std::string& start : starts) {
    machines.push_back(load_design({start, {}}));
    machines.back().name = std::to_string(machines.size() - 1);  // which one a made one comes from
  }
  std::vector<plan_point> made;
  for (design_point& point : covering_points(machines)) {
    const size_t from = std::stoul(point.name);
    plan_point one;
    one.label = fmt::format("{}-{}", label, made.size() + 1);
    one.group = label;
    one.request.config = starts[from];
    for (const parameter_row& row : map::parameters)
      if (point.*row.member != machines[from].*row.member)
        one.request.overrides.push_back(fmt::format("{}={}", row.key, point.*row.member));
    one.point = load_design(one.request);
    made.push_back(std::move(one));
  }
  return made;
}

}  // namespace scansim
