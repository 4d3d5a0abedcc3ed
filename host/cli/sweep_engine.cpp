#include "host/cli/sweep_engine.h"

#include <fmt/format.h>

#include <fstream>
#include <thread>

#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/sweep/sweep_array.h"
#include "models/configs/data_directory.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

std::string last_line(const std::string& path) {
  std::ifstream log(path, std::ios::binary);
  std::string last;
  for (std::string line; std::getline(log, line);)
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  return last;
}

std::string lost_text(const sweep_array_end& end) {
  if (end.lost.empty()) return {};
  uint64_t rows = 0;
  for (const lost_task& one : end.lost) rows += one.rows;
  const std::string& log = end.lost.front().log;
  const bool there = std::ifstream(log).good();
  const std::string last = last_line(log);
  return fmt::format("{} of array {} ended without {} rows; run again for them; the first log{}: {}{}\n",
                     end.lost.size() == 1 ? "1 task" : fmt::format("{} tasks", end.lost.size()), end.job,
                     rows, there ? "" : " is missing", log, last.empty() ? "" : ": " + printable(last));
}

}  // namespace

sweep_engine::sweep_engine(const std::string& on, std::optional<int> jobs, bool detached)
    : jobs_(jobs), detached_(detached) {
  if (on != local_engine) queue_ = load_queue(on, data_directory() + "/models/queues");
}

sweep_engine_end sweep_engine::run(const sweep_spec& spec, const sweep_plan& plan, const std::string& folder,
                                   const std::string& model) const {
  progress_display display(false);
  const progress_callback tell = display.callback();
  const sweep_progress progress = [&](uint64_t done, uint64_t total) {
    tell(fmt::format("sweep: {} of {} rows", done, total));
  };
  if (!queue_) {
    const int jobs = jobs_.value_or(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    const sweep_run_counts counts = run_sweep(spec, plan, {folder, model, jobs}, progress);
    return {counts,
            counts.lost_workers == 0
                ? ""
                : fmt::format("{} workers were killed; run again for what they left\n", counts.lost_workers)};
  }
  const interruption_guard submitted;  // an array is cancelled
  const auto note = [](const std::string& line) { write_error("scansim: " + line + "\n"); };
  const sweep_array_end end =
      run_sweep_array(spec, plan, {folder, model, *queue_, jobs_.value_or(1), detached_, note}, progress);
  return {end.counts, lost_text(end)};
}

}  // namespace scansim
