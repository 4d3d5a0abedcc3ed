#include "host/sweep/point_service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "host/sweep/missing_rows.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

std::unique_ptr<file_lock> lock_of(const std::string& folder) {
  read_sweep_folder(folder);  // no folder of a sweep: said as that
  std::unique_ptr<file_lock> lock = file_lock::if_free(folder + "/lock");
  if (!lock) throw tool_error(folder + ": another run works in this folder");
  return lock;
}

}  // namespace

nlohmann::json space_json(const sweep_spec& spec) {
  nlohmann::json parameters = nlohmann::json::array(), objectives = nlohmann::json::array();
  for (const sweep_parameter& one : spec.space) {
    nlohmann::json values = nlohmann::json::array();
    for (const sweep_value& value : one.values) values.push_back(json_of(value));
    const char* kind = one.derived ? "derived" : one.with.empty() ? "sampled" : "mapped";
    parameters.push_back({{"name", one.name}, {"kind", kind}, {"values", values}});
    if (one.when) parameters.back()["when"] = one.when->text();
  }
  for (const sweep_objective& one : spec.objectives)
    objectives.push_back({{"result", one.result}, {"direction", one.maximise ? "max" : "min"}});
  return {{"parameters", parameters}, {"objectives", objectives}, {"results", sweep_result_list()}};
}

point_service::point_service(const std::string& folder)
    : folder_(folder),
      lock_(lock_of(folder)),
      sweep_(read_sweep_folder(folder)),
      space_(sweep_.spec),
      store_(read_shards(folder)),
      points_(sweep_.spec, sweep_.model) {
  for (const sweep_point& point : plan_sweep(sweep_.spec, sweep_.model, store_).points)
    points_.add(point.parameters);
  shard_ = std::make_unique<shard_writer>(folder, free_shard_name(folder, getpid()));
  for (const judged_point& one : judge_sweep(sweep_.spec, points_.plan, store_).points)
    judged_[one.point->id] = one.results;
}

point_service::~point_service() = default;

assignment point_service::proposal_in(const std::string& line, int number) const {
  const std::string where = fmt::format("standard input, line {}", number);
  const nlohmann::json given = parse_json_strict(line, where, "proposal");
  if (!given.is_object())
    throw input_error(where, "proposal", "an object of parameters", describe_json(given));
  assignment row;
  for (const auto& [name, value] : given.items()) {
    const auto known = std::find_if(sweep_.spec.space.begin(), sweep_.spec.space.end(),
                                    [&](const sweep_parameter& one) { return one.name == name; });
    if (known == sweep_.spec.space.end() || known->values.empty())
      throw input_error(where, printable(name), "a sampled parameter of the space (scansim sweep ask)",
                        "another name");
    if (value.is_number())
      row.emplace_back(name, value.get<double>());
    else if (value.is_string())
      row.emplace_back(name, value.get<std::string>());
    else
      throw input_error(where, name, "a number or a text", describe_json(value));
  }
  return row;
}

nlohmann::json point_service::answer(const std::string& line, int number) {
  const assignment one = space_.of_row(proposal_in(line, number));
  const std::map<std::string, uint64_t> before = points_.plan.refused;
  const auto [what, id] = points_.add(one);
  if (what == point_collector::outcome::refused) {
    for (const auto& [rule, count] : points_.plan.refused)
      if (!before.contains(rule) || before.at(rule) != count)
        return {{"status", "refused"}, {"message", rule}};
  }
  if (what == point_collector::outcome::fresh) keep(one);
  for (const sweep_point& point : points_.plan.points)
    if (point.id == id) {
      run_missing_rows(point);
      return answer_for(point);
    }
  throw tool_error(folder_ + ": point " + id + " is lost");
}

void point_service::run_missing_rows(const sweep_point& point) {
  run_rows_of(sweep_.spec, point, store_, [&](const sweep_row& row) { shard_->append(row); });
}

nlohmann::json point_service::answer_for(const sweep_point& point) {
  sweep_plan alone;
  alone.points = {point};
  const sweep_outcome outcome = judge_sweep(sweep_.spec, alone, store_);
  if (!outcome.refused.empty())
    return {{"point", point.id}, {"status", "refused"}, {"message", outcome.refused.begin()->first}};
  if (!outcome.failed.empty())
    return {{"point", point.id}, {"status", "failed"}, {"message", outcome.failed.begin()->first}};
  const sweep_results& results = judged_[point.id] = outcome.points.at(0).results;
  const bool front = std::none_of(judged_.begin(), judged_.end(), [&](const auto& other) {
    return dominates(other.second, results, sweep_.spec.objectives);
  });
  return {{"point", point.id}, {"status", "ok"}, {"front", front}, {"results", results}};
}

void point_service::keep(const assignment& one) const {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : one) object[name] = json_of(value);
  append_asked(folder_, object);
}

}  // namespace scansim
