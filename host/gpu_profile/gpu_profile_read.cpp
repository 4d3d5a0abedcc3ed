// The reading half of the profile format: every key is known, present and of its kind, or one input_error
// says which.
#include <algorithm>
#include <cmath>

#include "host/cuda/scan/scan_call.h"
#include "host/gpu_profile/gpu_profile.h"
#include "host/gpu_profile/json_object.h"
#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr size_t max_profile_bytes = 16 << 20;

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

profile_trace read_trace(const json_object& object) {
  object.check_keys(
      {"sha256", "path", "operator", "mode", "batch", "channels", "states", "groups", "length"});
  profile_trace trace;
  trace.sha256 = object.optional_text("sha256");
  if (trace.sha256 && !is_sha256(*trace.sha256))
    object.fail("sha256", "64 lower-case hexadecimal digits or null");
  trace.path = object.text("path", json_object::may_be_empty);
  trace.op = object.one_of("operator", {"selective_scan", "scan_sets", "ssd", "conv1d", "mamba_block"});
  trace.mode = object.one_of("mode", {"prefill", "decode"});
  trace.batch = object.whole("batch", 0);
  trace.channels = object.whole("channels", 0);
  trace.states = object.whole("states", 0);
  trace.groups = object.whole("groups", 0);
  trace.length = object.whole("length", 0);
  return trace;
}

profile_device read_device(const json_object& object) {
  object.check_keys({"name", "compute_capability", "multiprocessors", "memory_bytes", "l2_bytes", "driver",
                     "cuda", "sm_clock_mhz", "memory_clock_mhz", "power_limit_w"});
  profile_device device;
  device.name = object.text("name");
  device.compute_capability = object.optional_text("compute_capability");
  device.multiprocessors = object.optional_whole("multiprocessors", 1);
  device.memory_bytes = object.optional_whole("memory_bytes", 1);
  device.l2_bytes = object.optional_whole("l2_bytes", 0);
  device.driver = object.optional_text("driver");
  device.cuda = object.optional_text("cuda");
  device.sm_clock_mhz = object.optional_amount("sm_clock_mhz");
  device.memory_clock_mhz = object.optional_amount("memory_clock_mhz");
  device.power_limit_w = object.optional_amount("power_limit_w");
  return device;
}

profile_build read_build(const json_object& object) {
  object.check_keys({"git_revision", "git_dirty", "compiler", "flags", "architectures"});
  return {object.text("git_revision"), object.boolean("git_dirty"),
          object.text("compiler", json_object::may_be_empty), object.text("flags", json_object::may_be_empty),
          object.text("architectures", json_object::may_be_empty)};
}

profile_kernel read_kernel(const json_object& object, const std::string& origin) {
  object.check_keys({"name", "precision", "configuration"});
  profile_kernel kernel;
  kernel.name = object.text("name");
  std::vector<std::string> precisions;
  for (const gpu_precision one : record_precisions) precisions.push_back(precision_name(one));
  if (origin != "recorder") precisions.push_back("unknown");
  kernel.precision = object.one_of("precision", precisions);
  const json_object configuration = object.object("configuration");
  for (const std::string& key : configuration.keys())
    kernel.configuration.emplace_back(key, configuration.text(key, json_object::may_be_empty));
  return kernel;
}

