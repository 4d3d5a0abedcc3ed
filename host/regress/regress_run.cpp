#include "host/regress/regress_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "host/cluster/folder_array.h"
#include "host/regress/job_pool.h"
#include "host/regress/job_run.h"
#include "host/shards/json_shards.h"
#include "sim/bins/bin_record.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

constexpr double build_wall_s = 3600;
constexpr uint64_t build_memory_mb = 1 << 20;

std::string machine_of(const regress_job& job) {
  return fmt::format("{} {}",
                     (job.machine ? *job.machine : *machine_identity(load_design(job.design))).dump(),
                     static_cast<int>(job.rtl_build));
}

// One job for each machine whose RTL is needed.
std::vector<const regress_job*> builds_of(const std::vector<regress_job>& jobs) {
  std::set<std::string> seen;
  std::vector<const regress_job*> builds;
  for (const regress_job& job : jobs)
    if (needs_rtl(job) && seen.insert(machine_of(job)).second) builds.push_back(&job);
  return builds;
}

// Why a machine's RTL does not build, by machine.
std::map<std::string, job_row> build_all(const std::vector<regress_job>& jobs, int slots,
                                         const regress_progress& progress) {
  const std::vector<const regress_job*> builds = builds_of(jobs);
  std::vector<pool_task> tasks;
  for (const regress_job* job : builds)
    tasks.push_back({job->key,
                     {build_wall_s, 0, build_memory_mb},
                     [job] {
                       run_observer nobody;
                       build_for(*job, nobody);
                       job_row row;
                       row.key = job->key;
                       return row;
                     },
                     {}});
  std::map<std::string, job_row> failed;
  size_t built = 0;
  run_pool(tasks, slots,
           {.ended =
                [&](size_t i, job_row row) {
                  ++built;
                  if (row.verdict != job_verdict::pass) failed[machine_of(*builds[i])] = std::move(row);
                },
            .tick = [&] { progress(fmt::format("regress: {} of {} machines built", built, tasks.size())); }});
  return failed;
}

}  // namespace

regress_counts run_jobs(const job_place& place, const regress_plan& plan,
                        const std::vector<regress_job>& jobs, const regress_progress& progress) {
  regress_counts counts;
  counts.wanted = jobs.size();
  if (jobs.empty()) return counts;
  make_output_folder(place.folder + "/shards");
  json_shard shard(place.folder, free_shard_name(place.folder, getpid()));
  const auto keep = [&](const job_row& row) {
    shard.append(to_json(row));
    ++counts.ran;
  };
  const std::map<std::string, job_row> unbuilt = build_all(jobs, place.slots, progress);
  std::vector<const regress_job*> runnable;
  for (const regress_job& job : jobs) {
    const auto found = unbuilt.empty() || !needs_rtl(job) ? unbuilt.end() : unbuilt.find(machine_of(job));
    if (found == unbuilt.end()) {
      runnable.push_back(&job);
      continue;
    }
    job_row row = found->second;
    row.key = job.key;
    keep(row);
  }
  const std::string bins = std::filesystem::absolute(bins_folder(place.folder, regress_digest())).string();
  std::vector<pool_task> tasks;
  for (const regress_job* job : runnable) {
    tasks.push_back({job->key, job->limits,
                     [job] {
                       run_observer nobody;
                       return run_job(*job, nobody);
                     },
                     job->command, environment_of(*job)});
    auto& environment = tasks.back().environment;
    environment.emplace_back(bins_variable, bins);
    environment.emplace_back(bins_test_variable, job_title(*job));
  }
  std::map<std::string, double> spent;  // by test
  run_pool(tasks, place.slots,
           {.ended =
                [&](size_t i, job_row row) {
                  spent[runnable[i]->test] += row.wall_s;
                  if (was_killed(row))
                    ++counts.killed;
                  else
                    keep(row);
                },
            .may_start =
                [&](size_t i) {
                  const std::optional<double> budget = plan.test(runnable[i]->test).budget_s;
                  if (!budget || spent[runnable[i]->test] < *budget) return true;
                  ++counts.left_out[runnable[i]->test];
                  return false;
                },
            .tick = [&] { progress(fmt::format("regress: {} of {} jobs", counts.ran, counts.wanted)); }});
  return counts;
}

std::vector<regress_job> missing_jobs(const std::vector<regress_job>& jobs, const stored_jobs& store) {
  std::set<std::string> seen;
  std::vector<regress_job> missing;
  for (const regress_job& job : jobs)
    if (!store.jobs.contains(job.key) && seen.insert(job.key).second) missing.push_back(job);
  return missing;
}

std::vector<regress_job> part_of(const std::vector<regress_job>& jobs, uint64_t index, uint64_t of) {
  std::vector<regress_job> part;
  for (const regress_job& job : jobs)
    if (part_of_key(job.key, of) == index) part.push_back(job);
  return part;
}

}  // namespace scansim
