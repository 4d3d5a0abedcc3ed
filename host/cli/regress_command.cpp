// `scansim regress`: a plan run into a folder, and what is asked of the folder.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/invocation.h"
#include "host/cli/list_option.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/regress_engine.h"
#include "host/cli/regress_failures.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cluster/folder_array.h"
#include "host/coverage/bin_exclusions.h"
#include "host/page/page_document.h"
#include "host/page/regress_page.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

constexpr int most_slots = 256;

struct regress_request {
  std::string plan, folder, bucket, on = local_engine, shard = "1/1", junit, html, markdown, csv, reason,
                                    only;
  plan_choice choice;
  std::optional<uint64_t> seed, fixed_seed;
  std::optional<int> jobs;
  int max_waves = 3;
  bool fresh = false, no_shrink = false, waves = false, detach = false, failed = false, forget = false;
};

// What a run keeps in its folder; beside that, a user may keep reports there.
std::vector<std::string> regress_inputs(const std::string& folder) {
  return {plan_path(folder),      folder + "/run.json", folder + "/runs.jsonl", folder + "/lock",
          folder + "/shards",     folder + "/fail",     folder + "/tasks",      folder + "/program",
          folder + "/array.json", folder + "/bins"};
}

int status_of(const regress_outcome& outcome) {
  if (outcome.all.failed > 0) return status_disagree;
  return outcome.complete() ? status_agree : status_tool_failure;
}

// A path, or the name of a plan of the repository.
std::string plan_file_of(const std::string& plan) {
  if (is_yaml_path(plan)) return plan;
  return data_directory() + "/tests/plans/" + plan + ".yaml";
}

uint64_t seed_of_now() {
  return static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) % 1'000'000'007;
}

// Of a folder that has been run: its own seed, unless another is asked for.
uint64_t seed_for(const regress_request& request, const regress_plan& plan) {
  if (request.seed) return *request.seed;
  if (request.fresh) return seed_of_now();
  return is_regress_folder(request.folder) ? read_regress_folder(request.folder).choice.seed : plan.seed;
}

int run_plan(const regress_request& request) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string plan_file = plan_file_of(request.plan);
  regress_folder folder{load_regress_plan(plan_file), request.choice, regress_digest(), plan_file};
  folder.choice.seed = seed_for(request, folder.plan);
  folder.choice.fixed_seed = request.fixed_seed;
  folder.choice.build = build_folder();
  const regress_engine engine(request.on, request.jobs, request.detach);
  const std::vector<regress_job> jobs = jobs_of(folder);
  if (jobs.empty()) throw input_error("command line", "--stage, --tag", "testpoints of the plan", "none");
  print_out("{}: {} jobs, seed {}\n", folder.plan.name, jobs.size(), folder.choice.seed);
  const regress_engine_end end = engine.run(request.folder, folder, jobs);
  if (request.detach) return status_agree;
  opened_regress opened(request.folder);
  if (!request.no_shrink) make_failures(opened, {request.folder, engine.slots()}, request.max_waves);
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  append_run(request.folder, run_line(opened, end.counts, wall_s));
  print_out("{} jobs run now, {} were there\n{}", end.counts.ran, jobs.size() - end.counts.wanted, end.lost);
  print_out("{}", regress_text(opened.report(end.counts.left_out)));
  return status_of(opened.outcome);
}

int show_status(const regress_request& request) {
  const opened_regress opened(request.folder);
  print_out("{}{}", regress_text(opened.report()), array_text(request.folder));
  return status_of(opened.outcome);
}

int run_again(const regress_request& request) {
  opened_regress opened(request.folder);
  check_program(request.folder, opened.folder);
  const std::vector<regress_job> chosen = jobs_to_repeat(opened, request.only);
  print_out("{} jobs again\n", chosen.size());
  const regress_engine engine(local_engine, request.jobs, false);
  engine.run_all(request.folder, opened.folder.plan, chosen);
  opened_regress now(request.folder);
  make_failures(now, {request.folder, engine.slots()}, request.waves ? request.max_waves : 0, true);
  print_out("{}", regress_text(now.report()));
  return status_of(now.outcome);
}

