#include "host/sweep/point_row.h"

#include <algorithm>
#include <stdexcept>

namespace scansim {
namespace {

constexpr int row_version = 1;
constexpr const char* statuses[] = {"ok", "refused", "failed"};

}  // namespace

std::string status_text(row_status status) { return statuses[static_cast<size_t>(status)]; }

nlohmann::json to_json(const point_row& row) {
  nlohmann::json object = {
      {"v", row_version}, {"key", row.key}, {"rung", sweep_rung}, {"status", status_text(row.status)}};
  if (row.status == row_status::ok) {
    object["cycles"] = row.cycles;
    object["counters"] = row.counters;
    object["compulsory_bytes"] = row.compulsory_bytes;
    if (row.simulated) object["simulated"] = {{"chunks", row.simulated->chunks}, {"of", row.simulated->of}};
  } else {
    object["message"] = row.message;
  }
  object["cpu_s"] = row.cpu_s;
  return object;
}

point_row row_from_json(const nlohmann::json& object) {
  if (object.at("v") != row_version) throw std::runtime_error("a row of another version");
  point_row row;
  row.key = object.at("key");
  const std::string status = object.at("status");
  const auto* found = std::find(std::begin(statuses), std::end(statuses), status);
  if (found == std::end(statuses)) throw std::runtime_error("a row of unknown status");
  row.status = static_cast<row_status>(found - std::begin(statuses));
  if (row.status == row_status::ok) {
    row.cycles = object.at("cycles");
    row.counters = object.at("counters").get<event_counters>();
    row.compulsory_bytes = object.at("compulsory_bytes");
    if (object.contains("simulated"))
      row.simulated = simulated_part{object.at("simulated").at("chunks"), object.at("simulated").at("of")};
  } else {
    row.message = object.at("message");
  }
  row.cpu_s = object.at("cpu_s");
  return row;
}

}  // namespace scansim
