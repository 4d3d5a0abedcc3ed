// Failures made small, on machines that are made up: a rule says which calls fail.
#include "host/regress/job_shrink.h"

#include <catch2/catch.hpp>

#include "host/regress/job_run.h"
#include "tests/host/regress/plan_example.h"

namespace scansim {
namespace {

regress_job large_job() {
  regress_job job;
  job.test = "test";
  job.call.kind = &call_kind_named("selective_scan", "test", "operator");
  job.call.options = {{"channels", "37"},  {"states", "16"}, {"length", "70"}, {"batch", "3"},
                      {"reverse", "true"}, {"no_z", "true"}, {"h0", "true"}};
  job.call_seed = 77, job.memory_seed = 5;
  job.design = {"edge", {"tile_buffers=2", "axi_max_burst=3"}};
  job.point = "edge small", job.memory = "random";
  job.rungs = {"systemc", "rtl"};
  name_job(job, "digest");
  return job;
}

int64_t size_of(const regress_job& job, const std::string& name) {
  const auto found = job.call.options.find(name);
  return found == job.call.options.end() ? 0 : std::stoll(found->second);
}

using job_rule = std::function<bool(const regress_job&)>;

shrunk_job shrunk_by(const job_rule& fails, const shrink_limits& limits = {500, 60}) {
  const regress_job job = large_job();
  const job_row row = failed_row(job.key, "bits", "y differs");
  return shrink_job(job, row, limits, "digest", [&](const regress_job& one) {
    if (size_of(one, "channels") == 0 || size_of(one, "states") == 0 || size_of(one, "length") == 0) {
      job_row refused;
      refused.key = one.key, refused.verdict = job_verdict::refused;
      return refused;
    }
    if (fails(one)) return failed_row(one.key, "bits", "y differs");
    job_row passed;
    passed.key = one.key;
    return passed;
  });
}

}  // namespace

TEST_CASE("job_shrink takes away all that the failure does not need", "[regress]") {
  const shrunk_job all = shrunk_by([](const regress_job&) { return true; });
  CHECK(all.job.call.options ==
        std::map<std::string, std::string>{{"channels", "1"}, {"states", "1"}, {"length", "1"}});
  CHECK(all.job.design.config == "tiny");
  CHECK(all.job.design.overrides.empty());
  CHECK(all.job.memory == "ideal");
  CHECK(all.job.call_seed == 1);
  CHECK(all.row.key == all.job.key);

  const shrunk_job some = shrunk_by([](const regress_job& one) {
    return size_of(one, "length") >= 33 && one.call.options.contains("reverse") && one.memory != "ideal" &&
           one.design.overrides == std::vector<std::string>{"axi_max_burst=3"};
  });
  CHECK(some.job.call.options ==
        std::map<std::string, std::string>{
            {"channels", "1"}, {"states", "1"}, {"length", "33"}, {"reverse", "true"}});
  CHECK(some.job.memory == "latency");
  CHECK(some.job.design.overrides == std::vector<std::string>{"axi_max_burst=3"});
}

TEST_CASE("job_shrink never takes another failure for this one, and keeps within its runs", "[regress]") {
  int trials = 0;
  const regress_job job = large_job();
  const shrunk_job made =
      shrink_job(job, failed_row(job.key, "bits", "y differs"), {}, "digest", [&](const regress_job& one) {
        ++trials;
        return failed_row(one.key, "counter", "dma.busy differs");
      });
  CHECK(made.job.key == job.key);
  CHECK(made.row.signature.kind == "bits");
  CHECK(made.runs == trials);
  const shrunk_job few = shrunk_by([](const regress_job&) { return true; }, {3, 60});
  CHECK(few.runs == 3);
}

TEST_CASE("job_shrink a smaller job is a line of the shell that makes the call and compares it",
          "[regress]") {
  regress_job job = large_job();
  const std::string line = reproduce_line(job, "scansim", " --wave waves.fst");
  CHECK(line ==
        "scansim trace generate --operator selective_scan --channels 37 --states 16 --length 70 --batch 3 "
        "--reverse --h0 --no-z --seed 77 --out case.safetensors && scansim compare case.safetensors --config "
        "edge "
        "--set tile_buffers=2 --set axi_max_burst=3 --memory random --seed 5 --rungs systemc,rtl --wave "
        "waves.fst");
}

}  // namespace scansim
