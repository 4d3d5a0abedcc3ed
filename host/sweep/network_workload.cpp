#include "host/sweep/network_workload.h"

#include <fmt/format.h>

#include <filesystem>

#include "host/network/yaml_map.h"
#include "host/run/run_request.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

nlohmann::json identity_of(const network_workload& w) {
  nlohmann::json layers = nlohmann::json::array();
  for (const network_layer& layer : w.spec.layers)
    layers.push_back({{"kind", layer.kind->name},
                      {"repeats", layer.repeats},
                      {"tokens", layer.tokens.value_or(0)},
                      {"last", layer.last_token},
                      {"values", layer.values.all()}});
  return {{"operator", "network"}, {"phase", phase_name(w.phase)}, {"length", w.length},
          {"batch", w.batch},      {"scans_alone", w.scans_alone}, {"layers", layers}};
}

uint64_t scanned_updates(const network_workload& w) {
  uint64_t sum = 0;
  for (const network_layer& layer : w.spec.layers) {
    layer_parts parts(pass_of(w.spec, layer, w.phase, w.length, w.batch), layer.what);
    layer.kind->expand(layer.values, parts);
    for (const network_operator& one : parts.operators())
      if (one.missing.empty())
        sum += static_cast<uint64_t>(layer.repeats * one.count) * one.work.state_updates;
  }
  return sum;
}

network_request request_of(const network_workload& workload, const design_point& point) {
  network_request request;
  request.spec = workload.spec, request.point = point, request.memory = point.memory;
  request.phases = {workload.phase};
  request.length = workload.length, request.batch = workload.batch;
  request.scans_alone = workload.scans_alone;
  return request;
}

}  // namespace

std::vector<std::string> network_workload_keys() {
  return {"network", "phase", "layers", "length", "batch", "weight"};
}

sweep_workload read_network_workload(const YAML::Node& map, const std::string& file,
                                     const std::string& folder, const std::string& where, int64_t length) {
  const yaml_map entry(map, file, where, network_workload_keys());
  network_workload w;
  const std::string name = entry.text("network");
  w.spec = is_yaml_path(name) || name.ends_with(".safetensors")
               ? load_network((std::filesystem::path(folder) / name).lexically_normal().string(), "")
               : made_from(file + ": " + where, [&] { return load_network(name, workload_directory()); });
  if (entry.has("phase") && entry.choice("phase", {"prefill", "decode"}) == 1)
    w.phase = network_phase::decode;
  if (entry.has("layers")) w.scans_alone = entry.choice("layers", {"all", "scans"}) == 1;
  w.length = length > 0 ? length : w.spec.length;
  if (length < 0 || length > most_tokens)
    entry.refuse("length", fmt::format("1 to {} tokens", most_tokens), fmt::format("'{}'", length));
  if (entry.has("batch")) w.batch = entry.number("batch", 1, most_sequences);
  const bool decode = w.phase == network_phase::decode;
  if (decode && !w.spec.decode) entry.refuse("phase", "prefill: the network has no decode steps", "'decode'");
  if (w.length != w.spec.length && w.spec.has_own_tokens())
    entry.refuse("length", fmt::format("{}: layers have tokens of their own", w.spec.length),
                 fmt::format("'{}'", w.length));
  sweep_workload workload;
  workload.name =
      fmt::format("{} {}{}{}", w.spec.name, decode ? "decode" : fmt::format("L {}", w.length),
                  w.batch > 1 ? fmt::format(" B {}", w.batch) : "", w.scans_alone ? " scans" : "");
  workload.form.shape.batch = w.batch, workload.form.shape.length = decode ? 1 : w.length;
  workload.identity = identity_of(w);
  workload.state_updates = scanned_updates(w);
  workload.network = std::make_shared<const network_workload>(std::move(w));
  return workload;
}

void run_network_workload(const network_workload& workload, const design_point& point, uint64_t memory_seed,
                          point_row& row) {
  network_request request = request_of(workload, point);
  request.seed = memory_seed;
  const network_result result = run_network(request, {});
  const phase_result& phase = result.phases.front();
  for (const network_row& layer : phase.rows)
    if (layer.refused)
      throw input_error(workload.spec.name, layer.name(), "a machine that runs it (or layers: scans)",
                        layer.missing);
  for (const network_row& layer : phase.rows)
    for (const auto& [block, events] : layer.result.counters)
      for (const auto& [event, count] : events) row.counters[block][event] += layer.instances * count;
  row.cycles = phase.sum.cycles;
  row.compulsory_bytes = phase.sum.compulsory_bytes;
  if (row.cycles == 0)
    throw input_error(workload.spec.name, "layers", "at least one that a machine runs", "none");
}

std::string network_command(const network_workload& w) {
  const bool named = w.spec.file.starts_with(workload_directory());
  return fmt::format("scansim network {} --phase {} --length {} --batch {}",
                     shell_word(named ? w.spec.name : w.spec.file), phase_name(w.phase), w.length, w.batch);
}

}  // namespace scansim
