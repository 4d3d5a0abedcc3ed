// Outcomes of made-up rows: counts, buckets, flaky and recorded jobs, and what reports say of them.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/page/page_document.h"
#include "host/page/regress_page.h"
#include "host/regress/job_run.h"
#include "host/regress/regress_text.h"
#include "host/shards/json_shards.h"
#include "tests/host/regress/plan_example.h"
#include "tests/support/places.h"
#include "tests/support/spawned_program.h"

namespace scansim {
namespace {

using test::has;

struct outcome_place : test::plan_place {
  regress_plan plan = load();
  plan_choice choice;
  std::vector<regress_job> jobs = draw_jobs(plan, choice, "digest");
  stored_jobs store;
  recorded_cycles recorded;
  std::map<std::string, failure_case> failures;
  regress_outcome outcome;

  outcome_place() {
    for (const regress_job& job : jobs) add(passed(job));
  }
  static job_row passed(const regress_job& job) {
    job_row row;
    row.key = job.key, row.cycles = 100, row.stalls = "dma 1/2/3", row.wall_s = 0.5;
    return row;
  }
  void add(const job_row& row) { store.jobs[row.key].rows.push_back(row); }
  void replace(const job_row& row) { store.jobs[row.key].rows = {row}; }
  const regress_outcome& judge() { return outcome = judge_regress(plan, jobs, store, recorded); }
  regress_report report() { return {plan, choice, judge(), failures, {}}; }
};

}  // namespace

TEST_CASE("regress_report puts failures of one signature in one bucket", "[regress]") {
  outcome_place place;
  place.replace(failed_row(place.jobs[1].key, "hang", "cycle 812"));
  place.replace(failed_row(place.jobs[4].key, "hang", "cycle 9"));
  place.replace(failed_row(place.jobs[5].key, "crash", "ended by signal 11"));
  const regress_outcome& outcome = place.judge();
  CHECK(outcome.all.planned == 14);
  CHECK(outcome.all.failed == 3);
  CHECK(outcome.all.passed == 11);
  REQUIRE(outcome.buckets.size() == 2);
  CHECK(outcome.buckets[0].jobs.size() == 2);
  CHECK(outcome.buckets[0].signature.kind == "hang");
  CHECK(counts_of(outcome, place.plan.testpoints[0]).failed == 3);
  CHECK(counts_of(outcome, place.plan.testpoints[1]).failed == 0);
  place.store.jobs.erase(place.jobs[0].key);
  CHECK(place.judge().all.missing == 1);
}

TEST_CASE("regress_report a job that ends in two ways is flaky, and red", "[regress]") {
  outcome_place place;
  job_row other = outcome_place::passed(place.jobs[2]);
  other.wall_s = 9;  // times differ every time
  place.add(other);
  CHECK(place.judge().buckets.empty());
  other.cycles = 101;
  place.add(other);
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(place.outcome.buckets[0].signature.kind == "flaky");
}

TEST_CASE("regress_report a refused call fails unless its test may refuse", "[regress]") {
  outcome_place place;
  job_row refused;
  refused.key = place.jobs[0].key, refused.verdict = job_verdict::refused, refused.message = "too large";
  place.replace(refused);
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(place.outcome.buckets[0].signature.kind == "refused");
  place.plan.tests[0].may_refuse = true;
  CHECK(place.judge().buckets.empty());
  CHECK(place.outcome.all.refused == 1);
}

TEST_CASE("regress_report holds recorded jobs to what was approved", "[regress]") {
  outcome_place place;
  regress_job& job = place.jobs[0];
  job.recorded = true;
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(has(place.outcome.jobs[0].message, "none are recorded"));
  CHECK(place.recorded.approve(job, place.store.jobs[job.key].first(), "first; \nones"));
  CHECK_FALSE(place.recorded.approve(job, place.store.jobs[job.key].first(), "again"));
  CHECK(place.judge().buckets.empty());
  const std::string path = place.folder.file("p.cycles.csv");
  test::write_bytes(path, recorded_csv(place.recorded));
  CHECK(recorded_path(place.folder.file("p.yaml")) == path);
  place.recorded = read_recorded_cycles(path);
  REQUIRE(place.recorded.rows.size() == 1);
  CHECK(place.recorded.rows.begin()->second.reason == "first, ,ones");
  CHECK(place.judge().buckets.empty());
  job_row slower = outcome_place::passed(job);
  slower.cycles = 101;
  place.replace(slower);
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(has(place.outcome.jobs[0].message, "101 cycles, recorded are 100"));
  CHECK(place.recorded.approve(job, slower, "one more"));
  CHECK(place.judge().buckets.empty());
  slower.error = 1e-6;
  place.recorded.rows.begin()->second.error = "5.1e-07";
  place.replace(slower);
  CHECK(place.judge().buckets.empty());
  place.recorded.rows.begin()->second.error = "4.9e-07";
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(has(place.outcome.jobs[0].message, "relative MSE 1e-06 against ref, recorded is 4.9e-07"));
  place.recorded.rows.begin()->second.error = "5.1e-07";
  slower.line = {2e-4, 0.01};  // slope - 1, mean
  place.replace(slower);
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(has(place.outcome.jobs[0].message, "slope of y on ref 1 +2.00e-04, recorded is 1 -"));
  CHECK(place.recorded.approve(job, slower, "a line"));
  CHECK(place.judge().buckets.empty());
  slower.line = {-3.9e-4, 0.03};
  place.replace(slower);
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(has(place.outcome.jobs[0].message, "mean of y off by +0.0300 last places, recorded is +0.0100"));
  slower.line = {4.2e-4, 0.01};
  place.replace(slower);
  REQUIRE(place.judge().buckets.size() == 1);
  CHECK(has(place.outcome.jobs[0].message, "slope of y on ref 1 +4.20e-04, recorded is 1 +2.00e-04"));
  test::write_bytes(path, "other\n");
  CHECK(has(test::refusal([&] { read_recorded_cycles(path); }), "p.cycles.csv: line 1: expected id;job"));
}

TEST_CASE("regress_report keeps rows in a folder, whole or not at all", "[regress]") {
  const test::temporary_folder folder;
  std::filesystem::create_directories(folder.file("shards"));
  const job_row failed = failed_row("b", "hang", "cycle 7 \"of\" <it>\n");
  job_row passed;
  passed.key = "a", passed.cycles = 12, passed.stalls = "dma 1/2/3", passed.memory_mb = 7;
  {
    json_shard shard(folder.path().string(), "one");
    shard.append(to_json(passed)), shard.append(to_json(failed));
  }
  std::string text = test::read_bytes(folder.file("shards/one.jsonl"));
  test::write_bytes(folder.file("shards/two.jsonl"), text.substr(0, text.size() - 5));
  const stored_jobs store = read_job_rows(folder.path().string());
  CHECK(store.dropped == 1);
  REQUIRE(store.jobs.size() == 2);
  CHECK(store.jobs.at("a").rows.size() == 2);
  CHECK(same_result(store.jobs.at("a").first(), passed));
  CHECK(same_result(store.jobs.at("b").first(), failed));
  CHECK(store.jobs.at("b").first().message == failed.message);
}

TEST_CASE("regress_report writes JUnit that holds to its schema", "[regress]") {
  outcome_place place;
  place.replace(failed_row(place.jobs[1].key, "bits", "y: \"7\" <> 'x' & \x01 \xff"));
  place.store.jobs.erase(place.jobs[3].key);
  place.failures[bucket_of(failed_row("", "bits", "y: \"7\" <> 'x' & \x01 \xff").signature)] = {
      "", "", "scansim compare <x> && y", "a title", "a message", 3, "waves.fst"};
  const std::string xml = regress_junit(place.report());
  CHECK(has(xml, "<testsuite name=\"scans\" tests=\"12\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  CHECK(has(xml, "type=\"bits\""));
  CHECK(has(xml, "scansim compare &lt;x&gt; &amp;&amp; y"));
  if (!std::filesystem::exists("/usr/bin/xmllint")) {
    WARN("skipped: no /usr/bin/xmllint (Debian's package libxml2-utils)");
    return;
  }
  const auto lint = [&](const std::string& text) {
    test::write_bytes(place.folder.file("junit.xml"), text);
    test::program_start start;
    start.words = {"/usr/bin/xmllint", "--noout", "--schema",
                   test::source_dir() + "/tests/host/regress/junit.xsd", place.folder.file("junit.xml")};
    return test::run_program(start);
  };
  const test::program_end end = lint(xml);
  CAPTURE(end.err);
  CHECK(end.status == 0);
  CHECK(lint(test::changed(xml, "<testcase classname", "<testcase class")).status != 0);
  CHECK(lint(test::changed(xml, "failures=\"1\"", "failures=\"one\"")).status != 0);
}

TEST_CASE("regress_report says the same as text, Markdown, CSV and page", "[regress]") {
  outcome_place place;
  place.replace(failed_row(place.jobs[1].key, "hang", "cycle 812"));
  const std::string bucket = place.judge().buckets[0].id;
  place.failures[bucket] = {bucket, "", "scansim compare x", "a small one", "cycle 3", 4, ""};
  const regress_report report = place.report();
  for (const std::string& text : {regress_text(report), regress_markdown(report)}) {
    CAPTURE(text);
    CHECK(has(text, bucket));
    CHECK(has(text, "13 of 14 jobs passed, 1 failed"));
    CHECK(has(text, "scansim compare x"));
    CHECK(has(text, "FAILED"));
  }
  const std::string csv = regress_csv(report);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 15);
  CHECK(has(csv, ";fail;" + bucket + ";"));
  const nlohmann::json page = regress_page("folder", report, {});
  CHECK(page["buckets"][0]["line"] == "scansim compare x");
  CHECK(page["testpoints"].size() == 2);
  CHECK(has(html_page("a regression", page), "Slowest jobs"));
}

}  // namespace scansim
