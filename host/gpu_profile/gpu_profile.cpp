// The writing half of the profile format; gpu_profile_read.cpp is the reading half.
#include "host/gpu_profile/gpu_profile.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/report/or_null.h"
#include "traces/input_error.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

using nlohmann::json;

json trace_json(const profile_trace& trace) {
  return {{"sha256", or_null(trace.sha256)},
          {"path", trace.path},
          {"operator", trace.op},
          {"mode", trace.mode},
          {"batch", trace.batch},
          {"channels", trace.channels},
          {"states", trace.states},
          {"groups", trace.groups},
          {"length", trace.length}};
}

json device_json(const profile_device& device) {
  return {{"name", device.name},
          {"compute_capability", or_null(device.compute_capability)},
          {"multiprocessors", or_null(device.multiprocessors)},
          {"memory_bytes", or_null(device.memory_bytes)},
          {"l2_bytes", or_null(device.l2_bytes)},
          {"driver", or_null(device.driver)},
          {"cuda", or_null(device.cuda)},
          {"sm_clock_mhz", or_null(device.sm_clock_mhz)},
          {"memory_clock_mhz", or_null(device.memory_clock_mhz)},
          {"power_limit_w", or_null(device.power_limit_w)}};
}

json build_json(const profile_build& build) {
  return {{"git_revision", build.git_revision},
          {"git_dirty", build.git_dirty},
          {"compiler", build.compiler},
          {"flags", build.flags},
          {"architectures", build.architectures}};
}

json kernel_json(const profile_kernel& kernel) {
  json configuration = json::object();
  for (const auto& [key, value] : kernel.configuration) configuration[key] = value;
  return {{"name", kernel.name}, {"precision", kernel.precision}, {"configuration", configuration}};
}

json protocol_json(const profile_protocol& protocol) {
  return {{"warm_up", protocol.warm_up},
          {"repetitions", protocol.repetitions},
          {"buffer_sets", protocol.buffer_sets},
          {"bytes_per_set", protocol.bytes_per_set},
          {"clocks_before_mhz", or_null(protocol.clocks_before_mhz)},
          {"clocks_after_mhz", or_null(protocol.clocks_after_mhz)},
          {"clock_under_load_mhz", or_null(protocol.clock_under_load_mhz)},
          {"temperature_before_c", or_null(protocol.temperature_before_c)},
          {"temperature_after_c", or_null(protocol.temperature_after_c)},
          {"throttle_reasons", or_null(protocol.throttle_reasons)}};
}

json metric_json(const profile_metric& metric) {
  json object = {
      {"name", metric.name},      {"unit", metric.unit},        {"aggregation", metric.aggregation},
      {"value", metric.value},    {"low", or_null(metric.low)}, {"high", or_null(metric.high)},
      {"samples", metric.samples}};
  if (!metric.source.empty()) object["source"] = metric.source;
  return object;
}

json import_json(const profile_import& import) {
  json left_out = json::array();
  for (const auto& [column, reason] : import.left_out)
    left_out.push_back({{"column", column}, {"reason", reason}});
  return {{"source", import.source},     {"file", import.file},   {"sha256", or_null(import.sha256)},
          {"launches", import.launches}, {"calls", import.calls}, {"left_out", left_out}};
}

json ceiling_json(const profile_ceiling& ceiling) {
  return {{"name", ceiling.name},
          {"unit", ceiling.unit},
          {"value", ceiling.value},
          {"basis", ceiling.basis},
          {"source", ceiling.source}};
}

json energy_json(const profile_energy& energy) {
  return {{"level", energy.level},
          {"source", energy.source},
          {"window_s", energy.window_s},
          {"calls", energy.calls},
          {"idle_w", energy.idle_w},
          {"idle_included_uj", energy.idle_included_uj},
          {"idle_subtracted_uj", energy.idle_subtracted_uj}};
}

}  // namespace

const profile_metric* gpu_profile::find_metric(const std::string& name) const {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const auto& metric) { return metric.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

json to_json(const gpu_profile& profile) {
  json object = {{"schema", "scansim-gpu-profile"},
                 {"version", 1},
                 {"origin", profile.origin},
                 {"created", profile.created},
                 {"trace", trace_json(profile.trace)},
                 {"device", device_json(profile.device)},
                 {"build", profile.build ? build_json(*profile.build) : json()},
                 {"kernel", kernel_json(profile.kernel)},
                 {"protocol", profile.protocol ? protocol_json(*profile.protocol) : json()},
                 {"metrics", json::array()},
                 {"work", json()},
                 {"ceilings", json::array()},
                 {"energy", profile.energy ? energy_json(*profile.energy) : json()},
                 {"outputs", json()}};
  for (const profile_metric& metric : profile.metrics) object["metrics"].push_back(metric_json(metric));
  for (const profile_ceiling& ceiling : profile.ceilings) object["ceilings"].push_back(ceiling_json(ceiling));
  if (profile.work)
    object["work"] = {{"bytes", profile.work->bytes},       {"exps", profile.work->exps},
                      {"flops", profile.work->flops},       {"unit_ops", profile.work->unit_ops},
                      {"launches", profile.work->launches}, {"tensor_flops", profile.work->tensor_flops}};
  if (profile.outputs)
    object["outputs"] = {{"file", profile.outputs->file}, {"sha256", profile.outputs->sha256}};
  if (profile.import) object["import"] = import_json(*profile.import);
  return object;
}

void write_gpu_profile(const std::string& path, const gpu_profile& profile) {
  const json object = to_json(profile);
  try {
    profile_from_json(object, path);  // what is written can be read again
  } catch (const input_error& error) {
    throw tool_error(std::string("incomplete profile: ") + error.what());
  }
  write_output(path, object.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace scansim
