#include "host/sweep/row_outcome.h"

#include <fmt/chrono.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <new>
#include <stdexcept>

#include "host/report/git_revision.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

constexpr int row_version = 1;
constexpr const char* statuses[] = {"ok", "refused", "failed", "timeout"};

double seconds_on(clockid_t which) {
  timespec now{};
  clock_gettime(which, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace

std::string status_text(row_status status) { return statuses[static_cast<size_t>(status)]; }

bool may_be_tried_again(row_status status) {
  return status == row_status::failed || status == row_status::timeout;
}

nlohmann::json outcome_json(const row_outcome& row, const std::string& rung) {
  nlohmann::json object = {{"v", row_version},
                           {"key", row.key},
                           {"rung", rung},
                           {"status", status_text(row.status)},
                           {"point", row.point},
                           {"cpu_s", row.cpu_s},
                           {"wall_s", row.wall_s},
                           {"max_rss_kb", row.max_rss_kb},
                           {"host", row.host},
                           {"started", row.started},
                           {"revision", std::string(git_revision()).substr(0, 12)},
                           {"dirty", git_dirty()}};
  if (row.status != row_status::ok) object["message"] = row.message;
  return object;
}

void read_outcome(const nlohmann::json& object, row_outcome& row) {
  if (object.at("v") != row_version) throw std::runtime_error("a row of another version");
  row.key = object.at("key");
  const std::string status = object.at("status");
  const auto* found = std::find(std::begin(statuses), std::end(statuses), status);
  if (found == std::end(statuses)) throw std::runtime_error("a row of unknown status");
  row.status = static_cast<row_status>(found - std::begin(statuses));
  if (row.status != row_status::ok) row.message = object.at("message");
  row.cpu_s = object.at("cpu_s");
  // Of rows since they say so.
  row.point = object.value("point", "");
  row.wall_s = object.value("wall_s", 0.0);
  row.max_rss_kb = object.value("max_rss_kb", uint64_t{0});
  row.host = object.value("host", "");
  row.started = object.value("started", "");
}

row_meter::row_meter(row_outcome& row)
    : row_(row), cpu_s_(seconds_on(CLOCK_PROCESS_CPUTIME_ID)), wall_s_(seconds_on(CLOCK_MONOTONIC)) {
  static const std::string host = host_name();
  row.host = host;
  row.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

row_meter::~row_meter() {
  row_.cpu_s = seconds_on(CLOCK_PROCESS_CPUTIME_ID) - cpu_s_;
  row_.wall_s = seconds_on(CLOCK_MONOTONIC) - wall_s_;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  row_.max_rss_kb = static_cast<uint64_t>(used.ru_maxrss);
}

void refuse_row(row_outcome& row) {
  try {
    throw;
  } catch (const input_error& refusal) {
    row.status = row_status::refused;
    row.message = one_line(refusal.what());
  } catch (const std::bad_alloc&) {
    row.status = row_status::failed;
    row.message = "memory: more than the process may have";
  } catch (const std::exception& failure) {
    row.status = row_status::failed;
    row.message = one_line(failure.what());
  }
}

}  // namespace scansim
