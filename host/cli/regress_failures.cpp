#include "host/cli/regress_failures.h"

#include <algorithm>
#include <ctime>
#include <set>

#include "host/cli/interruption.h"
#include "host/cli/invocation.h"
#include "host/cli/progress_display.h"
#include "host/report/git_revision.h"

namespace scansim {
namespace {

bool is_repeatable(const judged_job& one) { return one.failed() && one.signature.kind != "recorded"; }

}  // namespace

void make_failures(opened_regress& opened, const job_place& place, int waves, bool again,
                   const std::string& bucket) {
  progress_display display(false);
  const progress_callback tell = display.callback();
  const regress_progress progress = [&](const std::string& what) {
    tell(what);
    throw_if_interrupted();
  };
  bool found = false;
  for (const failure_bucket& one : opened.outcome.buckets) {
    if (!one.id.starts_with(bucket)) continue;
    found = true;
    if (!again && opened.failures.contains(one.id)) continue;
    const bool with_waves = waves > 0;
    opened.failures[one.id] =
        make_failure_case({place, invocation(), {}, with_waves}, opened.folder.digest, one, progress);
    waves -= opened.failures[one.id].waves.empty() ? 0 : 1;
  }
  if (!bucket.empty() && !found)
    throw input_error("command line", "BUCKET", "a bucket of the folder", "'" + bucket + "'");
}

std::vector<regress_job> jobs_to_repeat(const opened_regress& opened, const std::string& only) {
  std::vector<regress_job> chosen;
  std::set<std::string> seen;
  for (const judged_job& one : opened.outcome.jobs) {
    const bool named = !only.empty() && (one.bucket.starts_with(only) || one.job->key.starts_with(only));
    if (only.empty() ? !is_repeatable(one) : !named || one.row == nullptr) continue;
    if (seen.insert(one.job->key).second) chosen.push_back(*one.job);
  }
  if (!only.empty() && chosen.empty())
    throw input_error("command line", "--only", "a bucket or the key of a job that has run",
                      "'" + only + "'");
  return chosen;
}

nlohmann::json run_line(const opened_regress& opened, const regress_counts& counts, double wall_s) {
  char when[32] = "";
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  std::strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  const job_counts& all = opened.outcome.all;
  return {{"time", when},           {"revision", git_revision()},
          {"dirty", git_dirty()},   {"seed", opened.folder.choice.seed},
          {"planned", all.planned}, {"passed", all.passed},
          {"failed", all.failed},   {"refused", all.refused},
          {"missing", all.missing}, {"ran", counts.ran},
          {"wall_s", wall_s}};
}

}  // namespace scansim
