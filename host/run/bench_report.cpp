// A bench as JSON and as text: what ran, on which computer, how fast.
#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>
#include <thread>

#include "host/report/git_revision.h"
#include "host/report/or_null.h"
#include "host/report/text_table.h"
#include "host/run/bench.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

using nlohmann::json;

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

json computer_json() {
  double load[3] = {0, 0, 0};
  const bool known = getloadavg(load, 3) == 3;
  return {{"cpu", cpu_name()},
          {"cores", std::thread::hardware_concurrency()},
          {"load_average", known ? json{load[0], load[1], load[2]} : json()},
          {"compiler", __VERSION__}};
}

json trace_json(const bench_result& result) {
  if (!result.trace_path.empty()) return result.trace_path;
  json trace = generation_provenance(result.scan);
  trace["length"] = result.scan.length;
  return trace;
}

std::string trace_text(const bench_result& result) {
  if (!result.trace_path.empty()) return "trace " + result.trace_path;
  return fmt::format("shape {}, {} tokens", result.scan.shape, result.scan.length);
}

}  // namespace

json to_json(const bench_result& result) {
  json object = {{"schema_version", 1},
                 {"scansim", {{"revision", git_revision()}, {"dirty", git_dirty()}}},
                 {"design_point", to_json(result.point)},
                 {"memory_model", result.memory_model},
                 {"machine", computer_json()},
                 {"trace", trace_json(result)},
                 {"rungs", json::object()},
                 {"ratios", json::object()},
                 {"rtl_build_s", or_null(result.build_s)}};
  const std::string rate = result.work == "MAC" ? "macs_per_s" : "state_updates_per_s";
  for (const rung_speed& speed : result.speeds)
    object["rungs"][speed.rung] = {{"runs", speed.runs},
                                   {"wall_s", speed.wall_s},
                                   {"cycles", speed.cycles ? json(*speed.cycles) : json()},
                                   {"cycles_per_s", speed.cycles ? json(speed.cycles_per_s()) : json()},
                                   {rate, speed.work_per_s()}};
  for (const bench_ratio& entry : result.ratios) object["ratios"][entry.name] = or_null(entry.ratio);
  return object;
}

std::string bench_text(const bench_result& result) {
  const json computer = computer_json();
  std::string text =
      fmt::format("design point {}, memory {}, {}; {}, {} cores, load average {}\n", result.point.name,
                  result.memory_model, one_line(trace_text(result)), computer["cpu"].get<std::string>(),
                  computer["cores"].get<unsigned>(),
                  computer["load_average"].is_null() ? "unknown" : computer["load_average"][0].dump());
  text_table table({"<rung", "runs", "wall", "cycles", "cycles/s", result.work + "/s"});
  for (const rung_speed& speed : result.speeds)
    table.add_row({speed.rung, std::to_string(speed.runs), with_si_prefix(speed.wall_s, "s"),
                   speed.cycles ? std::to_string(*speed.cycles) : "-",
                   speed.cycles ? with_si_prefix(speed.cycles_per_s()) : "-",
                   with_si_prefix(speed.work_per_s())});
  text += table.text();
  for (const bench_ratio& entry : result.ratios)
    if (entry.ratio) text += fmt::format("{}: {:.1f}\n", entry.name, *entry.ratio);
  if (result.build_s)
    text += fmt::format("building the rtl library (or finding it in the cache): {:.1f} s\n", *result.build_s);
  return text;
}

}  // namespace scansim
