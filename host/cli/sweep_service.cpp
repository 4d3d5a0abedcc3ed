#include "host/cli/sweep_service.h"

#include <fmt/format.h>

#include <iostream>

#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cli/work_part.h"
#include "host/sweep/point_service.h"
#include "host/sweep/sweep_run.h"
#include "traces/json_text.h"

namespace scansim {
int print_space(const std::string& folder) {
  print_out("{}\n", json_text(space_json(read_sweep_folder(folder).spec), 2));
  return status_agree;
}

int answer_proposals(const std::string& folder) {
  check_program(folder, read_sweep_folder(folder));
  point_service service(folder);
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    if (!line.empty()) print_out("{}\n", json_text(service.answer(line, number)));
    throw_if_interrupted();
  }
  throw_if_interrupted();
  return status_agree;
}

int work_part(const std::string& folder, const std::string& part, int jobs) {
  const sweep_part mine = part_in(part);
  const sweep_folder sweep = read_sweep_folder(folder);  // not judged: there are many tasks
  check_program(folder, sweep);
  const stored_rows store = read_shards(folder);
  const sweep_plan plan = plan_sweep(sweep.spec, sweep.model, store);
  progress_display display(false);
  const progress_callback tell = display.callback();
  const sweep_run_counts counts = run_part(
      sweep.spec, plan, store, {folder, sweep.model, jobs}, mine, [&](uint64_t done, uint64_t total) {
        tell(fmt::format("sweep: part {}: {} of {} rows", part, done, total));
      });
  print_out("part {}: {} rows run\n", part, counts.ran);
  if (counts.lost_workers > 0) print_out("{} workers were killed\n", counts.lost_workers);
  return counts.lost_workers > 0 ? status_tool_failure : status_agree;
}

}  // namespace scansim
