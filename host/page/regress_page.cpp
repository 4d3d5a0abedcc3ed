#include "host/page/regress_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/report/git_revision.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr size_t most_slow_jobs = 20, most_runs = 30;

json counts_json(const job_counts& counts) {
  return {{"planned", counts.planned},
          {"passed", counts.passed},
          {"failed", counts.failed},
          {"refused", counts.refused},
          {"missing", counts.missing}};
}

json testpoints_of(const regress_report& report) {
  json list = json::array();
  for (const plan_testpoint& one : report.plan.testpoints) {
    if (!is_chosen(one, report.choice)) continue;
    json entry = counts_json(counts_of(report.outcome, one));
    entry["name"] = one.name, entry["desc"] = one.desc, entry["stage"] = one.stage;
    entry["tests"] = one.tests, entry["tags"] = one.tags;
    list.push_back(std::move(entry));
  }
  return list;
}

json buckets_of(const regress_report& report) {
  json list = json::array();
  for (const failure_bucket& bucket : report.outcome.buckets) {
    const job_signature& s = bucket.signature;
    json entry = {{"id", bucket.id},
                  {"kind", s.kind},
                  {"pair", s.pair},
                  {"first", s.first},
                  {"block", s.block},
                  {"jobs", bucket.jobs.size()},
                  {"job", job_title(*bucket.jobs.front()->job)},
                  {"message", bucket.jobs.front()->message}};
    if (const auto small = report.failures.find(bucket.id); small != report.failures.end())
      entry["minimal"] = small->second.title, entry["line"] = small->second.line,
      entry["runs"] = small->second.runs, entry["waves"] = small->second.waves;
    list.push_back(std::move(entry));
  }
  return list;
}

json coverage_rows(const bin_coverage& coverage) {
  json rows = json::array();
  const auto add = [&](const covered_group& group) {
    rows.push_back({{"group", group.name},
                    {"covered", group.covered},
                    {"asked", group.asked},
                    {"excluded", group.excluded}});
  };
  for (const covered_group& group : coverage.groups) add(group);
  add(coverage.sum());
  return rows;
}

json slowest_of(const regress_report& report) {
  std::vector<const judged_job*> jobs;
  for (const judged_job& one : report.outcome.jobs)
    if (one.row != nullptr) jobs.push_back(&one);
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const judged_job* a, const judged_job* b) { return a->row->wall_s > b->row->wall_s; });
  jobs.resize(std::min(jobs.size(), most_slow_jobs));
  json list = json::array();
  for (const judged_job* one : jobs)
    list.push_back({{"job", job_title(*one->job)},
                    {"wall_s", one->row->wall_s},
                    {"cycles", one->row->cycles},
                    {"memory_mb", one->row->memory_mb}});
  return list;
}

}  // namespace

json regress_page(const std::string& folder, const regress_report& report, const std::vector<json>& runs) {
  json trend = json::array();
  for (size_t i = runs.size() - std::min(runs.size(), most_runs); i < runs.size(); ++i)
    trend.push_back(runs[i]);
  return {{"kind", "regress"},
          {"name", report.plan.name},
          {"folder", folder},
          {"seed", report.choice.seed},
          {"stage", report.choice.stage},
          {"all", counts_json(report.outcome.all)},
          {"testpoints", testpoints_of(report)},
          {"buckets", buckets_of(report)},
          {"coverage", report.coverage ? coverage_rows(*report.coverage) : json::array()},
          {"slowest", slowest_of(report)},
          {"runs", trend},
          {"program", {{"version", SCANSIM_VERSION}, {"revision", git_revision()}, {"dirty", git_dirty()}}}};
}

}  // namespace scansim
