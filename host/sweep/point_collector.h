// Assignments become points of a plan: each once, those that are no design point counted by the rule that
// refuses them. Contract: points stand in the order in which they were added.
#pragma once
#include <set>
#include <unordered_set>

#include "host/sweep/space_assignments.h"
#include "host/sweep/sweep_points.h"

namespace scansim {

// Whole numbers as such.
nlohmann::json json_of(const sweep_value& value);

class point_collector {
 public:
  // `model`: hash of what computes times; part of every key.
  point_collector(const sweep_spec& spec, const std::string& model);

  enum class outcome { fresh, known, refused };
  // What became of it, and the id where it is a point. A dry one changes nothing.
  std::pair<outcome, std::string> add(const assignment& one, bool dry = false);

  sweep_plan plan;

 private:
  std::optional<sweep_point> point_of(const assignment& one, std::string& rule);
  const std::string& memory_refusal(const design_point& design);
  std::string part_refusal(const design_point& design) const;  // empty: it fits the part, if one is asked for
  std::optional<input_error> refusal_of(const assignment& one, design_point& design);
  std::optional<input_error> refusal_as_file(const assignment& one, design_point& design) const;
  void identify(sweep_point& point) const;

  const sweep_spec& spec_;
  const space_assignments space_;
  const nlohmann::json base_;
  const std::string model_;
  std::string row_text(size_t workload, const sweep_point& point) const;
  std::string value_text(const sweep_workload& workload, const sweep_point& point) const;

  std::vector<std::string> workloads_;  // what a row's key has besides the design point, one a workload
  std::unordered_set<std::string> seen_;
  std::set<std::pair<std::string, std::string>> known_names_;  // of memory and technology
  std::map<std::pair<std::string, std::map<std::string, std::string>>, std::string> memories_;
};

}  // namespace scansim