int shrink_failures(const regress_request& request) {
  opened_regress opened(request.folder);
  check_program(request.folder, opened.folder);
  const regress_engine engine(local_engine, request.jobs, false);
  make_failures(opened, {request.folder, engine.slots()}, request.max_waves, true, request.bucket);
  print_out("{}", regress_text(opened.report()));
  return status_of(opened.outcome);
}

// nullopt: no job left a record.
std::optional<bin_coverage> coverage_of(const std::string& path, const regress_folder& folder) {
  const std::string bins = bins_folder(path, folder.digest);
  if (!std::filesystem::exists(bins)) return std::nullopt;
  return cover(read_bin_records(bins), default_bin_exclusions());
}

int write_reports(const regress_request& request) {
  delivery delivered({{"--junit", request.junit},
                      {"--html", request.html},
                      {"--markdown", request.markdown},
                      {"--csv", request.csv}},
                     regress_inputs(request.folder));
  const opened_regress opened(request.folder);
  regress_report report = opened.report();
  report.coverage = coverage_of(request.folder, opened.folder);
  delivered.print(regress_text(report));
  delivered.write(request.junit, regress_junit(report));
  delivered.write(request.markdown, regress_markdown(report));
  delivered.write(request.csv, regress_csv(report));
  if (!request.html.empty())
    delivered.write(request.html, html_page(request.folder,
                                            regress_page(request.folder, report, read_runs(request.folder))));
  return delivered.status(status_of(opened.outcome));
}

int approve_cycles(const regress_request& request) {
  const opened_regress opened(request.folder);
  const std::string path = recorded_path(opened.folder.plan_file);
  recorded_cycles recorded = read_recorded_cycles(path);
  uint64_t changed = 0;
  std::vector<const regress_job*> held;
  for (const judged_job& one : opened.outcome.jobs) {
    if (one.job->recorded) held.push_back(one.job);
    if (!one.job->recorded || one.row == nullptr || one.row->verdict != job_verdict::pass) continue;
    const std::string difference = recorded.difference(*one.job, *one.row);
    if (!recorded.approve(*one.job, *one.row, request.reason)) continue;
    print_out("{}: {}\n", job_title(*one.job), difference);
    ++changed;
  }
  if (request.forget) {
    for (const std::string& title : recorded.forget_others(held)) {
      print_out("{}: forgotten\n", title);
      ++changed;
    }
  }
  if (changed > 0) write_output(path, recorded_csv(recorded));
  print_out("{} rows of {} changed\n", changed, path);
  return status_agree;
}

using regress_action = int (*)(const regress_request&);

}  // namespace

