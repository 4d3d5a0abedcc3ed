#include "host/report/verdict_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "hls/map/counter_map.h"
#include "host/report/call_text.h"
#include "host/report/energy_breakdown.h"
#include "host/report/gpu_report.h"
#include "host/report/metrics_text.h"
#include "host/report/operator_table.h"
#include "host/report/sources_text.h"
#include "host/report/text_table.h"
#include "host/report/warning_text.h"
#include "models/configs/published_clock.h"
#include "models/energy/gate_clock.h"
#include "traces/one_line.h"

namespace scansim {

namespace {

const std::string no_value = "-";

std::string verdict_cell(const rung_result& rung) {
  if (rung.compared_with.empty()) return rung.agree ? no_value : "failed";
  return (rung.agree ? "agrees " : "differs ") + rung.compared_with;
}

std::string rate_cell(uint64_t count, double seconds) {
  return seconds > 0 && count > 0 ? with_si_prefix(static_cast<double>(count) / seconds) : no_value;
}

// What the call is a part of a model as, so that its rates read as its own.
std::string part_name(const run_result& result) {
  if (result.operator_name.empty() || result.operator_name == "selective_scan") return "scan";
  return result.operator_name == "mamba_block" ? "layer" : "call";
}

std::vector<std::string> rung_row(const run_result& result, const rung_result& rung) {
  if (rung.gpu) {
    std::vector<std::string> row = {"gpu " + rung.gpu->label, verdict_cell(rung), no_value};
    for (std::string& cell : gpu_cells(result, *rung.gpu)) row.push_back(std::move(cell));
    row.insert(row.end(), {no_value, no_value});
    return row;
  }
  const bool timed = rung.cycles.has_value();
  const double seconds = timed ? static_cast<double>(*rung.cycles) / (result.point.clock_mhz * 1e6) : 0;
  const bool costed = rung.energy && result.tokens > 0;
  const double per_token = costed ? 1.0 / static_cast<double>(result.tokens) : 0;
  return {rung.rung,
          verdict_cell(rung),
          timed ? std::to_string(*rung.cycles) : no_value,
          timed ? with_si_prefix(seconds, "s") : no_value,
          rate_cell(result.tokens, seconds),
          rate_cell(steps_of(result).amount, seconds),
          costed ? energy_text(per_token * rung.energy->system_estimate) : no_value,
          costed ? rung.energy->level_names() : no_value,
          rate_cell(rung.cycles.value_or(0), rung.wall_s),
          rate_cell(steps_of(result).amount, rung.wall_s)};
}

// As the machine's counters stand, which is nearer to the way of the data than the alphabet.
std::vector<std::string> in_counter_order(const std::map<std::string, stall_counts>& stalls) {
  std::vector<std::string> order;
  const auto add = [&](const std::string& block) {
    if (stalls.count(block) > 0 && std::find(order.begin(), order.end(), block) == order.end())
      order.push_back(block);
  };
  for (const counter_name& counter : counter_names) add(std::string(counter.block));
  for (const auto& [block, counts] : stalls) add(block);
  return order;
}

std::string errors_text(const run_result& result) {
  if (!result.quantisation_relative_mse) return "";
  return fmt::format("relative MSE of quantisation (ref, quantised against given inputs): {:.3g}\n",
                     *result.quantisation_relative_mse);
}

// A line that is wider than the tables goes on below itself, from a "; " on.
std::string broken_at_semicolons(std::string_view line) {
  constexpr size_t columns = 120;
  const std::string indent(std::min(line.find(": "), size_t{18}) + 2, ' ');
  std::string text;
  size_t width = 0;
  for (const std::string_view mark = "; "; !line.empty();) {
    const std::string_view part = line.substr(0, std::min(line.find(mark), line.size()));
    if (width != 0 && width + mark.size() + part.size() > columns) {
      text += ";\n" + indent;
      width = indent.size();
    } else if (width != 0) {
      text += mark;
      width += mark.size();
    }
    text += part;
    width += part.size();
    line.remove_prefix(std::min(part.size() + mark.size(), line.size()));
  }
  return text;
}

}  // namespace

std::string verdict_line(const run_result& result) {
  if (result.is_report && !result.compared()) return "";
  const char* advice =
      result.verdict() == "not compared" ? " (no two rungs that computed it, and nothing recorded)" : "";
  const std::string kinds = warning_kinds(result);
  return "verdict: " + result.verdict() + advice + (kinds.empty() ? "" : ", with a warning: " + kinds) + "\n";
}

std::string verdict_text(const run_result& result) {
  check_run_result(result);
  const design_point& point = result.point;
  std::string text =
      fmt::format("trace {}  sha256 {:.12}\n", one_line(result.trace_path), result.trace_sha256);
  text += call_line(result);
  text += fmt::format("design point {}: {} lanes x {} states, {}-bit operands, {} MHz, memory {}\n",
                      point.name, point.num_lanes, point.states_per_lane, point.operand_bits, point.clock_mhz,
                      result.memory_model);
  if (const std::string clock = clock_remark(point.clock_mhz); !clock.empty()) text += clock + "\n";
  if (const std::string gates = gate_clock_remark(point); !gates.empty()) text += gates + "\n";
  text += sources_text(result) + "\n";
  const work_steps step = steps_of(result);
  text_table table({"<rung", "<verdict", "cycles", "time", part_name(result) + " tok/s",
                    step.name + std::string("/s"), "energy/token", "<level", "sim Hz",
                    "sim " + std::string(step.short_name) + "/s"});
  for (const rung_result& rung : result.rungs) table.add_row(rung_row(result, rung));
  text += table.text();
  text +=
      "energy/token: low/nominal/high (gpu: with idle); not modelled: " + std::string(energy_not_modelled) +
      "\n" +
      fmt::format("tok/s and energy/token are of this {} alone, not of a model\n\n", part_name(result));
  for (const rung_result& rung : result.rungs) {
    if (!rung.finding.empty()) text += broken_at_semicolons(rung.rung + ": " + rung.finding) + "\n";
    if (rung.simulated)
      text += fmt::format("{}: {} of {} chunks simulated\n", rung.rung, rung.simulated->chunks,
                          rung.simulated->of);
  }
  text += errors_text(result);
  text += arithmetic_text(result);
  text += metrics_text(result);
  text += gpu_text(result);
  text += limits_text(result);
  text += warnings_text(result);
  for (const std::string& file : result.files) text += "written: " + one_line(file) + "\n";
  text += verdict_line(result);
  return text;
}

std::string stall_text(const rung_result& rung) {
  const auto stalls = stalls_of(rung);
  if (stalls.empty()) return "";
  text_table table({"<block (" + rung.rung + ")", "busy", "%", "wait_in", "%", "wait_out", "%", "idle", "%"});
  std::string unused;
  for (const std::string& block : in_counter_order(stalls)) {
    const stall_counts& counts = stalls.at(block);
    if (counts.idle == counts.total()) {
      unused += (unused.empty() ? "" : ", ") + block;
      continue;
    }
    const auto percent = percent_texts({counts.busy, counts.wait_in, counts.wait_out, counts.idle});
    table.add_row({block, std::to_string(counts.busy), percent[0], std::to_string(counts.wait_in), percent[1],
                   std::to_string(counts.wait_out), percent[2], std::to_string(counts.idle), percent[3]});
  }
  return table.text() + (unused.empty() ? "" : "idle all the time: " + unused + "\n");
}

std::string report_text(const run_result& result) {
  std::string text = verdict_text(result);
  const auto last_with = [&](auto has) {
    return std::find_if(result.rungs.rbegin(), result.rungs.rend(), has);
  };
  const auto timed = last_with([](const rung_result& rung) { return !stalls_of(rung).empty(); });
  if (timed != result.rungs.rend()) text.append("\n").append(stall_text(*timed));
  if (const std::string operators = operator_text(result); !operators.empty())
    text.append("\n").append(operators);
  const auto costed = last_with([](const rung_result& rung) { return rung.energy.has_value(); });
  if (costed != result.rungs.rend()) text.append("\n").append(energy_breakdown_text(result, *costed));
  const auto switched = last_with([](const rung_result& rung) { return rung.gates.has_value(); });
  if (switched != result.rungs.rend()) text.append("\n").append(switching_text(*switched));
  const std::string traffic = traffic_text(result);
  if (!traffic.empty()) text.append("\n").append(traffic);
  return text;
}

}  // namespace scansim
