#include "host/network/network_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/report/git_revision.h"
#include "models/energy/gate_clock.h"

namespace scansim {
namespace {

using nlohmann::json;

json range(const energy_range& e) {
  return {{"low", e.low_pj}, {"nominal", e.nominal_pj}, {"high", e.high_pj}};
}

json traffic(uint64_t read, uint64_t written, uint64_t compulsory) {
  return {{"bytes_read", read}, {"bytes_written", written}, {"compulsory_bytes", compulsory}};
}

json use(const std::optional<array_use>& one) { return one ? json(one->share()) : json(nullptr); }

json row_json(const network_result& result, const network_row& row) {
  json one = {{"layer", row.layer},
              {"part", row.part},
              {"instances", row.instances},
              {"layers_each", row.layers},
              {"macs", row.work.macs},
              {"state_updates", row.work.state_updates},
              {"missing", row.ran() ? json(nullptr) : json(row.missing)}};
  if (!row.ran()) return one;
  const instance_result& r = row.result;
  const run_limit& limit = row.metrics.limit;
  if (row.sets > 0) {
    one["sets"] = {{"scans", row.sets}, {"fused", row.plain_why.empty()}};
    one["sets"]["why_plain"] = row.plain_why.empty() ? json(nullptr) : json(row.plain_why);
  }
  one["rung"] = r.rung, one["runs"] = r.runs, one["programs"] = r.programs;
  if (r.simulated) one["simulated"] = {{"chunks", r.simulated->chunks}, {"of", r.simulated->of}};
  one["cycles"] = r.cycles, one["time_s"] = result.time_s(r.cycles);
  one["energy_pj"] = range(row.energy);
  one["traffic"] = traffic(r.read_bytes, r.written_bytes, r.compulsory_bytes);
  one["utilisation"] = {{"macs", use(row.metrics.macs)}, {"scan", use(row.metrics.state_updates)}};
  one["bound"] = {{"kind", limit_name(limit.kind)},
                  {"cause", cause_name(limit.cause)},
                  {"block", limit.block.empty() ? json(nullptr) : json(limit.block)},
                  {"share", limit.share}};
  one["counters"] = r.counters;
  return one;
}

json phase_json(const network_result& result, const phase_result& phase) {
  const network_sum& sum = phase.sum;
  const bool any = sum.cycles > 0;
  json rows = json::array();
  for (const network_row& row : phase.rows) rows.push_back(row_json(result, row));
  return {
      {"length", phase.length},
      {"batch", phase.batch},
      {"layers", rows},
      {"notes", phase.notes},
      {"total",
       {{"cycles", any ? json(sum.cycles) : json(nullptr)},
        {"time_s", any ? json(result.time_s(sum.cycles)) : json(nullptr)},
        {"energy_pj", any ? range(sum.energy) : json(nullptr)},
        {"traffic", any ? traffic(sum.read_bytes, sum.written_bytes, sum.compulsory_bytes) : json(nullptr)},
        {"layers", sum.layers},
        {"missing_layers", sum.missing_layers},
        {"macs", sum.work.macs},
        {"missing_macs", sum.missing_work.macs},
        {"state_updates", sum.work.state_updates},
        {"missing_state_updates", sum.missing_work.state_updates},
        {"complete", sum.complete()}}}};
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace

json to_json(const network_result& result) {
  json phases = json::object();
  for (const phase_result& phase : result.phases) phases[phase_name(phase.phase)] = phase_json(result, phase);
  return {
      {"format", network_format_version},
      {"scansim", {{"revision", git_revision()}, {"dirty", git_dirty()}}},
      {"network", {{"name", result.spec.name}, {"title", result.spec.title}, {"source", result.spec.source}}},
      {"design_point", to_json(result.point)},
      {"clock", clock_with_gates(result.point)},
      {"memory_model", result.memory},
      {"seed", result.seed},
      {"technology", result.technology},
      {"energy_levels", result.energy_levels},
      {"phases", phases}};
}

std::string network_csv(const network_result& result) {
  std::string text =
      "phase,layer,instances,runs,cycles_each,cycles,time_s,energy_low_pj,energy_nominal_pj,energy_high_pj,"
      "bytes_read,bytes_written,macs,state_updates,mac_utilisation,scan_utilisation,bound,missing\n";
  for (const phase_result& phase : result.phases)
    for (const network_row& row : phase.rows) {
      const uint64_t n = row.instances;
      text += fmt::format("{},{},{},", phase_name(phase.phase), quoted(row.name()), n);
      if (row.ran()) {
        const energy_range e = static_cast<double>(n) * row.energy;
        text += fmt::format("{},{},{},{},{},{},{},{},{},", row.result.runs, row.result.cycles,
                            n * row.result.cycles, result.time_s(n * row.result.cycles), e.low_pj,
                            e.nominal_pj, e.high_pj, n * row.result.read_bytes, n * row.result.written_bytes);
      } else {
        text += ",,,,,,,,,";
      }
      text += fmt::format("{},{},", n * row.work.macs, n * row.work.state_updates);
      if (row.ran()) {
        const auto cell = [](const std::optional<array_use>& use) {
          return use ? fmt::format("{}", use->share()) : std::string();
        };
        text += fmt::format("{},{},{},\n", cell(row.metrics.macs), cell(row.metrics.state_updates),
                            limit_name(row.metrics.limit.kind));
      } else {
        text += ",,," + quoted(row.missing) + "\n";
      }
    }
  return text;
}

}  // namespace scansim
