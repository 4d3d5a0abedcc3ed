// What every row of the store says beside its results: the key, how it ended, what it cost and where.
// Contract: the fields of cost and place differ from run to run, so equal keys need not have them alike.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace scansim {

// timeout: longer than the sweep's limits allow (sweep_spec::row_limits).
enum class row_status { ok, refused, failed, timeout };
std::string status_text(row_status status);
// Whether another try may end otherwise.
bool may_be_tried_again(row_status status);

struct row_outcome {
  std::string key;
  row_status status = row_status::ok;
  std::string message;  // of a row without result
  std::string point;    // id of the one that it was run for
  double cpu_s = 0, wall_s = 0;
  uint64_t max_rss_kb = 0;    // of the process that ran it, until then
  std::string host, started;  // UTC, ISO 8601
};

// An object with these fields, and the program's revision; the row's results are added to it.
nlohmann::json outcome_json(const row_outcome& row, const std::string& rung);
// Throws nlohmann::json::exception and std::runtime_error for what is no row.
void read_outcome(const nlohmann::json& object, row_outcome& row);

// Measures what filling a row costs, from here to stop().
class row_meter {
 public:
  explicit row_meter(row_outcome& row);
  ~row_meter();
  row_meter(const row_meter&) = delete;
  row_meter& operator=(const row_meter&) = delete;

 private:
  row_outcome& row_;
  double cpu_s_, wall_s_;
};

// `fill` sets the row's results: what it throws is the row's status and message.
void refuse_row(row_outcome& row);  // of the exception that is being handled
template <class Fill>
void fill_row(row_outcome& row, const Fill& fill) {
  const row_meter meter(row);
  try {
    fill();
  } catch (...) {
    refuse_row(row);
  }
}

}  // namespace scansim
