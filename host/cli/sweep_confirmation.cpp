#include "host/cli/sweep_confirmation.h"

#include <fmt/format.h>

#include "host/cli/progress_observer.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/report/text_table.h"
#include "host/sweep/sweep_confirm.h"

namespace scansim {
namespace {

struct confirmed_row {
  const sweep_point* point;
  size_t workload;
  const point_row* row;
};

std::vector<confirmed_row> rows_of(const opened_sweep& sweep, const std::string& point) {
  const sweep_point* only = point.empty() ? nullptr : &sweep.point(point);
  std::vector<confirmed_row> rows;
  for (const judged_point& one : sweep.outcome.points) {
    if (only ? one.point != only : !one.on_front) continue;
    for (size_t i = 0; i < one.point->keys.size(); ++i)
      rows.push_back({one.point, i, &sweep.store.rows.at(one.point->keys[i])});
  }
  if (only && rows.empty())
    throw input_error("command line", "POINT", "a point with results", "'" + point + "' without");
  return rows;
}

}  // namespace

int confirm_sweep(const opened_sweep& sweep, const std::string& folder, const std::string& rung,
                  const std::string& point) {
  const std::vector<std::string> rungs = confirming_rungs(rung);
  const std::vector<confirmed_row> rows = rows_of(sweep, point);
  const confirmations known = read_confirmations(folder);
  text_table table({"<point", "<workload", "cycles of the row", rung, "<verdict"});
  int status = status_agree;
  size_t compared = 0;
  std::string differences;
  {
    progress_observer observer(false);
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto& [at, workload, row] = rows[i];
      const std::string& name = sweep.folder.spec.workloads[workload].name;
      if (sweep.folder.spec.workloads[workload].network) {
        table.add_row({at->id, name, std::to_string(row->cycles), "-", "a network has no values"});
        continue;
      }
      ++compared;
      const auto found = known.find({row->key, rung});
      confirmation one;
      if (found != known.end() && found->second.equal) {
        one = found->second;
      } else {
        observer.begin_step(fmt::format("sweep: confirming {} of {}, point {}", i + 1, rows.size(), at->id));
        one = confirm_row(sweep.folder.spec, *at, workload, *row, rung, observer);
        write_confirmation(folder, one);
      }
      table.add_row({at->id, name, std::to_string(row->cycles), std::to_string(one.cycles),
                     one.equal ? "equal" : "DIFFERENT"});
      if (one.equal) continue;
      status = status_disagree;
      differences += fmt::format("point {}: {}\n", at->id, one.finding);
    }
  }
  std::string ladder;
  for (const std::string& name : rungs) ladder += (ladder.empty() ? "" : ", ") + name;
  print_out("confirmed on {}: values, cycles and counters\n{}{}", ladder, table.text(), differences);
  return compared > 0 || rows.empty() ? status : status_not_compared;
}

}  // namespace scansim
