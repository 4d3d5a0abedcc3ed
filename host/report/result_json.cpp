#include "host/report/result_json.h"

#include <nlohmann/json.hpp>

#include "host/report/git_revision.h"
#include "host/report/gpu_report.h"
#include "host/report/output_file.h"

namespace scansim {

namespace {

using nlohmann::json;

json or_null(const std::string& text) { return text.empty() ? json() : json(text); }

template <class value>
json or_null(const std::optional<value>& given) {
  return given ? json(*given) : json();
}

std::string verdict_of(const rung_result& rung) {
  return !rung.agree ? "disagree" : rung.compared_with.empty() ? "not compared" : "agree";
}

json rate(double count, double seconds) { return seconds > 0 ? json(count / seconds) : json(); }

json rung_json(const run_result& result, const rung_result& rung, size_t order) {
  const json time_s =
      rung.cycles ? json(static_cast<double>(*rung.cycles) / (result.point.clock_mhz * 1e6)) : json();
  json object = {
      {"order", order},
      {"verdict", verdict_of(rung)},
      {"compared_with", or_null(rung.compared_with)},
      {"finding", or_null(rung.finding)},
      {"cycles", or_null(rung.cycles)},
      {"time_s", time_s},
      {"lane_utilisation", or_null(lane_utilisation(result, rung))},
      {"traffic_over_compulsory", or_null(traffic_ratio(result, rung))},
      {"counters", rung.counters},
      {"energy", rung.energy ? to_json(*rung.energy) : json()},
      {"output_sha256", or_null(rung.output_sha256)},
      {"state_sha256", or_null(rung.state_sha256)},
      {"wall_s", rung.wall_s > 0 ? json(rung.wall_s) : json()},
      {"sim_cycles_per_s", rung.cycles ? rate(static_cast<double>(*rung.cycles), rung.wall_s) : json()},
      {"sim_state_updates_per_s", rate(static_cast<double>(result.state_updates), rung.wall_s)}};
  if (rung.gpu) add_gpu_json(object, result, *rung.gpu);
  return object;
}

}  // namespace

json to_json(const run_result& result) {
  check_run_result(result);
  json object = {
      {"schema_version", result_schema_version},
      {"scansim", {{"version", SCANSIM_VERSION}, {"revision", git_revision()}, {"dirty", git_dirty()}}},
      {"command", result.command},
      {"verdict", result.agree() ? "agree" : "disagree"},
      {"design_point", to_json(result.point)},
      {"memory_model", result.memory_model},
      {"seed", result.seed},
      {"tool_versions", result.tool_versions},
      {"rungs", json::object()},
      {"files", result.files}};
  object["trace"] = {{"path", result.trace_path},
                     {"sha256", or_null(result.trace_sha256)},
                     {"tokens", result.tokens},
                     {"state_updates", result.state_updates},
                     {"compulsory_bytes", or_null(result.compulsory_bytes)}};
  object["errors"]["hls_vs_ref"]["relative_mse"] = or_null(result.hls_vs_ref_relative_mse);
  object["errors"]["quantisation"]["relative_mse"] = or_null(result.quantisation_relative_mse);
  for (size_t k = 0; k < result.rungs.size(); ++k) {
    object["rungs"][result.rungs[k].rung] = rung_json(result, result.rungs[k], k);
  }
  return object;
}

void write_result_json(const std::string& path, const run_result& result) {
  // Text that is not UTF-8 can only come from file names; it must not lose the run.
  write_file_atomically(path, to_json(result).dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace scansim