profile_protocol read_protocol(const json_object& object) {
  object.check_keys({"warm_up", "repetitions", "buffer_sets", "bytes_per_set", "clocks_before_mhz",
                     "clocks_after_mhz", "clock_under_load_mhz", "temperature_before_c",
                     "temperature_after_c", "throttle_reasons"});
  profile_protocol protocol;
  protocol.warm_up = static_cast<int>(object.whole("warm_up", 0, 1000000000));
  protocol.repetitions = static_cast<int>(object.whole("repetitions", 1, 1000000000));
  protocol.buffer_sets = static_cast<int>(object.whole("buffer_sets", 1, 1000000000));
  protocol.bytes_per_set = static_cast<uint64_t>(object.whole("bytes_per_set", 0));
  protocol.clocks_before_mhz = object.optional_amount("clocks_before_mhz");
  protocol.clocks_after_mhz = object.optional_amount("clocks_after_mhz");
  // Profiles of before these were kept have none.
  if (object.has("clock_under_load_mhz"))
    protocol.clock_under_load_mhz = object.optional_amount("clock_under_load_mhz");
  if (object.has("temperature_before_c"))
    protocol.temperature_before_c = object.optional_amount("temperature_before_c");
  if (object.has("temperature_after_c"))
    protocol.temperature_after_c = object.optional_amount("temperature_after_c");
  if (object.has("throttle_reasons")) protocol.throttle_reasons = object.optional_text("throttle_reasons");
  return protocol;
}

profile_metric read_metric(const json_object& object) {
  object.check_keys({"name", "unit", "aggregation", "value", "low", "high", "samples", "source"});
  profile_metric metric;
  metric.name = object.text("name");
  metric.unit = object.text("unit");
  metric.aggregation = object.text("aggregation");
  metric.value = object.number("value");
  metric.low = object.optional_number("low");
  metric.high = object.optional_number("high");
  metric.samples = object.whole("samples", 1);
  if (object.has("source")) metric.source = object.text("source");
  if (metric.low && *metric.low > metric.value) object.fail("low", "at most value");
  if (metric.high && *metric.high < metric.value) object.fail("high", "at least value");
  if (metric.name == "time" && metric.unit != "us") object.fail("unit", "us for the metric time");
  if (metric.name == "time" && metric.value <= 0) object.fail("value", "a time > 0");
  return metric;
}

profile_ceiling read_ceiling(const json_object& object) {
  object.check_keys({"name", "unit", "value", "basis", "source"});
  std::vector<std::string> names;
  for (const ceiling_unit& known : ceiling_units) names.push_back(known.name);
  profile_ceiling ceiling;
  ceiling.name = object.one_of("name", names);
  for (const auto& [name, unit] : ceiling_units)
    if (ceiling.name == name) ceiling.unit = object.one_of("unit", {unit});
  ceiling.value = object.amount("value");
  if (ceiling.value <= 0) object.fail("value", "a number > 0");
  ceiling.basis = object.one_of("basis", {"measured", "datasheet", "assumption"});
  ceiling.source = object.text("source");
  return ceiling;
}

profile_energy read_energy(const json_object& object) {
  object.check_keys(
      {"level", "source", "window_s", "calls", "idle_w", "idle_included_uj", "idle_subtracted_uj"});
  profile_energy energy;
  energy.level = object.one_of("level", {"board"});
  energy.source = object.text("source");
  energy.window_s = object.amount("window_s");
  energy.calls = static_cast<uint64_t>(object.whole("calls", 1));
  energy.idle_w = object.amount("idle_w");
  energy.idle_included_uj = object.amount("idle_included_uj");
  energy.idle_subtracted_uj = object.amount("idle_subtracted_uj");
  if (energy.idle_subtracted_uj > energy.idle_included_uj)
    object.fail("idle_subtracted_uj", "at most idle_included_uj");
  return energy;
}

profile_outputs read_outputs(const json_object& object) {
  object.check_keys({"file", "sha256"});
  profile_outputs outputs{object.text("file"), object.text("sha256")};
  const bool plain = outputs.file.find('/') == std::string::npos && outputs.file != "..";
  if (!plain) object.fail("file", "the name of a file beside the profile");
  if (!is_sha256(outputs.sha256)) object.fail("sha256", "64 lower-case hexadecimal digits");
  return outputs;
}

