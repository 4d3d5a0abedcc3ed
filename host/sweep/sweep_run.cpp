#include "host/sweep/sweep_run.h"

#include <chrono>
#include <map>
#include <set>

#include "host/cluster/folder_array.h"
#include "host/sweep/row_workers.h"
#include "sim/cosim/file_lock.h"
#include "traces/input_error.h"
#include "traces/output_file.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

using clock = std::chrono::steady_clock;

void run_tasks(const std::vector<row_task>& tasks, const sweep_spec& spec, const sweep_run_request& request,
               const sweep_progress& progress, sweep_run_counts& counts,
               clock::time_point last = clock::time_point::max()) {
  const rows_end end = run_rows(spec, tasks, request.folder, request.jobs, progress, last);
  counts.lost_workers += end.lost_workers;
  counts.ran += end.done;
  counts.budget_spent |= clock::now() >= last && end.done < tasks.size();
}

clock::time_point end_of(const sweep_budget& budget) {
  if (!budget.seconds) return clock::time_point::max();
  return clock::now() +
         std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(*budget.seconds));
}

// The rows of points beyond the budget go: `points` are those that began in this run.
void keep_within(const sweep_budget& budget, std::set<std::string>& points, std::vector<row_task>& tasks,
                 sweep_run_counts& counts) {
  if (!budget.points) return;
  counts.budget_spent |= std::erase_if(tasks, [&](const row_task& task) {
                           if (points.size() >= *budget.points && !points.contains(task.point->id))
                             return true;
                           points.insert(task.point->id);
                           return false;
                         }) > 0;
}

}  // namespace

sweep_run_counts run_sweep(const sweep_spec& spec, const sweep_plan& plan, const sweep_run_request& request,
                           const sweep_progress& progress) {
  make_output_folder(request.folder + "/shards");
  const std::unique_ptr<file_lock> lock = file_lock::if_free(request.folder + "/lock");
  if (!lock) throw tool_error(request.folder + ": another run works in this folder");
  write_run(request.folder, spec, request.model);
  sweep_run_counts counts;
  if (request.jobs == 0) return counts;  // the folder is there
  const clock::time_point last = end_of(request.budget);
  std::set<std::string> begun;  // points of this run
  // A row that failed is tried again as often as the limits say, and by the next run.
  std::map<std::string, uint64_t> tries;
  for (sweep_plan now = plan;; now = plan_sweep(spec, request.model, read_shards(request.folder))) {
    std::vector<row_task> tasks = missing_rows(spec, now, read_shards(request.folder), counts.wanted);
    std::erase_if(tasks, [&](const row_task& task) { return tries[task.key]++ > spec.limits.retries; });
    keep_within(request.budget, begun, tasks, counts);
    if (tasks.empty()) return counts;
    run_tasks(tasks, spec, request, progress, counts, last);
    const bool again = now.open || spec.limits.retries > 0;
    if (!again || counts.lost_workers > 0 || counts.budget_spent) return counts;
  }
}

sweep_run_counts run_part(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          const sweep_run_request& request, const sweep_part& part,
                          const sweep_progress& progress) {
  sweep_run_counts counts;
  std::vector<row_task> tasks = missing_rows(spec, plan, store, counts.wanted);
  std::erase_if(tasks, [&](const row_task& task) { return part_of_key(task.key, part.of) != part.index; });
  if (!tasks.empty()) run_tasks(tasks, spec, request, progress, counts);
  return counts;
}

std::string model_digest() { return sha256_of_program(); }

void check_program(const std::string& folder, const sweep_folder& sweep) {
  if (sweep.model != model_digest())
    throw input_error(folder, "run.json", "the program that prepared the folder (scansim sweep run)",
                      "another program");
}

}  // namespace scansim
