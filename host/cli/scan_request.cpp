#include "host/cli/scan_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "host/cli/option_checks.h"
#include "host/report/output_file.h"
#include "host/report/result_csv.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> ladder = {"ref", "gpu", "hls", "systemc", "rtl"};

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> checked_rungs(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!holds(ladder, name))
      throw input_error("command line", "--rungs", fmt::format("some of {}", fmt::join(ladder, ", ")),
                        "'" + name + "'");
  std::vector<std::string> rungs;
  for (const std::string& rung : ladder)
    if (holds(names, rung)) rungs.push_back(rung);
  if (rungs.empty()) throw input_error("command line", "--rungs", "at least one rung", "none");
  return rungs;
}

std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("-_./=,:+@", c);
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

}  // namespace

void add_design_options(CLI::App& app, design_request& request) {
  app.add_option("--config", request.config,
                 "Design point: a name of `scansim config list` or a path ending in .yaml")
      ->required();
  app.add_option("--set", request.overrides,
                 "Overrides one parameter of the design point: key=value; may be repeated")
      ->expected(1)
      ->take_all();
}

design_point load_design(const design_request& request) {
  return load_design_point(request.config, config_directory(), request.overrides);
}

void add_scan_options(CLI::App& app, scan_request& request) {
  app.add_option("trace", request.trace_path, "Trace file (.safetensors)")->required();
  add_design_options(app, request.design);
  app.add_option(
         "--memory", request.memory,
         fmt::format("Memory model: {}; default: the design point's", fmt::join(memory_model_names(), ", ")))
      ->check(not_empty);
  app.add_option("--seed", request.seed, "Seed of the random memory model")
      ->check(whole_number<uint64_t>)
      ->capture_default_str();
  app.add_option("--gpu", request.gpu.source,
                 "Where the gpu rung comes from: live, recorded (traces/gpu), modelled (roofline), or auto, "
                 "the first "
                 "there is")
      ->capture_default_str();
  app.add_option("--gpu-precision", request.gpu.precision,
                 "Precision of the gpu rung: fp32, fp16, bf16 or int8")
      ->capture_default_str();
  app.add_option("--gpu-model", request.gpu.model,
                 "Datasheet of a modelled gpu: a name in models/gpu or a path ending in .yaml")
      ->capture_default_str();
  app.add_option("--gpu-device", request.gpu.device,
                 "Part of the name of the device whose record is taken, of several");
  app.add_option("--json", request.json_path, "Writes the result to this file");
  app.add_option("--csv", request.csv_dir, "Writes stall and energy tables to new files in this folder");
  app.add_option("--wave", request.wave_path, "Writes the waves of the rtl rung to this file (FST)");
  app.add_flag("--unfused", request.unfused,
               "mamba_block on systemc and rtl: results between the operators go to memory and back");
  app.add_flag("--quiet", request.quiet, "Prints only the verdict, and no progress");
}

std::string checked_memory(const std::string& name, const design_point& point) {
  const std::string chosen = name.empty() ? point.memory : name;
  const std::vector<std::string> names = memory_model_names();
  if (!holds(names, chosen))
    throw input_error("command line", "--memory", fmt::format("one of {}", fmt::join(names, ", ")),
                      "'" + chosen + "'");
  return chosen;
}

void check_output_path(const std::string& option, const std::string& path) {
  if (path.empty()) return;
  const fs::path folder = fs::absolute(path).parent_path();
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw input_error("command line", option, "a file", path + " (a folder)");
  if (!fs::is_directory(folder, ignored) || access(folder.c_str(), W_OK) != 0)
    throw input_error("command line", option, "a file in a writable folder", path);
}

scan_job load_job(const scan_request& request) {
  scan_job job;
  job.rungs = checked_rungs(request.rungs);
  if (!request.wave_path.empty() && job.rungs.back() != "rtl")
    throw input_error("command line", "--wave", "rtl among the rungs (the others have no waves)",
                      fmt::format("{}", fmt::join(job.rungs, ",")));
  check_output_path("--json", request.json_path);
  check_output_path("--wave", request.wave_path);
  if (!request.csv_dir.empty() && fs::exists(request.csv_dir) && !fs::is_directory(request.csv_dir))
    throw input_error("command line", "--csv", "a folder", request.csv_dir);
  job.point = load_design(request.design);
  job.memory = checked_memory(request.memory, job.point);
  job.seed = request.seed;
  job.wave_path = request.wave_path;
  job.gpu = request.gpu;
  const bool uses_gpu = holds(job.rungs, "gpu");
  if (uses_gpu) check_gpu_choice(job.gpu);
  job.trace = load_scan_trace(request.trace_path);
  if (uses_gpu) check_measurable(job.trace, precision_of(job.gpu));
  return job;
}

namespace {

std::string gpu_options(const gpu_choice& gpu) {
  const gpu_choice usual;
  std::string text;
  const auto add = [&](const char* option, const std::string& value, const std::string& usual_value) {
    if (value != usual_value) text += std::string(" ") + option + " " + quoted(value);
  };
  add("--gpu", gpu.source, usual.source);
  add("--gpu-precision", gpu.precision, usual.precision);
  add("--gpu-model", gpu.model, usual.model);
  add("--gpu-device", gpu.device, usual.device);
  return text;
}

}  // namespace

void write_tables(const scan_request& request, run_result& result) {
  const std::string stem = fs::path(request.trace_path).stem().string() + "-" + result.point.name;
  for (const char* kind : {"stalls", "energy"}) {
    const std::string path = reserve_output_path(request.csv_dir, stem + "-" + kind, ".csv");
    result.files.push_back(path);
    kind == std::string("stalls") ? write_block_csv(path, result) : write_energy_csv(path, result);
  }
}

std::string command_line(const scan_request& request, const std::vector<std::string>& rungs,
                         const std::string& wave_path) {
  std::string text =
      "scansim compare " + quoted(request.trace_path) + " --config " + quoted(request.design.config);
  for (const std::string& setting : request.design.overrides) text += " --set " + quoted(setting);
  if (!request.memory.empty()) text += " --memory " + quoted(request.memory);
  if (request.unfused) text += " --unfused";
  text += fmt::format(" --seed {} --rungs {}", request.seed, fmt::join(rungs, ","));
  if (holds(rungs, "gpu")) text += gpu_options(request.gpu);
  if (!wave_path.empty()) text += " --wave " + quoted(wave_path);
  return text;
}

}  // namespace scansim