// What a recorder always knows and an import cannot.
profile_import read_import_facts(const json_object& object) {
  object.check_keys({"source", "file", "sha256", "launches", "calls", "left_out"});
  profile_import import;
  import.source = object.text("source");
  import.file = object.text("file");
  import.sha256 = object.optional_text("sha256");
  if (import.sha256 && !is_sha256(*import.sha256))
    object.fail("sha256", "64 lower-case hexadecimal digits or null");
  import.launches = object.whole("launches", 1);
  import.calls = object.whole("calls", 1);
  for (const json_object& entry : object.objects("left_out")) {
    entry.check_keys({"column", "reason"});
    import.left_out.emplace_back(entry.text("column", json_object::may_be_empty), entry.text("reason"));
  }
  return import;
}

void check_origin(const json_object& root, const gpu_profile& profile) {
  if (profile.import && profile.origin == "recorder") root.fail("import", "none from the recorder");
  if (profile.origin != "recorder") return;
  if (!profile.trace.sha256) root.object("trace").fail("sha256", "a checksum, from the recorder");
  if (!profile.build) root.fail("build", "an object, from the recorder");
  if (!profile.protocol) root.fail("protocol", "an object, from the recorder");
  if (!profile.work) root.fail("work", "an object, from the recorder");
  if (profile.find_metric("time") == nullptr) root.fail("metrics", "the metric time, from the recorder");
}

void read_parts(const json_object& root, gpu_profile& profile) {
  if (const auto build = root.optional_object("build")) profile.build = read_build(*build);
  if (const auto protocol = root.optional_object("protocol")) profile.protocol = read_protocol(*protocol);
  for (const json_object& entry : root.objects("metrics")) {
    profile_metric metric = read_metric(entry);
    if (profile.find_metric(metric.name) != nullptr) entry.fail("name", "each metric once");
    profile.metrics.push_back(std::move(metric));
  }
  if (const auto work = root.optional_object("work")) {
    work->check_keys({"bytes", "exps", "flops", "unit_ops", "launches", "tensor_flops"});
    profile.work = profile_work{work->amount("bytes"), work->amount("exps"), work->amount("flops")};
    // Profiles of before these were counted have neither.
    if (work->has("unit_ops")) profile.work->unit_ops = work->amount("unit_ops");
    if (work->has("tensor_flops")) profile.work->tensor_flops = work->amount("tensor_flops");
    if (work->has("launches")) profile.work->launches = work->amount("launches");
  }
  for (const json_object& entry : root.objects("ceilings")) profile.ceilings.push_back(read_ceiling(entry));
  if (const auto energy = root.optional_object("energy")) profile.energy = read_energy(*energy);
  if (const auto outputs = root.optional_object("outputs")) profile.outputs = read_outputs(*outputs);
  if (!root.has("import")) return;
  if (const auto import = root.optional_object("import")) profile.import = read_import_facts(*import);
}

}  // namespace

gpu_profile profile_from_json(const json& object, const std::string& file) {
  if (!object.is_object()) throw input_error(file, "file", "a JSON object", object.type_name());
  const json_object root(object, file, "");
  root.one_of("schema", {"scansim-gpu-profile"});
  if (root.whole("version", 0) != 1) root.fail("version", "1");
  root.check_keys({"schema", "version", "origin", "created", "trace", "device", "build", "kernel", "protocol",
                   "metrics", "work", "ceilings", "energy", "outputs", "import"});
  gpu_profile profile;
  profile.origin = root.one_of("origin", {"recorder", "ncu", "nsys", "pytorch"});
  profile.created = root.text("created");
  profile.trace = read_trace(root.object("trace"));
  profile.device = read_device(root.object("device"));
  profile.kernel = read_kernel(root.object("kernel"), profile.origin);
  read_parts(root, profile);
  check_origin(root, profile);
  return profile;
}

gpu_profile load_gpu_profile(const std::string& path) {
  const mapped_file bytes(path);
  require_at_most(bytes, max_profile_bytes, path);
  require_text(bytes.text(), path, "the JSON of a profile");
  return profile_from_json(parse_json_strict(bytes.text(), path, "file"), path);
}

}  // namespace scansim
