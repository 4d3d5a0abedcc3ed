#include "host/report/metrics_text.h"

#include <fmt/format.h>

#include <map>

#include "host/report/text_table.h"

namespace scansim {
namespace {

using text_lines = std::vector<std::string>;

std::string limit_text(const machine_metrics& metrics) {
  const run_limit& limit = metrics.limit;
  const std::string bound = fmt::format("bound by {}: ", limit_name(limit.kind));
  const double percent = 100 * limit.share;
  const auto waits = [&](const char* what) {
    return bound +
           fmt::format("{}, the busiest block, {} {:.1f} % of the cycles", limit.block, what, percent);
  };
  switch (limit.cause) {
    case limit_cause::busy:
      return bound + fmt::format("{} is busy {:.1f} % of the cycles", limit.block, percent);
    case limit_cause::bandwidth:
      return bound + fmt::format("the memory moves {:.1f} % of its peak", percent);
    case limit_cause::waits_for_data:
      return waits("waits for data");
    case limit_cause::waits_for_place:
      return waits("has no place for results");
    case limit_cause::no_command:
      break;
  }
  return limit.block.empty() ? bound + "no block was busy" : waits("has nothing to do");
}

std::string use_text(const char* steps, const array_use& use) {
  return fmt::format("{} {:.3g} of {:g} a cycle ({:.2f} %)", steps, use.per_cycle, use.capacity,
                     100 * use.share());
}

std::string mac_text(const machine_metrics& metrics) {
  if (!metrics.macs) return "";
  return use_text("useful MACs", *metrics.macs) +
         fmt::format(", gemm_nm does {:.3f} x as many", *metrics.macs_over_useful);
}

std::string update_text(const machine_metrics& metrics) {
  return metrics.state_updates ? use_text("state updates", *metrics.state_updates) : "";
}

// 12.6 of 16.0 GB/s
std::string channel_text(const char* name, const bandwidth_use& use) {
  const double giga = 1e-9;
  return fmt::format("{} {:.3g} of {:.3g} GB/s ({:.1f} %)", name, giga * use.bytes_per_s,
                     giga * use.peak_bytes_per_s, 100 * use.share());
}

// Two channels by themselves, or one pipe for both.
std::string bandwidth_text(const run_result& result, const rung_result& rung,
                           const machine_metrics& metrics) {
  const bool apart =
      metrics.both.peak_bytes_per_s >= metrics.read.peak_bytes_per_s + metrics.write.peak_bytes_per_s;
  const double giga = 1e-9;
  std::string text = "memory: ";
  if (apart)
    text += channel_text("reads", metrics.read) + ", " + channel_text("writes", metrics.write);
  else
    text += fmt::format("reads {:.3g}, writes {:.3g}, ", giga * metrics.read.bytes_per_s,
                        giga * metrics.write.bytes_per_s) +
            channel_text("both", metrics.both);
  if (const auto ratio = traffic_ratio(result, rung)) text += fmt::format(", {:.4f} x compulsory", *ratio);
  if (rung.weight_passes > 1)
    text += fmt::format("; weights, beyond gemm_weight_rows = {}, come {:.3g} times",
                        result.point.gemm_weight_rows, rung.weight_passes);
  return text;
}

std::string dram_text(const memory_events& events) {
  const auto dram = costed_dram_events(events);
  if (dram.empty()) return "";
  const std::map<std::string, uint64_t> counted(events.begin(), events.end());
  const auto hits = static_cast<double>(counted.at("dram_row_hits"));
  const double all = hits + static_cast<double>(dram.at("dram_activates"));
  return fmt::format("DRAM: {:.1f} % row hits, {} activations, {} refreshes, {} bytes of bursts unused",
                     all > 0 ? 100 * hits / all : 0, dram.at("dram_activates"), dram.at("dram_refreshes"),
                     dram.at("dram_padding_bytes"));
}

// Sums over the tiles; those that the memory model has not are left out.
std::string formula_text(const run_result& result, const rung_result& rung) {
  if (!result.formula) return "";
  const closed_formula& formula = *result.formula;
  const auto cycles = static_cast<double>(rung.cycles.value());
  std::string costs;
  for (const auto& [name, cost] : formula.costs)
    if (cost > 0) costs += fmt::format("{}{} {:.0f}", costs.empty() ? "" : ", ", name, cost);
  return fmt::format("closed formula: {:.0f} cycles ({:+.3f} %); its tiles cost {}", formula.cycles,
                     100 * (formula.cycles / cycles - 1), costs);
}

std::string energy_text(const machine_metrics& metrics) {
  std::string text = fmt::format("{:.3g} W ({:.3g} to {:.3g})", metrics.power->nominal_w,
                                 metrics.power->low_w, metrics.power->high_w);
  if (metrics.pj_per_mac)
    text += fmt::format(", {:.3g} pJ a useful MAC", *metrics.pj_per_mac);
  else if (metrics.pj_per_state_update)
    text += fmt::format(", {:.3g} pJ a state update", *metrics.pj_per_state_update);
  return text + ", energy x delay " + with_si_prefix(*metrics.energy_delay_js, "J s");
}

text_lines lines_of(const run_result& result, const rung_result& rung) {
  const auto metrics = metrics_of(result, rung);
  if (!metrics) return {};
  text_lines lines = {limit_text(*metrics),
                      formula_text(result, rung),
                      mac_text(*metrics),
                      update_text(*metrics),
                      bandwidth_text(result, rung, *metrics),
                      dram_text(rung.memory)};
  if (metrics->power) lines.push_back(energy_text(*metrics));
  std::erase(lines, "");
  return lines;
}

}  // namespace

std::string metrics_text(const run_result& result) {
  std::vector<std::pair<std::string, text_lines>> groups;  // names of rungs, what they have in common
  for (const rung_result& rung : result.rungs) {
    const text_lines lines = lines_of(result, rung);
    if (lines.empty()) continue;
    if (!groups.empty() && groups.back().second == lines)
      groups.back().first += ", " + rung.rung;
    else
      groups.emplace_back(rung.rung, lines);
  }
  std::string text;
  for (const auto& [names, lines] : groups)
    for (const std::string& line : lines) text += names + ": " + line + "\n";
  return text;
}

}  // namespace scansim
