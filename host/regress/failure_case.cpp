#include "host/regress/failure_case.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "host/regress/job_pool.h"
#include "host/regress/job_run.h"
#include "host/shards/json_shards.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

constexpr uint64_t cycles_around = 2000;
constexpr double wave_wall_s = 900;  // a library with waves is built
constexpr uint64_t wave_memory_mb = 1 << 20;

std::string failure_folder(const std::string& folder, const std::string& bucket) {
  return folder + "/fail/" + bucket;
}

// One task, waited for.
job_row run_alone(const pool_task& task, const std::string& what, const regress_progress& progress) {
  job_row found;
  run_pool({task}, 1,
           {.ended = [&](size_t, job_row row) { found = std::move(row); }, .tick = [&] { progress(what); }});
  return found;
}

// Builds what is missing, runs, keeps the row.
class kept_trials {
 public:
  kept_trials(const std::string& folder, const regress_progress& progress)
      : store_(read_job_rows(folder)),
        shard_(folder, free_shard_name(folder, getpid())),
        progress_(progress) {}

  job_row operator()(const regress_job& job) {
    const auto known = store_.jobs.find(job.key);
    if (known != store_.jobs.end()) return known->second.first();
    const std::string what = "regress: making a failure of " + job.test + " small";
    job_row row = built(job, what);
    if (row.verdict == job_verdict::pass)
      row = run_alone({job.key, job.limits,
                       [&] {
                         run_observer nobody;
                         return run_job(job, nobody);
                       },
                       job.command},
                      what, progress_);
    if (was_killed(row)) return row;
    shard_.append(to_json(row));
    store_.jobs[job.key].rows.push_back(row);
    return row;
  }

 private:
  job_row built(const regress_job& job, const std::string& what) {
    job_row row;
    row.key = job.key;
    if (!needs_rtl(job)) return row;
    return run_alone({job.key,
                      {wave_wall_s, 0, wave_memory_mb},
                      [&] {
                        run_observer nobody;
                        build_for(job, nobody);
                        return row;
                      },
                      {}},
                     what, progress_);
  }

  stored_jobs store_;
  json_shard shard_;
  const regress_progress& progress_;
};

cycle_window window_around(uint64_t cycle) {
  if (cycle == 0) return {};
  return {cycle - std::min(cycle, cycles_around), cycle + cycles_around};
}

std::string wave_options(const cycle_window& window) {
  if (window == cycle_window{}) return " --wave waves.fst";
  return fmt::format(" --wave waves.fst --wave-cycles {}:{}", window.first, window.last);
}

void write_script(const std::string& path, const std::string& text) {
  write_own_file(path, text);
  chmod(path.c_str(), 0755);
}

// The program that a clone builds of itself, whichever built this one.
constexpr const char *bisected_build = "\"${BUILD_DIR:-build}\"", *bisected_program = "/bin/scansim";

// The status of the line where it has one: whatever keeps it from a verdict is no answer for git bisect.
std::string bisect_script(const regress_job& job) {
  return fmt::format(
      "#!/bin/sh\n"
      "# In the root of any clone: git bisect start BAD GOOD && git bisect run <this file>. BUILD_DIR: its "
      "build "
      "folder; default: build\n"
      "unset SCANSIM_DATA\n"
      "cmake --build {} --target scansim >/dev/null || exit 125\n"
      "trap 'rm -f {}' EXIT\n"
      "{}\n"
      "status=$?\n"
      "[ $status -le 1 ] && exit $status\n"
      "exit 125\n",
      bisected_build, case_file, reproduce_line(job, std::string(bisected_build) + bisected_program));
}

// A job with waves around a cycle.
struct wave_run {
  std::string path;  // empty: there are none
  cycle_window window;
  job_row row;
};

wave_run run_with_waves(const regress_job& job, const std::string& path, uint64_t cycle,
                        const regress_progress& progress) {
  const cycle_window window = window_around(cycle);
  const job_row row = run_alone({job.key,
                                 {wave_wall_s, 0, wave_memory_mb},
                                 [&] {
                                   run_observer nobody;
                                   return run_job_with_waves(job, path, window, nobody);
                                 },
                                 {}},
                                "regress: waves of " + job.test, progress);
  return {std::filesystem::exists(path) ? path : "", window, row};
}

// Around the first difference between blocks; that on the memory port may be long behind it.
wave_run write_waves(const shrunk_job& made, const std::string& folder, const regress_progress& progress) {
  const std::string path = folder + "/waves.fst";
  wave_run found = run_with_waves(made.job, path, made.row.first_cycle, progress);
  const uint64_t cycle = found.row.stream_cycle;
  if (cycle == 0 || (cycle >= found.window.first && cycle <= found.window.last)) return found;
  std::filesystem::remove(path);
  return run_with_waves(made.job, path, cycle, progress);
}

}  // namespace

failure_case make_failure_case(const failure_request& request, const std::string& digest,
                               const failure_bucket& bucket, const regress_progress& progress) {
  failure_case made;
  made.bucket = bucket.id;
  made.folder = failure_folder(request.place.folder, bucket.id);
  make_output_folder(made.folder);
  const judged_job& first = *bucket.jobs.front();
  shrunk_job small{*first.job, *first.row};
  if (first.row->verdict == job_verdict::fail && bucket.signature == first.row->signature) {
    kept_trials trials(request.place.folder, progress);
    small = shrink_job(*first.job, *first.row, request.limits, digest,
                       [&](const regress_job& job) { return trials(job); });
  }
  made.runs = small.runs;
  made.title = job_title(small.job);
  made.message = small.row.message;
  const bool apart = first.row->verdict == job_verdict::fail && small.row.signature.kind != "build";
  wave_run waves;
  if (request.waves && needs_rtl(small.job) && apart) waves = write_waves(small, made.folder, progress);
  made.waves = waves.path;
  if (!waves.row.streams.empty()) made.message = waves.row.message, made.streams = waves.row.streams;
  made.line =
      reproduce_line(small.job, request.invocation, made.waves.empty() ? "" : wave_options(waves.window));
  write_script(made.folder + "/reproduce.sh", "#!/bin/sh\n" + made.line + "\n");
  write_script(made.folder + "/bisect.sh", bisect_script(small.job));
  const nlohmann::json kept = {
      {"bucket", bucket.id},        {"signature", to_json(*first.row).value("signature", nlohmann::json())},
      {"jobs", bucket.jobs.size()}, {"first", job_title(*first.job)},
      {"minimal", made.title},      {"message", made.message},
      {"runs", made.runs},          {"line", made.line},
      {"waves", made.waves},        {"streams", made.streams}};
  write_own_file(made.folder + "/failure.json",
                 kept.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  return made;
}

std::map<std::string, failure_case> read_failure_cases(const std::string& folder) {
  std::map<std::string, failure_case> cases;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/fail", failed)) {
    const nlohmann::json read =
        nlohmann::json::parse(text_if_there((entry.path() / "failure.json").string()), nullptr, false);
    try {
      failure_case one{read.at("bucket"),  entry.path().string(),
                       read.at("line"),    read.at("minimal"),
                       read.at("message"), read.at("runs"),
                       read.at("waves"),   read.value("streams", std::vector<std::string>{})};
      cases[one.bucket] = one;
    } catch (const nlohmann::json::exception&) {  // cut off
    }
  }
  return cases;
}

}  // namespace scansim
