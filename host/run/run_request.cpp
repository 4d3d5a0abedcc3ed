#include "host/run/run_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "sim/rungs/device_memory.h"
#include "sim/rungs/rung.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

std::string gpu_options(const gpu_choice& gpu) {
  const gpu_choice usual;
  std::string text;
  const auto add = [&](const char* option, const std::string& value, const std::string& usual_value) {
    if (value != usual_value) text += std::string(" ") + option + " " + shell_word(value);
  };
  add("--gpu", gpu.source, usual.source);
  add("--gpu-precision", gpu.precision, usual.precision);
  add("--gpu-model", gpu.model, usual.model);
  add("--gpu-device", gpu.device, usual.device);
  return text;
}

// $'...', which keeps the line whole.
std::string ansi_word(const std::string& word) {
  std::string text = "$'";
  for (const char c : word) {
    if (c == '\'' || c == '\\')
      text += std::string("\\") + c;
    else if (c >= ' ' && c < 0x7f)
      text += c;
    else
      text += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return text + "'";
}

}  // namespace

std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("-_./=,:+@", c);
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  if (one_line(word) != word) return ansi_word(word);
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

design_point load_design(const design_request& request) {
  return load_design_point(request.config, config_directory(), request.overrides);
}

std::string checked_memory(const std::string& name, const design_point& point) {
  const std::string chosen = name.empty() ? point.memory : name;
  const std::vector<std::string> names = memory_model_names();
  if (std::find(names.begin(), names.end(), chosen) == names.end())
    throw input_error("command line", "--memory", fmt::format("one of {}", fmt::join(names, ", ")),
                      "'" + chosen + "'");
  make_memory(point, {.memory_model = chosen, .wave_path = ""});  // its parameters
  return chosen;
}

std::string timeline_options(const run_request& request, const std::string& path) {
  const timeline_request usual, &asked = request.timeline;
  std::string text = " --timeline " + shell_word(path);
  if (asked.window != usual.window)
    text += fmt::format(" --timeline-cycles {}:{}", asked.window.first, asked.window.last);
  if (asked.most != usual.most) text += fmt::format(" --timeline-events {}", asked.most);
  return text;
}

std::string program_flags(const compile_options& program) {
  return std::string(program.fused ? "" : " --unfused") + (program.z_first ? " --z-first" : "");
}

std::string command_line(const run_request& request, const std::vector<std::string>& rungs,
                         const std::string& wave_path) {
  std::string text = request.invocation + " compare " + shell_word(request.trace_path) + " --config " +
                     shell_word(request.design.config);
  for (const std::string& setting : request.design.overrides) text += " --set " + shell_word(setting);
  if (!request.memory.empty()) text += " --memory " + shell_word(request.memory);
  text += program_flags(request.program);
  if (request.switching) text += " --switching";
  if (request.rtl_build) text += " --rtl-build " + rtl_kind_names()[static_cast<size_t>(*request.rtl_build)];
  text += fmt::format(" --seed {} --rungs {}", request.seed, fmt::join(rungs, ","));
  const auto is_gpu = [](const std::string& name) {
    const rung* one = find_rung(name);
    return one != nullptr && one->source == rung_source::gpu;
  };
  if (std::any_of(rungs.begin(), rungs.end(), is_gpu)) text += gpu_options(request.gpu);
  if (!wave_path.empty()) text += " --wave " + shell_word(wave_path);
  if (!wave_path.empty() && request.waves != cycle_window{})
    text += fmt::format(" --wave-cycles {}:{}", request.waves.first, request.waves.last);
  return text;
}

}  // namespace scansim
