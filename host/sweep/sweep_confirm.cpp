#include "host/sweep/sweep_confirm.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "host/run/run.h"
#include "host/sweep/operator_workload.h"
#include "traces/generate.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/output_file.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

std::string placed_in(const std::string& root, const std::string& path) {
  return (std::filesystem::path(root) / path).lexically_normal().string();
}

run_request request_for(const sweep_spec& spec, const sweep_point& point, const sweep_workload& workload,
                        const std::string& lowest) {
  run_request request;
  request.trace_path = workload.trace.empty() ? "generate" : placed_in(spec.root, workload.trace);
  request.design.config = is_yaml_path(spec.base) ? placed_in(spec.root, spec.base) : spec.base;
  for (const auto& [name, value] : point.parameters)
    if (call_setting_of(name).empty()) request.design.overrides.push_back(name + "=" + text_of(value));
  if (workload.call) request.program = with_settings(*workload.call, point.parameters).program_options();
  request.rungs = confirming_rungs(lowest);
  request.seed = spec.memory_seed;
  return request;
}

case_loader loader_of(const sweep_workload& workload, const sweep_point& at) {
  if (!workload.trace.empty()) return {};
  if (workload.call)
    return [&](const std::string& path, const design_point& point) {
      trace drawn;
      drawn.path = path;
      drawn.call_ = drawn_call(with_settings(*workload.call, at.parameters));
      return make_case(std::move(drawn), point);
    };
  return [&form = workload.form](const std::string&, const design_point& point) {
    generate_request request;
    request.channels = form.shape.channels, request.states = form.shape.states;
    request.groups = form.shape.groups, request.length = form.shape.length;
    request.batch = form.shape.batch;
    request.decode = form.options.decode, request.reverse = form.options.reverse;
    request.delta_softplus = form.options.delta_softplus;
    request.with_d = form.has_d, request.with_z = form.has_z, request.with_h0 = form.has_h0;
    request.with_delta_bias = form.has_delta_bias;
    return generated_case(request, point);
  };
}

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

std::string confirming_rung_names() {
  return names_of_rungs(rung_list(),
                        [](const rung& one) { return is_machine(one) && one.outputs != rung_outputs::none; });
}

std::vector<std::string> confirming_rungs(const std::string& lowest) {
  std::vector<std::string> names;
  bool found = false;
  for (const rung& one : rung_list()) {
    const bool values = one.outputs != rung_outputs::none;
    if (is_machine(one) && ((values && !found) || one.name == std::string(sweep_rung)))
      names.emplace_back(one.name);
    found = found || (is_machine(one) && values && one.name == lowest);
  }
  if (!found)
    throw input_error("command line", "rung to confirm by", "one of " + confirming_rung_names(),
                      "'" + lowest + "'");
  return names;
}

confirmation confirm_row(const sweep_spec& spec, const sweep_point& point, size_t workload,
                         const point_row& row, const std::string& lowest, run_observer& observer) {
  confirmation one;
  one.key = row.key, one.rung = lowest;
  const sweep_workload& what = spec.workloads[workload];
  const run_result result =
      run(request_for(spec, point, what, lowest), observer, rung_list(), loader_of(what, point));
  one.finding = difference_of(result, row);
  one.equal = one.finding.empty() && result.agree();
  for (const rung_result& rung : result.rungs)
    if (rung.rung == lowest) one.cycles = rung.cycles.value_or(0), one.output_sha256 = rung.output_sha256;
  return one;
}

void write_confirmation(const std::string& folder, const confirmation& one) {
  make_output_folder(folder + "/confirmed");
  write_output(fmt::format("{}/confirmed/{}-{}.json", folder, one.key, one.rung),
               json_text(to_json(one), 2) + "\n");
}

confirmations read_confirmations(const std::string& folder) {
  confirmations all;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/confirmed", failed)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const nlohmann::json read = nlohmann::json::parse(file, nullptr, false);
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
