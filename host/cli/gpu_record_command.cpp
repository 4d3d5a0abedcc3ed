// `scansim gpu record` and `scansim gpu info`. record checks everything that was given before it asks for a
// device, so a wrong name costs no time on one; Ctrl-C leaves whole records only.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "host/cli/delivery.h"
#include "host/cli/gpu_commands.h"
#include "host/cli/interruption.h"
#include "host/cli/list_option.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/cuda/measure/nvml.h"
#include "host/cuda/measure/recorder.h"
#include "host/gpu_profile/roofline.h"
#include "host/run/gpu_rung.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

constexpr double shortest_energy_window_s = 2;

struct record_options {
  record_request request;
  std::vector<std::string> precisions = {"fp32"};
};

record_request checked(const record_options& options) {
  record_request request = options.request;
  request.precisions.clear();
  for (const std::string& name : options.precisions) {
    const gpu_precision precision = precision_named(name, "--precision");
    if (std::count(request.precisions.begin(), request.precisions.end(), precision) > 0)
      throw input_error("command line", "--precision", "each precision once", name + " twice");
    request.precisions.push_back(precision);
  }
  const measure_protocol& protocol = request.protocol;
  if (protocol.repetitions < fewest_repetitions)
    throw input_error("command line", "--repetitions", fmt::format("at least {}", fewest_repetitions),
                      std::to_string(protocol.repetitions));
  if (protocol.warm_up < 0)
    throw input_error("command line", "--warm-up", "0 or more", std::to_string(protocol.warm_up));
  const double window_s = protocol.energy_window_s;
  if (!std::isfinite(window_s) || (window_s != 0 && window_s < shortest_energy_window_s))
    throw input_error("command line", "--energy-window",
                      fmt::format("0 (no energy) or at least {} s", shortest_energy_window_s),
                      fmt::format("{}", window_s));
  return request;
}

std::string summary(const gpu_profile& profile) {
  const profile_metric& time = *profile.find_metric("time");
  std::string text = fmt::format("{:.2f} us (5 % {:.2f}, 95 % {:.2f})", time.value,
                                 time.low.value_or(time.value), time.high.value_or(time.value));
  if (const auto bound = roofline(*profile.work, profile.ceilings, exp_way_of(profile.kernel)))
    text += fmt::format(", {:.0f} % of its roofline, {} {}", 100 * bound->time_us / time.value,
                        bound->ceiling, bound->basis);
  if (!profile.energy) return text + ", no energy";
  return text + fmt::format(", board energy {:.2f} uJ with idle, {:.2f} uJ without",
                            profile.energy->idle_included_uj, profile.energy->idle_subtracted_uj);
}

int record_traces(const record_options& options) {
  const record_request request = checked(options);
  progress_display progress(false);
  progress.begin_step("reading the traces");
  const std::vector<planned_record> plan = plan_records(request);
  std::string why_not;
  const std::unique_ptr<gpu_device> device = open_gpu_device(why_not);
  if (!device)
    throw tool_error("no GPU to record on (" + why_not +
                     "): record on a machine with an NVIDIA GPU and a build with nvcc, or import a profile "
                     "(scansim gpu import)");
  record_hooks hooks;
  hooks.progress = [&progress](const std::string& what) { progress.begin_step(what); };
  hooks.hold_interrupts = [] { return std::make_shared<interruption_guard>(); };
  delivery delivered({}, {});
  hooks.recorded = [&delivered](const planned_record& planned, const gpu_profile& profile) {
    delivered.print(fmt::format("written: {}\n  {}\n", one_line(planned.profile_path), summary(profile)));
  };
  record(*device, request, plan, hooks);
  return delivered.status(status_agree);
}

std::string megahertz(const std::optional<double>& value) {
  return value ? fmt::format("{:.0f} MHz", *value) : "unknown";
}

void print_device(gpu_device& device) {
  const gpu_properties found = device.properties();
  const gpu_board_state board = device.board_state();
  print_out("device: {}, compute capability {}, {} multiprocessors, {:.1f} GiB, L2 {:.1f} MiB\n", found.name,
            found.compute_capability, found.multiprocessors,
            static_cast<double>(found.memory_bytes) / (1 << 30),
            static_cast<double>(found.l2_bytes) / (1 << 20));
  print_out("driver: {}; CUDA runtime {}\n",
            found.driver_version.empty() ? "version unknown" : found.driver_version, found.cuda_version);
  print_out("clocks: SM {} (at most {:.0f}), memory {} (at most {:.0f})\n", megahertz(board.sm_clock_mhz),
            found.sm_clock_mhz, megahertz(board.memory_clock_mhz), found.memory_clock_mhz);
  print_out("power: {}, limit {}; energy counter: {}\n",
            board.power_w ? fmt::format("{:.1f} W", *board.power_w) : "unknown",
            board.power_limit_w ? fmt::format("{:.0f} W", *board.power_limit_w) : "unknown",
            board.total_energy_mj ? "yes" : "no");
}

int print_info() {
  const gpu_build build = gpu_build_info();
  if (build.compiler.empty())
    print_out("kernels: not compiled (built without CUDA)\n");
  else
    print_out("kernels: compiled by {} for {} with {}\n", build.compiler, build.architectures, build.flags);
  std::string why_not;
  if (const std::unique_ptr<gpu_device> device = open_gpu_device(why_not))
    print_device(*device);
  else
    print_out("device: none ({})\n", why_not);
  print_out("board: {}\n", nvml_board("").description());
  return status_agree;
}

}  // namespace

command_action add_gpu_record(CLI::App& app) {
  app.footer(
      "Example: scansim gpu record layer.safetensors --out traces/gpu/h100 --precision fp32,bf16\n"
      "A record that exists is never replaced.");
  auto options = std::make_shared<record_options>();
  measure_protocol& protocol = options->request.protocol;
  app.add_option("trace", options->request.traces, "Trace files")->required();
  app.add_option("--out", options->request.out, "Folder of the device's records")
      ->check(not_empty)
      ->required();
  add_list_option(
      app, "--precision", options->precisions,
      "fp32, fp16, bf16, int8, of decodes also bf16-int8-state and its like (activations, state), comma "
      "separated; default: fp32");
  app.add_option("--repetitions", protocol.repetitions, "Timed repetitions, at least 50")
      ->transform(as_whole_number<int>())
      ->capture_default_str();
  app.add_option("--warm-up", protocol.warm_up, "Launches before the timed ones")
      ->transform(as_whole_number<int>())
      ->capture_default_str();
  app.add_flag("--tune", protocol.tune,
               "Times every configuration of the kernel and records the fastest, with the times of all");
  app.add_option("--energy-window", protocol.energy_window_s, "Seconds of launches for the energy; 0: none")
      ->capture_default_str();
  return [options] { return record_traces(*options); };
}

command_action add_gpu_info(CLI::App& app) {
  app.footer("Example: scansim gpu info");
  return [] { return print_info(); };
}

}  // namespace scansim
