#include "host/regress/regress_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/coverage/coverage_text.h"
#include "host/report/text_table.h"

namespace scansim {
namespace {

constexpr size_t widest_finding = 300;

std::string cut(const std::string& text) {
  return text.size() <= widest_finding ? text : text.substr(0, widest_finding) + " ...";
}

std::string counts_text(const job_counts& counts) {
  std::string text = fmt::format("{} of {} jobs passed", counts.passed, counts.planned);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.refused > 0) text += fmt::format(", {} refused", counts.refused);
  if (counts.missing > 0) text += fmt::format(", {} not run", counts.missing);
  return text;
}

const failure_case* case_of(const regress_report& report, const failure_bucket& bucket) {
  const auto found = report.failures.find(bucket.id);
  return found == report.failures.end() ? nullptr : &found->second;
}

std::string signature_text(const job_signature& s) {
  std::vector<std::string> parts = {s.kind};
  for (const std::string& one : {s.pair, s.first})
    if (!one.empty()) parts.push_back(one);
  if (!s.block.empty()) parts.push_back("block " + s.block);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string bucket_text(const regress_report& report, const failure_bucket& bucket) {
  std::string text = fmt::format("bucket {}: {}: {} jobs\n  first: {}\n  {}\n", bucket.id,
                                 signature_text(bucket.signature), bucket.jobs.size(),
                                 job_title(*bucket.jobs.front()->job), cut(bucket.jobs.front()->message));
  if (const failure_case* small = case_of(report, bucket)) {
    text += fmt::format("  minimal, after {} runs: {}\n", small->runs, small->title);
    if (!small->waves.empty()) text += fmt::format("  waves: {}\n", small->waves);
    text += fmt::format("  reproduce: {}\n", small->line);
  }
  return text;
}

std::string verdict_of(const regress_outcome& outcome) {
  if (outcome.all.failed > 0) return "FAILED";
  return outcome.complete() ? "passed" : "PARTIAL";
}

}  // namespace

std::string regress_text(const regress_report& report) {
  text_table table({"<testpoint", "<stage", "passed", "failed", "refused", "not run", "<tests"});
  for (const plan_testpoint& one : report.plan.testpoints) {
    if (!is_chosen(one, report.choice)) continue;
    const job_counts counts = counts_of(report.outcome, one);
    table.add_row({one.name, one.stage, std::to_string(counts.passed), std::to_string(counts.failed),
                   std::to_string(counts.refused), std::to_string(counts.missing),
                   fmt::format("{}", fmt::join(one.tests, ", "))});
  }
  std::string text = table.text();
  for (const failure_bucket& bucket : report.outcome.buckets) text += bucket_text(report, bucket);
  for (const auto& [test, count] : report.left_out)
    text += fmt::format("{}: {} jobs not started: its budget was spent\n", test, count);
  if (report.coverage) text += coverage_table(*report.coverage);
  return text + fmt::format("{}, seed {}: {}: {}\n", report.plan.name, report.choice.seed,
                            verdict_of(report.outcome), counts_text(report.outcome.all));
}

std::string regress_markdown(const regress_report& report) {
  std::string text =
      fmt::format("## {}: {}\n\n{}, seed {}.\n\n", report.plan.name, verdict_of(report.outcome),
                  counts_text(report.outcome.all), report.choice.seed);
  text += "| testpoint | stage | passed | failed | not run |\n|---|---|---|---|---|\n";
  for (const plan_testpoint& one : report.plan.testpoints) {
    if (!is_chosen(one, report.choice)) continue;
    const job_counts counts = counts_of(report.outcome, one);
    text += fmt::format("| {} | {} | {} | {} | {} |\n", one.name, one.stage, counts.passed, counts.failed,
                        counts.missing);
  }
  for (const failure_bucket& bucket : report.outcome.buckets) {
    text += fmt::format("\n### `{}` {}: {} jobs\n\n{}\n", bucket.id, signature_text(bucket.signature),
                        bucket.jobs.size(), cut(bucket.jobs.front()->message));
    if (const failure_case* small = case_of(report, bucket))
      text += fmt::format("\n```sh\n{}\n```\n", small->line);
  }
  if (report.coverage) text += "\n" + coverage_markdown(*report.coverage);
  return text;
}

std::string regress_csv(const regress_report& report) {
  std::vector<std::string> lines;
  for (const judged_job& one : report.outcome.jobs) {
    const char* verdict = one.row == nullptr ? "not run"
                          : one.failed()     ? "fail"
                                             : verdict_text(one.row->verdict);
    lines.push_back(fmt::format("{};{};{};{};{};{};{};{};{}\n", one.job->key, one.job->test, one.job->point,
                                one.job->memory, one.job->draw_seed, verdict, one.bucket,
                                one.row != nullptr ? one.row->cycles : 0,
                                one.row != nullptr ? one.row->stalls : ""));
  }
  std::string text = "key;test;point;memory;seed;verdict;bucket;cycles;stalls\n";
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace scansim
