#include "host/sweep/point_neighbours.h"

#include <algorithm>

#include "host/sweep/missing_rows.h"

namespace scansim {
namespace {

using assignment = std::vector<std::pair<std::string, sweep_value>>;

const sweep_value* value_in(const assignment& parameters, const std::string& name) {
  for (const auto& [known, value] : parameters)
    if (known == name) return &value;
  return nullptr;
}

// Numbers by size, texts as they are listed.
std::vector<sweep_value> ordered(std::vector<sweep_value> values) {
  const bool numbers = std::all_of(values.begin(), values.end(),
                                   [](const sweep_value& v) { return std::holds_alternative<double>(v); });
  if (numbers) std::sort(values.begin(), values.end());
  return values;
}

class neighbour_search {
 public:
  neighbour_search(const sweep_spec& spec, const std::string& model, const sweep_point& point,
                   const stored_rows& store)
      : spec_(spec), model_(model), point_(point), store_(store) {}

  std::vector<point_neighbour> all() {
    for (const sweep_parameter& parameter : spec_.space) {
      const sweep_value* at = value_in(point_.parameters, parameter.name);
      if (!at || parameter.values.size() < 2) continue;
      const std::vector<sweep_value> values = ordered(parameter.values);
      const auto here = std::find(values.begin(), values.end(), *at);
      if (here == values.end()) continue;
      if (here != values.begin()) add(parameter.name, *at, *(here - 1));
      if (here + 1 != values.end()) add(parameter.name, *at, *(here + 1));
    }
    return std::move(found_);
  }

 private:
  void add(const std::string& parameter, const sweep_value& from, const sweep_value& to) {
    sweep_spec one = spec_;
    one.method = sample_method::list;
    one.listed = {point_.parameters};
    for (auto& [name, value] : one.listed[0])
      if (name == parameter) value = to;
    const sweep_plan plan = plan_sweep(one, model_);
    point_neighbour neighbour{parameter, from, to, "", {}};
    if (plan.points.empty()) {
      neighbour.refused = plan.refused.empty() ? "no point" : plan.refused.begin()->first;
    } else {
      run_rows_of(one, plan.points[0], store_);
      const sweep_outcome outcome = judge_sweep(one, plan, store_);
      if (!outcome.points.empty()) neighbour.results = outcome.points[0].results;
      if (!outcome.refused.empty()) neighbour.refused = outcome.refused.begin()->first;
      if (!outcome.failed.empty()) neighbour.refused = outcome.failed.begin()->first;
    }
    found_.push_back(std::move(neighbour));
  }

  const sweep_spec& spec_;
  const std::string& model_;
  const sweep_point& point_;
  stored_rows store_;
  std::vector<point_neighbour> found_;
};

}  // namespace

std::vector<point_neighbour> neighbours_of(const sweep_spec& spec, const std::string& model,
                                           const sweep_point& point, const stored_rows& store) {
  return neighbour_search(spec, model, point, store).all();
}

}  // namespace scansim
