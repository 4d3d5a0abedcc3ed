#include "host/regress/regress_outcome.h"

#include <algorithm>

#include "host/regress/job_run.h"

namespace scansim {
namespace {

void fail(judged_job& judged, job_signature signature, std::string message) {
  judged.bucket = bucket_of(signature);
  judged.signature = std::move(signature);
  judged.message = std::move(message);
}

judged_job judged(const regress_plan& plan, const regress_job& job, const stored_jobs& store,
                  const recorded_cycles& recorded) {
  judged_job one;
  one.job = &job;
  const auto found = store.jobs.find(job.key);
  if (found == store.jobs.end()) return one;
  const job_rows& rows = found->second;
  one.row = &rows.first();
  if (rows.flaky()) {
    job_signature signature;
    signature.kind = "flaky", signature.first = job.test, signature.pair = job.point;
    fail(one, signature, "the same job ended in different ways: " + rows.first().message);
  } else if (one.row->verdict == job_verdict::fail) {
    fail(one, one.row->signature, one.row->message);
  } else if (one.row->verdict == job_verdict::refused && !plan.test(job.test).may_refuse) {
    fail(one, failed_row(job.key, "refused", one.row->message).signature, one.row->message);
  } else if (job.recorded && one.row->verdict == job_verdict::pass) {
    const std::string off = recorded.difference(job, *one.row);
    job_signature signature;
    signature.kind = "recorded", signature.first = job.test, signature.pair = job.point;
    if (!off.empty()) fail(one, signature, off);
  }
  return one;
}

void count(job_counts& counts, const judged_job& one) {
  ++counts.planned;
  if (one.row == nullptr)
    ++counts.missing;
  else if (one.failed())
    ++counts.failed;
  else if (one.row->verdict == job_verdict::refused)
    ++counts.refused;
  else
    ++counts.passed;
}

}  // namespace

regress_outcome judge_regress(const regress_plan& plan, const std::vector<regress_job>& jobs,
                              const stored_jobs& store, const recorded_cycles& recorded) {
  regress_outcome outcome;
  for (const regress_job& job : jobs) {
    outcome.jobs.push_back(judged(plan, job, store, recorded));
    count(outcome.all, outcome.jobs.back());
    count(outcome.tests[job.test], outcome.jobs.back());
  }
  for (const judged_job& one : outcome.jobs) {
    if (!one.failed()) continue;
    auto bucket = std::find_if(outcome.buckets.begin(), outcome.buckets.end(),
                               [&](const failure_bucket& known) { return known.id == one.bucket; });
    if (bucket == outcome.buckets.end())
      bucket = outcome.buckets.insert(outcome.buckets.end(), {one.bucket, one.signature, {}});
    bucket->jobs.push_back(&one);
  }
  return outcome;
}

job_counts counts_of(const regress_outcome& outcome, const plan_testpoint& testpoint) {
  job_counts sum;
  for (const std::string& test : testpoint.tests) {
    const auto found = outcome.tests.find(test);
    if (found == outcome.tests.end()) continue;
    const job_counts& one = found->second;
    sum.planned += one.planned, sum.passed += one.passed, sum.failed += one.failed;
    sum.refused += one.refused, sum.missing += one.missing;
  }
  return sum;
}

}  // namespace scansim
