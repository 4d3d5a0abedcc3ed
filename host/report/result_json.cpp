#include "host/report/result_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "host/report/git_revision.h"
#include "host/report/gpu_report.h"
#include "host/report/operator_table.h"
#include "host/report/or_null.h"
#include "models/energy/gate_clock.h"

namespace scansim {

namespace {

using nlohmann::json;

json facts_json(const operator_facts& facts) { return facts ? *facts : json(); }

json bytes_json(const tensor_traffic& bytes) {
  return {{"bytes_read", bytes.read_bytes},
          {"bytes_written", bytes.written_bytes},
          {"compulsory_bytes", bytes.compulsory_bytes}};
}

// Without a machine only the compulsory bytes are known, and a tensor is one number.
json traffic_json(const rung_result& rung) {
  if (rung.traffic.empty()) return {};
  json object = bytes_json(sum_of(rung.traffic));
  if (!rung.moved) object["bytes_read"] = object["bytes_written"] = nullptr;
  json& tensors = object["tensors"] = json::object();
  for (const tensor_traffic& bytes : rung.traffic)
    tensors[bytes.tensor] = rung.moved ? bytes_json(bytes) : json(bytes.compulsory_bytes);
  return object;
}

json busiest_json(const run_result& result, const rung_result& rung) {
  const auto part = busiest(result, rung);
  if (!part) return {};
  return {{"name", part->name},
          {"share", part->share},
          {"memory_port_share", part->port_share},
          {"memory_bound", part->memory_bound},
          {"multiplier_use", or_null(part->multipliers)}};
}

json memory_json(const rung_result& rung) {
  json object;
  for (const auto& [event, count] : rung.memory) object[event] = count;
  return object;
}

json use_json(const bandwidth_use& use) {
  return {
      {"bytes_per_s", use.bytes_per_s}, {"peak_bytes_per_s", use.peak_bytes_per_s}, {"share", use.share()}};
}

json use_json(const std::optional<array_use>& use) {
  if (!use) return {};
  return {{"per_cycle", use->per_cycle}, {"capacity", use->capacity}, {"share", use->share()}};
}

json power_json(const std::optional<power_range>& power) {
  if (!power) return {};
  return {{"low", power->low_w}, {"nominal", power->nominal_w}, {"high", power->high_w}};
}

json formula_json(const closed_formula& formula, const rung_result& rung) {
  json object = {{"cycles", formula.cycles},
                 {"relative_error", formula.cycles / static_cast<double>(*rung.cycles) - 1},
                 {"largest", formula.largest}};
  for (const auto& [name, cost] : formula.costs) object[name] = cost;
  return object;
}

json metrics_json(const run_result& result, const rung_result& rung) {
  const auto metrics = metrics_of(result, rung);
  if (!metrics) return {};
  const run_limit& limit = metrics->limit;
  json object = {{"bound_by",
                  {{"kind", limit_name(limit.kind)},
                   {"cause", cause_name(limit.cause)},
                   {"block", or_null(limit.block)},
                   {"share", limit.share}}},
                 {"read", use_json(metrics->read)},
                 {"write", use_json(metrics->write)},
                 {"read_and_write", use_json(metrics->both)},
                 {"useful_state_updates", use_json(metrics->state_updates)},
                 {"useful_macs", use_json(metrics->macs)},
                 {"macs_over_useful", or_null(metrics->macs_over_useful)},
                 {"power_w", power_json(metrics->power)},
                 {"pj_per_state_update", or_null(metrics->pj_per_state_update)},
                 {"pj_per_useful_mac", or_null(metrics->pj_per_mac)},
                 {"energy_delay_js", or_null(metrics->energy_delay_js)}};
  if (result.formula) object["formula"] = formula_json(*result.formula, rung);
  return object;
}

json operators_json(const run_result& result, const rung_result& rung) {
  json list;
  for (const operator_use& use : operators_of(result, rung))
    list.push_back({{"name", use.name},
                    {"unit", use.unit},
                    {"busy_cycles", use.busy},
                    {"steps", use.steps},
                    {"weight_bytes", use.weight_bytes},
                    {"energy_pj", use.energy_pj}});
  return list;
}

json share_json(const std::optional<bound_share>& share) {
  if (!share) return nullptr;
  return {{"judged", share->judged},
          {"beyond", share->beyond},
          {"largest_share", share->largest},
          {"at", share->at}};
}

json line_json(const std::optional<error_line>& line) {
  if (!line) return nullptr;
  const auto known = [](double spread) { return std::isfinite(spread) ? json(spread) : json(); };
  return {{"slope", line->slope},
          {"slope_spread", known(line->slope_spread)},
          {"mean", line->mean},
          {"mean_spread", known(line->mean_spread)}};
}

json waves_json(const std::optional<written_waves>& waves) {
  if (!waves) return {};
  json starts = json::array();
  for (const wave_start& start : waves->starts)
    starts.push_back({{"cycle", start.cycle}, {"time_ps", start.time_ps}});
  return {{"path", waves->path},
          {"first_cycle", waves->first_cycle},
          {"last_cycle", waves->last_cycle},
          {"ps_per_cycle", wave_step},
          {"starts", starts}};
}

json place_json(const run_result& result, const std::optional<port_place>& place) {
  if (!place) return {};
  const bool shown =
      result.waves && place->cycle >= result.waves->first_cycle && place->cycle <= result.waves->last_cycle;
  return {{"cycle", place->cycle},
          {"signal", place->signal},
          {"time_ps", shown ? json(result.waves->time_ps(place->cycle)) : json()}};
}

json streams_json(const std::vector<stream_difference>& streams) {
  json all;
  for (const auto& [stream, block, beat, cycle, text] : streams)
    all.push_back({{"stream", stream}, {"block", block}, {"beat", beat}, {"cycle", cycle}, {"text", text}});
  return all;
}

std::string verdict_of(const rung_result& rung) {
  return !rung.agree ? "disagree" : rung.compared_with.empty() ? "not compared" : "agree";
}

json program_json(const run_result& result) {
  json program = {{"version", SCANSIM_VERSION}, {"revision", git_revision()}, {"dirty", git_dirty()}};
  if (!result.sources) return program;
  const run_sources& sources = *result.sources;
  program["data"] = {{"folder", sources.data_folder},
                     {"sha256", sources.data_sha256},
                     {"as_built", sources.data_as_built},
                     {"differs_from_revision", sources.data_differs}};
  program["rtl"] = {{"sha256", sources.rtl_sha256},
                    {"as_built", sources.rtl_as_built},
                    {"differs_from_revision", sources.rtl_differs}};
  program["library_sha256"] = or_null(sources.library_sha256);
  return program;
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
      {"first_difference", place_json(result, rung.first_difference)},
      {"streams", streams_json(rung.streams)},
      {"cycles", or_null(rung.cycles)},
      {"time_s", time_s},
      {"lane_utilisation", or_null(lane_utilisation(result, rung))},
      {"traffic_over_compulsory", or_null(traffic_ratio(result, rung))},
      {"counters", rung.counters},
      {"memory", memory_json(rung)},
      {"energy", rung.energy ? to_json(*rung.energy) : json()},
      {"output_sha256", or_null(rung.output_sha256)},
      {"state_sha256", or_null(rung.state_sha256)},
      {"wall_s", rung.wall_s > 0 ? json(rung.wall_s) : json()},
      {"sim_cycles_per_s", rung.cycles ? rate(static_cast<double>(*rung.cycles), rung.wall_s) : json()},
      {"sim_state_updates_per_s",
       result.state_updates > 0 ? rate(static_cast<double>(result.state_updates), rung.wall_s) : json()},
      {"traffic", traffic_json(rung)},
      {"busiest", busiest_json(result, rung)},
      {"metrics", metrics_json(result, rung)},
      {"operators", operators_json(result, rung)},
      {"scales", facts_json(rung.scales)},
      {"storage", facts_json(rung.storage)},
      {"bound", facts_json(rung.bound)}};
  if (rung.gates) object["switching"] = {{"counters", rung.switching}, {"energy", to_json(*rung.gates)}};
  if (rung.gpu) add_gpu_json(object, result, *rung.gpu);
  if (rung.simulated) object["simulated"] = {{"chunks", rung.simulated->chunks}, {"of", rung.simulated->of}};
  return object;
}

}  // namespace

