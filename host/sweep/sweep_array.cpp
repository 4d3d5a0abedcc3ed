#include "host/sweep/sweep_array.h"

#include "host/sweep/missing_rows.h"
#include "sim/cosim/file_lock.h"
#include "traces/input_error.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

// Design points, networks, cost tables, synthesised points, memory models.
const std::vector<std::string> data_of_a_sweep = {"models/configs", "models/workloads", "models/energy",
                                                  "models/area", "sim/mem/parameters"};

folder_array_request array_request_of(const sweep_array_request& request, const sweep_progress& progress) {
  return {request.folder,   request.model, "sweep work",
          data_of_a_sweep,  request.queue, request.jobs,
          request.detached, request.tell,  [folder = request.folder] { return shard_lines(folder); },
          progress};
}

std::vector<std::string> keys_without_rows(const std::vector<row_task>& rows, const stored_rows& store) {
  std::vector<std::string> keys;
  for (const row_task& row : rows)
    if (!store.find(row.key)) keys.push_back(row.key);
  return keys;
}

}  // namespace

sweep_array_end run_sweep_array(const sweep_spec& spec, const sweep_plan& plan,
                                const sweep_array_request& request, const sweep_progress& progress) {
  make_output_folder(request.folder + "/shards");
  const std::unique_ptr<file_lock> lock = file_lock::if_free(request.folder + "/lock");
  if (!lock) throw tool_error(request.folder + ": another run works in this folder");
  const folder_array_request asked = array_request_of(request, progress);
  folder_array run(asked);
  sweep_array_end end;
  const uint64_t before = shard_lines(request.folder);
  const auto plan_now = [&] { return plan_sweep(spec, request.model, read_shards(request.folder)); };
  run.expect(missing_rows(spec, plan, read_shards(request.folder), end.counts.wanted).size());
  const bool waited = run.wait_for_known();
  write_run(request.folder, spec, request.model);
  for (sweep_plan now = waited ? plan_now() : plan;; now = plan_now()) {
    const std::vector<row_task> rows =
        missing_rows(spec, now, read_shards(request.folder), end.counts.wanted);
    if (rows.empty()) break;
    run.expect(rows.size());
    const task_array array = run.submit(rows.size());
    end.job = array.job();
    if (request.detached) break;
    run.wait(array);
    const stored_rows store = read_shards(request.folder);
    end.lost = run.lost_tasks(array, keys_without_rows(rows, store));
    const bool gained = missing_rows(spec, now, store, end.counts.wanted).size() < rows.size();
    if (!now.open || !end.lost.empty() || !gained) break;
  }
  end.counts.ran = shard_lines(request.folder) - before;
  return end;
}

}  // namespace scansim
