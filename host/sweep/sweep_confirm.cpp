#include "host/sweep/sweep_confirm.h"

#include <fmt/format.h>

#include <filesystem>

#include "host/sweep/value_run.h"
#include "sim/rungs/rung.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

// The first thing in which the run is not what the row says; empty: nothing.
std::string difference_of(const run_result& result, const point_row& row) {
  for (const rung_result& rung : result.rungs) {
    if (!rung.agree)
      return fmt::format("{} disagrees with {}: {}", rung.rung, rung.compared_with, rung.finding);
    if (rung.cycles && *rung.cycles != row.cycles)
      return fmt::format("cycles: row {}, {} {}", row.cycles, rung.rung, *rung.cycles);
    if (rung.rung != sweep_rung) continue;
    for (const auto& [block, events] : rung.counters)
      for (const auto& [event, count] : events) {
        const auto stored = row.counters.find(block);
        const uint64_t known =
            stored != row.counters.end() && stored->second.contains(event) ? stored->second.at(event) : 0;
        if (known != count) return fmt::format("{}.{}: row {}, {} {}", block, event, known, rung.rung, count);
      }
  }
  return "";
}

nlohmann::json to_json(const confirmation& one) {
  return {{"key", one.key},         {"rung", one.rung},     {"equal", one.equal},
          {"finding", one.finding}, {"cycles", one.cycles}, {"output_sha256", one.output_sha256}};
}

}  // namespace

bool is_confirming_rung(const std::string& name) {
  const rung* one = find_rung(name);
  return one && has_machine_values(*one);
}

std::string confirming_rung_names() { return names_of_rungs(rung_list(), has_machine_values); }

std::vector<std::string> confirming_rungs(const std::string& lowest) {
  if (!is_confirming_rung(lowest))
    throw input_error("command line", "rung to confirm by", "one of " + confirming_rung_names(),
                      "'" + lowest + "'");
  std::vector<std::string> names;
  bool found = false;
  for (const rung& one : rung_list()) {
    if ((has_machine_values(one) && !found) || one.name == std::string(sweep_rung))
      names.emplace_back(one.name);
    found = found || one.name == lowest;
  }
  return names;
}

confirmation confirm_row(const sweep_spec& spec, const sweep_point& point, size_t workload,
                         const point_row& row, const std::string& lowest, run_observer& observer) {
  confirmation one;
  one.key = row.key, one.rung = lowest;
  const sweep_workload& what = spec.workloads[workload];
  const run_result result = run_with_values(spec, point, what, confirming_rungs(lowest), observer);
  one.finding = difference_of(result, row);
  one.equal = one.finding.empty() && result.agree();
  for (const rung_result& rung : result.rungs)
    if (rung.rung == lowest) one.cycles = rung.cycles.value_or(0), one.output_sha256 = rung.output_sha256;
  return one;
}

void write_confirmation(const std::string& folder, const confirmation& one) {
  make_output_folder(folder + "/confirmed");
  write_own_file(fmt::format("{}/confirmed/{}-{}.json", folder, one.key, one.rung),
                 json_text(to_json(one), 2) + "\n");
}

confirmations read_confirmations(const std::string& folder) {
  confirmations all;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/confirmed", failed)) {
    if (entry.path().extension() != ".json") continue;
    const nlohmann::json read = nlohmann::json::parse(text_if_there(entry.path().string()), nullptr, false);
    try {
      const confirmation one{.key = read.at("key"),
                             .rung = read.at("rung"),
                             .equal = read.at("equal"),
                             .finding = read.at("finding"),
                             .cycles = read.at("cycles"),
                             .output_sha256 = read.at("output_sha256")};
      all[{one.key, one.rung}] = one;
    } catch (const nlohmann::json::exception&) {  // damaged: as if it had not been
    }
  }
  return all;
}

}  // namespace scansim
