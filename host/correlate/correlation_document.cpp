// The correlation for programs: JSON (schema "scansim-gpu-correlation" version 1, keys are the members of
// gpu_correlation.h) and CSV.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "host/correlate/correlation_sources.h"
#include "host/correlate/gpu_correlation.h"
#include "host/report/or_null.h"

namespace scansim {
namespace {

using nlohmann::json;

json energy_json(const correlation_row& row) {
  if (!row.energy) return {};
  const correlation_energy& energy = *row.energy;
  return {{"uj", energy.uj},
          {"low_uj", or_null(energy.low_uj)},
          {"high_uj", or_null(energy.high_uj)},
          {"level", energy.level},
          {"basis", energy.basis}};
}

json row_json(const correlation_row& row) {
  json shares = json::array();
  for (const ceiling_share& one : row.shares)
    shares.push_back({{"ceiling", one.ceiling}, {"basis", one.basis}, {"share", one.share}});
  return {{"label", row.label},
          {"on", row.on},
          {"kernel", or_null(row.kernel)},
          {"precision", or_null(row.precision)},
          {"origin", or_null(row.origin)},
          {"file", row.file},
          {"time_us", or_null(row.time_us)},
          {"low_us", or_null(row.low_us)},
          {"high_us", or_null(row.high_us)},
          {"bytes", or_null(row.bytes)},
          {"bytes_basis", or_null(row.bytes_basis)},
          {"least_bytes", or_null(row.least_bytes)},
          {"energy", energy_json(row)},
          {"shares", shares},
          {"model_us", or_null(row.model_us)},
          {"model_ceiling", or_null(row.model_ceiling)},
          {"model_basis", or_null(row.model_basis)},
          {"model_error", or_null(row.model_error())},
          {"note", or_null(row.note)}};
}

json call_json(const correlated_call& call) {
  const profile_trace& trace = call.trace;
  const auto size = [&](int64_t value) { return trace.length > 0 ? json(value) : json(); };
  json rows = json::array();
  for (const correlation_row& row : call.rows) rows.push_back(row_json(row));
  return {{"sha256", or_null(trace.sha256)},
          {"path", trace.path},
          {"operator", trace.op},
          {"mode", trace.length > 0 ? json(trace.mode) : json()},
          {"batch", size(trace.batch)},
          {"channels", size(trace.channels)},
          {"states", size(trace.states)},
          {"groups", size(trace.groups)},
          {"length", size(trace.length)},
          {"rows", rows}};
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string csv_cell(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }

}  // namespace

json to_json(const gpu_correlation& found) {
  json object = {{"schema", correlation_schema},
                 {"version", 1},
                 {"folder", found.folder},
                 {"calls", json::array()},
                 {"model",
                  {{"rows", found.modelled_rows},
                   {"factor", or_null(found.factor)},
                   {"mean_error", or_null(found.mean_error)},
                   {"correlation", or_null(found.correlation)}}},
                 {"fits", json::array()},
                 {"outliers", json::array()},
                 {"passed_over", found.passed_over}};
  for (const correlated_call& call : found.calls) object["calls"].push_back(call_json(call));
  for (const model_fit& fit : found.fits)
    object["fits"].push_back({{"kernel", fit.kernel},
                              {"precision", fit.precision},
                              {"device", fit.device},
                              {"rows", fit.rows},
                              {"factor", fit.factor},
                              {"least", fit.least},
                              {"most", fit.most}});
  for (const correlation_outlier& one : found.outliers)
    object["outliers"].push_back({{"call", one.call}, {"row", one.row}, {"what", one.what}});
  return object;
}

std::string correlation_csv(const gpu_correlation& found) {
  std::vector<std::string> heading = {
      "trace_sha256", "trace",     "operator",      "mode",           "batch",
      "channels",     "states",    "groups",        "length",         "label",
      "on",           "kernel",    "precision",     "origin",         "file",
      "time_us",      "low_us",    "high_us",       "bytes",          "bytes_basis",
      "least_bytes",  "energy_uj", "energy_low_uj", "energy_high_uj", "energy_level",
      "energy_basis", "model_us",  "model_ceiling", "model_basis",    "model_error",
      "shares",       "outliers"};
  std::string text = fmt::format("{}\n", fmt::join(heading, ","));
  for (size_t c = 0; c < found.calls.size(); ++c)
    for (size_t r = 0; r < found.calls[c].rows.size(); ++r) {
      const profile_trace& trace = found.calls[c].trace;
      const correlation_row& row = found.calls[c].rows[r];
      const auto size = [&](int64_t value) { return trace.length > 0 ? std::to_string(value) : ""; };
      std::vector<std::string> shares, outliers;
      for (const ceiling_share& one : row.shares)
        shares.push_back(fmt::format("{} ({})={:.6g}", one.ceiling, one.basis, one.share));
      for (const correlation_outlier& one : found.outliers)
        if (one.call == c && one.row == r) outliers.push_back(one.what);
      const correlation_energy none, &energy = row.energy ? *row.energy : none;
      const std::string cells[] = {csv_cell(*trace.sha256),
                                   csv_cell(trace.path),
                                   csv_cell(trace.op),
                                   trace.length > 0 ? csv_cell(trace.mode) : "",
                                   size(trace.batch),
                                   size(trace.channels),
                                   size(trace.states),
                                   size(trace.groups),
                                   size(trace.length),
                                   csv_cell(row.label),
                                   csv_cell(row.on),
                                   csv_cell(row.kernel),
                                   csv_cell(row.precision),
                                   csv_cell(row.origin),
                                   csv_cell(row.file),
                                   csv_cell(row.time_us),
                                   csv_cell(row.low_us),
                                   csv_cell(row.high_us),
                                   csv_cell(row.bytes),
                                   csv_cell(row.bytes_basis),
                                   csv_cell(row.least_bytes),
                                   row.energy ? csv_cell(std::optional(energy.uj)) : "",
                                   csv_cell(energy.low_uj),
                                   csv_cell(energy.high_uj),
                                   csv_cell(energy.level),
                                   csv_cell(energy.basis),
                                   csv_cell(row.model_us),
                                   csv_cell(row.model_ceiling),
                                   csv_cell(row.model_basis),
                                   csv_cell(row.model_error()),
                                   csv_cell(fmt::format("{}", fmt::join(shares, "; "))),
                                   csv_cell(fmt::format("{}", fmt::join(outliers, "; ")))};
      text += fmt::format("{}\n", fmt::join(cells, ","));
    }
  return text;
}

}  // namespace scansim