command_action add_regress(CLI::App& app) {
  auto request = std::make_shared<regress_request>();
  auto chosen = std::make_shared<command_action>();
  *chosen = [&app]() -> int {
    std::string names;
    for (const CLI::App* one : app.get_subcommands({}))
      names += (names.empty() ? "" : ", ") + one->get_name();
    throw input_error("command line", "regress", "a subcommand: " + names, "none");
  };
  const auto add = [&](const char* name, const char* description, const char* example,
                       regress_action action) {
    CLI::App* sub = app.add_subcommand(name, description);
    sub->footer(example);
    sub->callback([=] { *chosen = [=] { return action(*request); }; });
    return sub;
  };
  const auto of_folder = [&](CLI::App* sub) {
    sub->add_option("FOLDER", request->folder, "The folder of a regression")->required();
    return sub;
  };
  const auto with_jobs = [&](CLI::App* sub) {
    sub->add_option("--jobs", request->jobs, "Jobs at a time; default: one a processor, of a task one")
        ->transform(number_between(1, most_slots));
    return sub;
  };
  const auto with_waves = [&](CLI::App* sub) {
    sub->add_option("--max-waves", request->max_waves, "Failures that get waves, at most")
        ->transform(number_between(0, 100))
        ->capture_default_str();
  };
  CLI::App* run = with_jobs(add("run", "Runs what the folder is missing of a plan; makes failures small",
                                "Example: scansim regress run smoke --stage V1 --out regress", run_plan));
  run->add_option("PLAN", request->plan,
                  "The plan (host/regress/README.md): a path, or a name of tests/plans")
      ->required();
  run->add_option("--out", request->folder, "Folder of the regression; made, or resumed")->required();
  run->add_option("--stage", request->choice.stage, "Testpoints up to this stage: V1, V2, V3")
      ->capture_default_str();
  add_list_option(*run, "--tag", request->choice.tags, "Only testpoints with one of these tags");
  add_list_option(*run, "--test", request->choice.tests, "Only these tests");
  run->add_option("--seed", request->seed,
                  "What calls are drawn from; default: the folder's, else the plan's")
      ->transform(as_whole_number<uint64_t>());
  run->add_flag("--fresh", request->fresh, "Another seed every time, which is printed");
  run->add_option("--fixed-seed", request->fixed_seed,
                  "One job a test and design point, drawn from this seed")
      ->transform(as_whole_number<uint64_t>());
  run->add_option("--reseed-multiplier", request->choice.reseed_multiplier, "Times the seeds of every test")
      ->transform(number_between(least_multiplier, most_multiplier))
      ->capture_default_str();
  run->add_option("--on", request->on,
                  "Where: local, slurm, lsf, or a queue's YAML file (host/sweep/README.md, On a cluster)")
      ->capture_default_str();
  run->add_flag("--detach", request->detach, "Submits to the queue and does not wait");
  run->add_flag("--no-shrink", request->no_shrink, "Leaves failures as they are");
  with_waves(run);
  of_folder(add("status", "Passed, failed and missing jobs by testpoint, and buckets of failures",
                "Example: scansim regress status regress", show_status));
  CLI::App* again = with_jobs(of_folder(add("rerun", "Runs failed jobs again: another end is a flaky job",
                                            "Example: scansim regress rerun regress --waves", run_again)));
  again->add_option("--only", request->only,
                    "Jobs of this bucket, or the job of this key; default: all failed");
  again->add_flag("--failed", request->failed, "The failed ones, as is the default");
  again->add_flag("--waves", request->waves, "And writes waves of the minimal case of each bucket");
  with_waves(again);
  CLI::App* shrink =
      with_jobs(of_folder(add("shrink", "Makes the first failure of each bucket small, again",
                              "Example: scansim regress shrink regress 1a2b3c4d", shrink_failures)));
  shrink->add_option("BUCKET", request->bucket, "Only this one");
  with_waves(shrink);
  CLI::App* report = of_folder(
      add("report", "Writes the outcome as JUnit, HTML, Markdown, CSV",
          "Example: scansim regress report regress --junit junit.xml --html regress.html", write_reports));
  add_output_option(*report, "--junit", request->junit, "JUnit XML: a suite a testpoint, a case a job");
  add_output_option(*report, "--html", request->html, "One page, which opens without a network");
  add_output_option(*report, "--markdown", request->markdown, "A summary for a comment");
  add_output_option(*report, "--csv", request->csv, "A line a job, without times");
  CLI::App* approve = of_folder(
      add("approve", "Records cycles, stalls and errors of the recorded tests as they are now",
          "Example: scansim regress approve regress --reason 'reads prefetch a chunk'", approve_cycles));
  approve->add_option("--reason", request->reason, "Why they change; stands beside them")
      ->required()
      ->check(not_empty);
  approve->add_flag("--forget", request->forget,
                    "Removes what is recorded of jobs that this folder does not have");
  CLI::App* work = with_jobs(of_folder(
      add("work", "Runs a part of what a prepared folder is missing, for a cluster's task",
          "Example: scansim regress work regress --shard 3/20",
          [](const regress_request& r) { return work_jobs(r.folder, r.shard, r.jobs.value_or(1)); })));
  work->add_option("--shard", request->shard, "Which part of how many: i/n")->capture_default_str();
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