json to_json(const run_result& result) {
  check_run_result(result);
  json object = {{"schema_version", result_schema_version},
                 {"scansim", program_json(result)},
                 {"command", result.command},
                 {"reproduce", or_null(result.reproduce)},
                 {"verdict", result.verdict()},
                 {"design_point", to_json(result.point)},
                 {"clock", clock_with_gates(result.point)},
                 {"memory_model", result.memory_model},
                 {"seed", result.seed},
                 {"tool_versions", result.tool_versions},
                 {"fused", or_null(result.fused)},
                 {"z_first", or_null(result.z_first)},
                 {"rungs", json::object()},
                 {"waves", waves_json(result.waves)},
                 {"files", result.files}};
  object["trace"] = {{"path", result.trace_path},
                     {"sha256", or_null(result.trace_sha256)},
                     {"operator", or_null(result.operator_name)},
                     {"tokens", result.tokens},
                     {"state_updates", result.state_updates > 0 ? json(result.state_updates) : json()},
                     {"macs", result.macs > 0 ? json(result.macs) : json()},
                     {"compulsory_bytes", or_null(result.compulsory_bytes)}};
  object["errors"]["hls_vs_ref"]["relative_mse"] = or_null(result.hls_vs_ref_relative_mse);
  object["errors"]["quantisation"]["relative_mse"] = or_null(result.quantisation_relative_mse);
  object["errors"]["hls_vs_ref"]["scan"] = or_null(result.hls_vs_ref_scan_mse);
  object["errors"]["hls_vs_ref"]["h_last"] = or_null(result.hls_vs_ref_h_last_mse);
  object["errors"]["hls_vs_ref"]["y_bound"] = share_json(result.hls_vs_ref_y_bound);
  object["errors"]["hls_vs_ref"]["h_last_bound"] = share_json(result.hls_vs_ref_h_last_bound);
  object["errors"]["hls_vs_ref"]["line"] = line_json(result.hls_vs_ref_line);
  object["errors"]["hls_vs_ref"]["scan_line"] = line_json(result.hls_vs_ref_scan_line);
  object["errors"]["recorded"] = {{"scan", or_null(result.recorded_scan_mse)},
                                  {"h_last", or_null(result.recorded_h_last_mse)}};
  object["errors"]["lost"] = {{"relative_mse", or_null(result.lost_relative_mse)},
                              {"scan", or_null(result.lost_scan_mse)}};
  object["limits"] = result.limits;
  object["warnings"] = json::array();
  for (const run_warning& one : result.warnings)
    object["warnings"].push_back({{"kind", one.kind}, {"rung", one.rung}, {"text", one.text}});
  for (size_t k = 0; k < result.rungs.size(); ++k) {
    object["rungs"][result.rungs[k].rung] = rung_json(result, result.rungs[k], k);
  }
  return object;
}

std::string result_json_text(const run_result& result) {
  // Text that is not UTF-8 can only come from file names; it must not lose the run.
  return to_json(result).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace scansim
