#include "host/cli/regress_engine.h"

#include <fmt/format.h>

#include <filesystem>
#include <thread>

#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cli/work_part.h"
#include "host/cluster/folder_array.h"
#include "host/shards/json_shards.h"
#include "models/configs/data_directory.h"
#include "sim/cosim/file_lock.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

// Design points, cost tables, what the digest of the data names besides, memory models, the harness, the RTL.
const std::vector<std::string> data_of_a_regression = {"models/configs",     "models/energy", "models/gpu",
                                                       "sim/mem/parameters", "sim/cosim",     "rtl"};

std::unique_ptr<file_lock> lock_of(const std::string& path) {
  make_output_folder(path + "/shards");
  auto lock = file_lock::if_free(path + "/lock");
  if (!lock) throw tool_error(path + ": another run works in this folder");
  return lock;
}

// Told to the terminal; Ctrl-C ends the jobs.
class told_progress {
 public:
  told_progress() : display_(false), tell_(display_.callback()) {}
  regress_progress callback() {
    return [this](const std::string& what) {
      tell_(what);
      throw_if_interrupted();
    };
  }

 private:
  progress_display display_;
  progress_callback tell_;
};

}  // namespace

regress_engine::regress_engine(const std::string& on, std::optional<int> jobs, bool detached)
    : jobs_(jobs), detached_(detached) {
  if (on != local_engine) queue_ = load_queue(on, data_directory() + "/models/queues");
  if (detached && !queue_) throw input_error("command line", "--detach", "--on and a queue", "none");
}

int regress_engine::slots() const {
  return jobs_.value_or(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
}

regress_engine_end regress_engine::run(const std::string& path, const regress_folder& folder,
                                       const std::vector<regress_job>& jobs) const {
  const auto lock = lock_of(path);
  write_regress_run(path, folder);
  const std::vector<regress_job> missing = missing_jobs(jobs, read_job_rows(path));
  told_progress told;
  if (queue_) return run_array(path, folder, missing, told.callback());
  const regress_counts counts = run_jobs({path, slots()}, folder.plan, missing, told.callback());
  return {counts,
          counts.killed == 0
              ? ""
              : fmt::format("{} jobs were killed by somebody else; run again for them\n", counts.killed)};
}

// One array; what is still missing afterwards is what its tasks lost.
regress_engine_end regress_engine::run_array(const std::string& path, const regress_folder& folder,
                                             const std::vector<regress_job>& jobs,
                                             const regress_progress& told) const {
  const interruption_guard submitted;  // an array is cancelled
  const folder_array_request request{
      path,
      folder.digest,
      "regress work",
      data_of_a_regression,
      *queue_,
      jobs_.value_or(1),
      detached_,
      [](const std::string& line) { write_error("scansim: " + line + "\n"); },
      [&] { return shard_lines(path); },
      [&](uint64_t done, uint64_t of) { told(fmt::format("regress: {} of {} jobs", done, of)); }};
  folder_array array(request);
  regress_engine_end end;
  end.counts.wanted = jobs.size();
  const uint64_t before = shard_lines(path);
  array.expect(jobs.size());
  const bool waited = array.wait_for_known();
  const std::vector<regress_job> left = waited ? missing_jobs(jobs, read_job_rows(path)) : jobs;
  if (!left.empty()) {
    array.expect(left.size());
    const task_array tasks = array.submit(left.size());
    if (!detached_) {
      array.wait(tasks);
      std::vector<std::string> keys;
      for (const regress_job& job : missing_jobs(left, read_job_rows(path))) keys.push_back(job.key);
      end.lost = lost_text(tasks.job(), array.lost_tasks(tasks, keys));
    }
  }
  end.counts.ran = shard_lines(path) - before;
  return end;
}

regress_counts regress_engine::run_all(const std::string& path, const regress_plan& plan,
                                       const std::vector<regress_job>& jobs) const {
  const auto lock = lock_of(path);
  told_progress told;
  return run_jobs({path, slots()}, plan, jobs, told.callback());
}

int work_jobs(const std::string& path, const std::string& part, int slots) {
  const sweep_part mine = part_in(part);
  const regress_folder folder = read_regress_folder(path);
  check_program(path, folder);
  told_progress told;
  const regress_counts counts = run_jobs(
      {path, slots}, folder.plan,
      part_of(missing_jobs(jobs_of(folder), read_job_rows(path)), mine.index, mine.of), told.callback());
  print_out("part {}: {} jobs run\n", part, counts.ran);
  return status_agree;
}

std::string build_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path().string();
}

void check_program(const std::string& path, const regress_folder& folder) {
  if (folder.digest != regress_digest())
    throw input_error(path, "run.json", "the program, data and RTL that ran it (scansim regress run)",
                      "another program, other data or other RTL");
}

}  // namespace scansim
