#include "host/cuda/measure/recorder.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "traces/file_name.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/sha256.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

void check_out_folder(const std::string& out) {
  fs::path existing = out.empty() ? fs::path() : fs::absolute(out);
  std::error_code ignored;
  while (!existing.empty() && !fs::exists(existing, ignored) && existing.has_relative_path())
    existing = existing.parent_path();
  if (!existing.empty() && fs::is_directory(existing, ignored) && access(existing.c_str(), W_OK | X_OK) == 0)
    return;
  throw input_error("command line", "--out", "a folder that can be written", "'" + out + "'");
}

// Whatever stem it was recorded under.
std::string existing_record(const std::string& out, const std::string& ending) {
  std::error_code none;
  for (const char* extension : {".json", ".outputs.safetensors"})
    for (const fs::directory_entry& entry : fs::directory_iterator(out, none))
      if (entry.path().filename().string().ends_with(ending + extension)) return entry.path().string();
  return {};
}

planned_record plan_one(const gpu_call& trace, gpu_precision precision, const std::string& out) {
  trace.check(precision);
  const std::string ending = "-" + trace.sha256().substr(0, 12) + "-" + precision_name(precision);
  const std::string existing = existing_record(out, ending);
  if (!existing.empty())
    throw input_error(existing, precision_name(precision),
                      "no record of " + trace.path() + " yet (a record is never replaced; delete it first)",
                      "one");
  const std::string values = ".outputs.safetensors";
  const std::string stem = shortened_name(fs::path(trace.path()).stem().string(),
                                          longest_file_name - ending.size() - values.size());
  const std::string base = (fs::path(out) / (stem + ending)).string();
  return {trace.path(), trace.sha256(), precision, base + ".json", base + values};
}

void write_outputs(const std::string& path, const gpu_call& trace, const gpu_outputs& outputs) {
  const std::vector<gpu_output> named = trace.outputs();
  safetensors_writer writer;
  writer.set_metadata("trace_sha256", trace.sha256());
  writer.add_floats(named[0].name, named[0].shape, outputs.y);
  if (!outputs.h_last.empty()) writer.add_floats(named[1].name, named[1].shape, outputs.h_last);
  writer.write(path);
}

void take_name(temporary_file& file, const std::string& path) {
  if (!file.take_free_name(path)) throw tool_error(path + ": cannot be written: " + std::strerror(EEXIST));
}

void write_record(const planned_record& planned, const gpu_call& trace, measured_call& measured) {
  const std::string folder = fs::path(planned.profile_path).parent_path().string();
  fs::create_directories(folder);
  temporary_file outputs(folder, planned.outputs_path), profile(folder, planned.profile_path);
  write_outputs(outputs.path(), trace, measured.outputs);
  measured.profile.outputs =
      profile_outputs{fs::path(planned.outputs_path).filename().string(), sha256_of_file(outputs.path())};
  write_gpu_profile(profile.path(), measured.profile);
  take_name(outputs, planned.outputs_path);
  try {
    take_name(profile, planned.profile_path);
  } catch (...) {
    unlink(planned.outputs_path.c_str());
    throw;
  }
}

}  // namespace

std::vector<planned_record> plan_records(const record_request& request) {
  check_out_folder(request.out);
  std::vector<planned_record> plan;
  std::set<std::string> planned;
  for (const std::string& path : request.traces) {
    const std::unique_ptr<gpu_call> trace = load_gpu_call(path);
    if (!planned.insert(trace->sha256()).second)
      throw input_error(path, "trace", "each trace once", "the content of an earlier one");
    for (const gpu_precision precision : request.precisions)
      plan.push_back(plan_one(*trace, precision, request.out));
  }
  return plan;
}

int record(gpu_device& device, const record_request& request, const std::vector<planned_record>& plan,
           const record_hooks& hooks) {
  int written = 0;
  std::unique_ptr<gpu_call> trace;  // one at a time in memory, kept for its precisions
  for (const planned_record& planned : plan) {
    if (!trace || trace->path() != planned.trace) trace = load_gpu_call(planned.trace);
    if (trace->sha256() != planned.trace_sha256)
      throw input_error(planned.trace, "sha256", planned.trace_sha256, trace->sha256());
    measured_call measured =
        measure_call(device, *trace, planned.precision, request.protocol, hooks.progress);
    {
      const std::shared_ptr<void> hold = hooks.hold_interrupts ? hooks.hold_interrupts() : nullptr;
      try {
        write_record(planned, *trace, measured);
      } catch (const fs::filesystem_error& error) {
        throw tool_error(planned.profile_path + ": cannot be written: " + error.code().message());
      }
      ++written;
      if (hooks.recorded) hooks.recorded(planned, measured.profile);
    }
  }
  return written;
}

}  // namespace scansim
