#include "host/cli/sweep_engine.h"

#include <fmt/format.h>

#include <thread>

#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/sweep/sweep_array.h"
#include "models/configs/data_directory.h"

namespace scansim {
sweep_engine::sweep_engine(const std::string& on, std::optional<int> jobs, bool detached, sweep_budget budget)
    : jobs_(jobs), detached_(detached), budget_(budget) {
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
    const sweep_run_counts counts = run_sweep(spec, plan, {folder, model, jobs, budget_}, progress);
    std::string left;
    if (counts.lost_workers > 0)
      left = fmt::format("{} workers were killed; run again for what they left\n", counts.lost_workers);
    if (counts.budget_spent) left += "the budget is spent; run again for the rest\n";
    return {counts, left};
  }
  const interruption_guard submitted;  // an array is cancelled
  const auto note = [](const std::string& line) { write_error("scansim: " + line + "\n"); };
  const sweep_array_end end =
      run_sweep_array(spec, plan, {folder, model, *queue_, jobs_.value_or(1), detached_, note}, progress);
  return {end.counts, lost_text(end.job, end.lost)};
}

}  // namespace scansim
