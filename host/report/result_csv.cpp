#include "host/report/result_csv.h"

#include <fmt/format.h>

namespace scansim {

std::string block_csv(const run_result& result) {
  check_run_result(result);
  std::string text = "rung,block,cycles,busy,wait_in,wait_out,idle\n";
  for (const rung_result& rung : result.rungs) {
    for (const auto& [block, stalls] : stalls_of(rung)) {
      text += fmt::format("{},{},{},{},{},{},{}\n", rung.rung, block, *rung.cycles, stalls.busy,
                          stalls.wait_in, stalls.wait_out, stalls.idle);
    }
  }
  return text;
}

std::string energy_csv(const run_result& result) {
  check_run_result(result);
  std::string text = "rung,block,event,count,level,low_pj,nominal_pj,high_pj\n";
  for (const rung_result& rung : result.rungs) {
    if (!rung.energy) continue;
    for (const event_energy& entry : rung.energy->events) {
      text += fmt::format("{},{},{},{},{},{},{},{}\n", rung.rung, entry.block, entry.event, entry.count,
                          level_name(entry.level), entry.total.low_pj, entry.total.nominal_pj,
                          entry.total.high_pj);
    }
  }
  return text;
}

}  // namespace scansim
