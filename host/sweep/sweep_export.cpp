#include "host/sweep/sweep_export.h"

#include <fmt/format.h>

#include <set>

#include "host/sweep/missing_rows.h"

namespace scansim {
namespace {

// With quotes where RFC 4180 wants them.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  return quoted + "\"";
}

}  // namespace

std::vector<exported_point> exported_points(const exported_sweep& sweep) {
  std::map<const sweep_point*, const judged_point*> judged;
  for (const judged_point& one : sweep.outcome.points) judged[one.point] = &one;
  std::vector<exported_point> points;
  for (const sweep_point& point : sweep.plan.points) {
    exported_point one{&point, nullptr, "ok"};
    const auto found = judged.find(&point);
    if (found != judged.end()) {
      one.judged = found->second;
    } else {
      one.status = "refused";  // by a constraint on results, unless a row says otherwise
      for (const row_task& task : rows_of(sweep.spec, point)) {
        const row_outcome* row = sweep.store.find(task.key);
        if (!row)
          one.status = "missing";
        else if (row->status != row_status::ok && one.status != "missing")
          one.status = status_text(row->status);
      }
    }
    points.push_back(one);
  }
  return points;
}

std::string export_csv(const exported_sweep& sweep) {
  std::string text = "point,status,front";
  for (const sweep_parameter& one : sweep.spec.space) text += "," + csv_cell(one.name);
  for (const std::string& name : sweep_result_list()) text += "," + name;
  text += "\n";
  for (const exported_point& one : exported_points(sweep)) {
    text += fmt::format("{},{},{}", one.point->id, one.status, one.judged && one.judged->on_front ? 1 : 0);
    for (const sweep_parameter& parameter : sweep.spec.space) {
      text += ",";
      for (const auto& [name, value] : one.point->parameters)
        if (name == parameter.name) text += csv_cell(text_of(value));
    }
    for (const std::string& name : sweep_result_list())
      text += one.has(name) ? fmt::format(",{}", one.judged->results.at(name)) : ",";
    text += "\n";
  }
  return text;
}

}  // namespace scansim
