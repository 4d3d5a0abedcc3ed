#include "host/cli/sweep_why.h"

#include <fmt/format.h>

#include "host/page/point_detail.h"
#include "host/report/text_table.h"
#include "host/sweep/point_neighbours.h"

namespace scansim {
namespace {

std::string change_cell(double from, double to) {
  if (from == 0) return to == 0 ? "0" : "-";
  return fmt::format("{:+.2f} %", 100 * (to / from - 1));
}

std::string busiest_text(const point_detail& detail, double cycles) {
  std::string text;
  for (const auto& [block, at] : detail.cycles)
    text += fmt::format("  {:<18} busy {:6.2f} %  waits for data {:6.2f} %  for a place {:6.2f} %\n", block,
                        100 * at.busy / cycles, 100 * at.wait_in / cycles, 100 * at.wait_out / cycles);
  return text;
}

}  // namespace

std::string why_text(const opened_sweep& sweep, const sweep_point& point) {
  const sweep_spec& spec = sweep.folder.spec;
  const judged_point* judged = nullptr;
  for (const judged_point& one : sweep.outcome.points)
    if (one.point == &point) judged = &one;
  if (!judged)
    throw input_error("command line", "POINT", "a point with results", "'" + point.id + "' without");
  const point_detail detail = point_details(spec, sweep.store).of(point);
  std::string text = point_text(spec, *judged) + "bound by " + detail.bound + "\n" +
                     busiest_text(detail, judged->results.at("cycles"));
  std::vector<std::string> headings = {"<parameter", "here", "there"};
  for (const sweep_objective& one : spec.objectives) headings.push_back(one.result);
  text_table table(headings);
  for (const point_neighbour& one : neighbours_of(spec, sweep.folder.model, point, sweep.store)) {
    std::vector<std::string> cells = {one.parameter, text_of(one.from), text_of(one.to)};
    for (const sweep_objective& objective : spec.objectives)
      cells.push_back(one.results.empty() ? "refused"
                                          : change_cell(judged->results.at(objective.result),
                                                        one.results.at(objective.result)));
    table.add_row(cells);
    if (!one.refused.empty()) text += fmt::format("{} {}: {}\n", one.parameter, text_of(one.to), one.refused);
  }
  return text + "one step in one parameter, the others as they are:\n" + table.text();
}

}  // namespace scansim
