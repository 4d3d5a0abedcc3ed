#include "host/report/verdict_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/report/call_text.h"
#include "host/report/git_revision.h"
#include "host/report/gpu_report.h"
#include "host/report/text_table.h"

namespace scansim {

namespace {

const std::string none = "-";

std::string verdict_cell(const rung_result& rung) {
  if (rung.compared_with.empty()) return rung.agree ? none : "failed";
  return (rung.agree ? "agrees " : "differs ") + rung.compared_with;
}

std::string rate_cell(uint64_t count, double seconds) {
  return seconds > 0 && count > 0 ? with_si_prefix(static_cast<double>(count) / seconds) : none;
}

std::vector<std::string> rung_row(const run_result& result, const rung_result& rung) {
  if (rung.gpu) {
    std::vector<std::string> row = {"gpu " + rung.gpu->label, verdict_cell(rung), none};
    for (std::string& cell : gpu_cells(result, *rung.gpu)) row.push_back(std::move(cell));
    row.insert(row.end(), {none, none});
    return row;
  }
  const bool timed = rung.cycles.has_value();
  const double seconds = timed ? static_cast<double>(*rung.cycles) / (result.point.clock_mhz * 1e6) : 0;
  const bool costed = rung.energy && result.tokens > 0;
  const double per_token = costed ? 1.0 / static_cast<double>(result.tokens) : 0;
  return {rung.rung,
          verdict_cell(rung),
          timed ? std::to_string(*rung.cycles) : none,
          timed ? with_si_prefix(seconds, "s") : none,
          rate_cell(result.tokens, seconds),
          rate_cell(result.state_updates, seconds),
          costed ? energy_text(per_token * rung.energy->system_estimate) : none,
          costed ? rung.energy->level_names() : none,
          rate_cell(rung.cycles.value_or(0), rung.wall_s),
          rate_cell(result.state_updates, rung.wall_s)};
}

// How close the machine came to its two floors, once per rung with time: lanes always busy, every byte moved
// once.
std::string efficiency_text(const run_result& result) {
  std::string text;
  for (const rung_result& rung : result.rungs) {
    if (const auto utilisation = lane_utilisation(result, rung)) {
      text += fmt::format("{}: lane utilisation {:.2f} % over the whole call", rung.rung, 100 * *utilisation);
      if (const auto ratio = traffic_ratio(result, rung))
        text += fmt::format(", traffic {:.4f} x compulsory", *ratio);
      text += "\n";
    }
  }
  return text;
}

std::string errors_text(const run_result& result) {
  std::string text;
  if (result.hls_vs_ref_relative_mse) {
    text += fmt::format("relative MSE of hls against ref, same quantised inputs: {:.3g}\n",
                        *result.hls_vs_ref_relative_mse);
  }
  if (result.quantisation_relative_mse) {
    text += fmt::format("relative MSE of quantisation (ref, quantised against given inputs): {:.3g}\n",
                        *result.quantisation_relative_mse);
  }
  return text;
}

}  // namespace

std::string verdict_line(const run_result& result) {
  if (result.is_report && !result.compared()) return "";
  const char* advice = result.verdict() == "not compared" ? " (no two rungs, and nothing recorded)" : "";
  return "verdict: " + result.verdict() + advice + "\n";
}

std::string verdict_text(const run_result& result) {
  check_run_result(result);
  const design_point& point = result.point;
  std::string text = fmt::format("trace {}  sha256 {:.12}\n", result.trace_path, result.trace_sha256);
  text += fmt::format(
      "design point {}: {} lanes x {} states, {}-bit operands, {} MHz, memory {}  revision {:.12}{}\n\n",
      point.name, point.num_lanes, point.states_per_lane, point.operand_bits, point.clock_mhz,
      result.memory_model, git_revision(), git_dirty() ? " (dirty)" : "");
  text_table table({"<rung", "<verdict", "cycles", "time", "tokens/s", "updates/s", "energy/token", "<level",
                    "sim Hz", "sim upd/s"});
  for (const rung_result& rung : result.rungs) table.add_row(rung_row(result, rung));
  text += table.text();
  text +=
      "energy/token: low/nominal/high (gpu: with idle); not modelled: " + std::string(energy_not_modelled) +
      "\n\n";
  for (const rung_result& rung : result.rungs) {
    if (!rung.finding.empty()) text += rung.rung + ": " + rung.finding + "\n";
  }
  text += efficiency_text(result);
  text += gpu_text(result);
  text += errors_text(result);
  for (const std::string& file : result.files) text += "written: " + file + "\n";
  text += verdict_line(result);
  return text;
}

std::string stall_text(const rung_result& rung) {
  const auto stalls = stalls_of(rung);
  if (stalls.empty()) return "";
  text_table table({"<block (" + rung.rung + ")", "busy", "%", "wait_in", "%", "wait_out", "%", "idle", "%"});
  for (const auto& [block, counts] : stalls) {
    const auto percent = percent_texts({counts.busy, counts.wait_in, counts.wait_out, counts.idle});
    table.add_row({block, std::to_string(counts.busy), percent[0], std::to_string(counts.wait_in), percent[1],
                   std::to_string(counts.wait_out), percent[2], std::to_string(counts.idle), percent[3]});
  }
  return table.text();
}

std::string energy_breakdown_text(const energy_report& report) {
  const auto share = [&](const energy_range& part) {
    const double whole = report.system_estimate.nominal_pj;
    return whole > 0 ? fmt::format("{:.1f}", 100 * part.nominal_pj / whole) : none;
  };
  text_table table({"<block", "<event", "count", "each, pJ", "energy low/nominal/high", "%", "<level"});
  for (const event_energy& entry : report.events) {
    table.add_row({entry.block, entry.event, std::to_string(entry.count),
                   fmt::format("{:.3g}", entry.per_event.nominal_pj), energy_text(entry.total),
                   share(entry.total), level_name(entry.level)});
  }
  if (!report.events.empty()) table.add_rule();
  for (const block_energy& entry : report.blocks) {
    table.add_row({entry.block, "(all)", "", "", energy_text(entry.total), share(entry.total),
                   level_name(entry.level)});
  }
  if (!report.blocks.empty()) table.add_rule();
  for (const level_energy& entry : report.levels) {
    const std::string name = level_name(entry.level);
    table.add_row({"level " + name, "", "", "", energy_text(entry.total), share(entry.total), name});
  }
  table.add_row({"system estimate", "", "", "", energy_text(report.system_estimate),
                 share(report.system_estimate), report.level_names()});
  return "energy, costs of " + report.technology + "; not modelled: " + energy_not_modelled + "\n" +
         table.text();
}

std::string report_text(const run_result& result) {
  std::string text = arithmetic_text(result) + verdict_text(result);
  const auto last_with = [&](auto has) {
    return std::find_if(result.rungs.rbegin(), result.rungs.rend(), has);
  };
  const auto timed = last_with([](const rung_result& rung) { return !stalls_of(rung).empty(); });
  if (timed != result.rungs.rend()) text.append("\n").append(stall_text(*timed));
  const auto costed = last_with([](const rung_result& rung) { return rung.energy.has_value(); });
  if (costed != result.rungs.rend()) text.append("\n").append(energy_breakdown_text(*costed->energy));
  const std::string traffic = traffic_text(result) + busiest_text(result);
  if (!traffic.empty()) text.append("\n").append(traffic);
  return text;
}

}  // namespace scansim
