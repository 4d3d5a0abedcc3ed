#include "host/sweep/sweep_front.h"

#include <algorithm>

#include "host/sweep/point_costs.h"

namespace scansim {
namespace {

class judge {
 public:
  judge(const sweep_spec& spec, const stored_rows& store, energy_end end)
      : spec_(spec), store_(store), end_(end) {}

  void add(const sweep_point& point, sweep_outcome& outcome) {
    std::vector<workload_result> workloads;
    for (size_t i = 0; i < point.keys.size(); ++i) {
      const scan_shape& shape = spec_.workloads[i].form.shape;
      workloads.push_back({spec_.workloads[i].weight, static_cast<double>(shape.batch * shape.length)});
      if (!take_row(store_.rows, point.keys[i], workloads.back().row, outcome)) return;
      if (i < point.value_keys.size() && !point.value_keys[i].empty() &&
          !take_row(store_.values, point.value_keys[i], workloads.back().values, outcome))
        return;
    }
    results_at_ends results = results_of(point.design, workloads, costs_.of(point.design), spec_.area.get());
    judged_point judged{&point, results[static_cast<size_t>(end_)]};
    if (!holds(judged, outcome)) return;
    outcome.points.push_back(std::move(judged));
    for (size_t end = 0; end < energy_ends.size(); ++end)
      ends_[end].push_back({&point, std::move(results[end])});
  }

  void mark(std::vector<judged_point>& points) {
    for (judged_point& one : points) one.robust = true;
    for (const energy_end end : energy_ends) {
      std::vector<judged_point>& marked = ends_[static_cast<size_t>(end)];
      mark_front(marked, spec_.objectives);
      for (size_t i = 0; i < points.size(); ++i) {
        points[i].robust = points[i].robust && marked[i].on_front;
        if (end == end_) points[i].on_front = marked[i].on_front;
      }
    }
  }

 private:
  // Whether the row is there and ok; else the point is counted for why not.
  template <class Row>
  static bool take_row(const std::map<std::string, Row>& rows, const std::string& key, const Row*& row,
                       sweep_outcome& outcome) {
    const auto found = rows.find(key);
    if (found == rows.end()) {
      ++outcome.missing;
      return false;
    }
    row = &found->second;
    if (row->status == row_status::ok) return true;
    ++outcome.failed[row->message];
    return false;
  }
  bool holds(const judged_point& judged, sweep_outcome& outcome) const {
    const nlohmann::json point = to_json(judged.point->design);
    for (const expression& rule : spec_.result_constraints) {
      const bool kept = rule.holds([&](const std::string& name) -> sweep_value {
        if (is_sweep_result(name)) return judged.results.at(name);
        for (const auto& [parameter, value] : judged.point->parameters)
          if (parameter == name) return value;
        return field_value(point, name);
      });
      if (!kept) {
        ++outcome.refused[rule.text()];
        return false;
      }
    }
    return true;
  }

  const sweep_spec& spec_;
  const stored_rows& store_;
  energy_end end_;
  point_costs costs_;
  std::array<std::vector<judged_point>, energy_ends.size()> ends_;
};

}  // namespace

bool dominates(const sweep_results& a, const sweep_results& b,
               const std::vector<sweep_objective>& objectives) {
  bool better = false;
  for (const sweep_objective& one : objectives) {
    const double sign = one.maximise ? -1 : 1;
    const double left = sign * a.at(one.result), right = sign * b.at(one.result);
    if (left > right) return false;
    better = better || left < right;
  }
  return better;
}

uint64_t sweep_outcome::done() const {
  uint64_t count = points.size();
  for (const auto& [rule, taken] : refused) count += taken;
  return count;
}

void mark_front(std::vector<judged_point>& points, const std::vector<sweep_objective>& objectives) {
  // A point that dominates comes before what it dominates, in this order.
  std::vector<judged_point*> sorted;
  for (judged_point& one : points) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const judged_point* a, const judged_point* b) {
    for (const sweep_objective& one : objectives) {
      const double left = a->results.at(one.result), right = b->results.at(one.result);
      if (left != right) return (left < right) != one.maximise;
    }
    return false;
  });
  std::vector<const judged_point*> front;
  for (judged_point* one : sorted) {
    one->on_front = std::none_of(front.begin(), front.end(), [&](const judged_point* other) {
      return dominates(other->results, one->results, objectives);
    });
    if (one->on_front) front.push_back(one);
  }
}

sweep_outcome judge_sweep(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          energy_end end) {
  sweep_outcome outcome;
  outcome.planned = plan.points.size();
  outcome.dropped_lines = store.dropped;
  judge one(spec, store, end);
  for (const sweep_point& point : plan.points) one.add(point, outcome);
  one.mark(outcome.points);
  return outcome;
}

}  // namespace scansim
