#include "host/cuda/measure/measure_call.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include "host/cuda/measure/energy_window.h"
#include "host/cuda/measure/launch_timing.h"
#include "host/cuda/measure/measure_environment.h"
#include "host/cuda/measure/measure_steps.h"
#include "host/cuda/measure/tune_call.h"
#include "host/report/git_revision.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

profile_device describe_device(const gpu_properties& properties, const gpu_board_state& board) {
  profile_device device;
  device.name = properties.name;
  device.compute_capability = properties.compute_capability;
  if (!properties.driver_version.empty()) device.driver = properties.driver_version;
  if (!properties.cuda_version.empty()) device.cuda = properties.cuda_version;
  device.multiprocessors = properties.multiprocessors;
  device.memory_bytes = static_cast<int64_t>(properties.memory_bytes);
  device.l2_bytes = static_cast<int64_t>(properties.l2_bytes);
  if (properties.sm_clock_mhz > 0) device.sm_clock_mhz = properties.sm_clock_mhz;
  if (properties.memory_clock_mhz > 0) device.memory_clock_mhz = properties.memory_clock_mhz;
  device.power_limit_w = board.power_limit_w;
  return device;
}

profile_build describe_build() {
  const gpu_build built = gpu_build_info();
  return {git_revision(), git_dirty(), built.compiler, built.flags, built.architectures};
}

// The implementations give the kernel's name as the first entry of the configuration.
profile_kernel describe_kernel(const gpu_kernel& kernel, gpu_precision precision) {
  profile_kernel described;
  described.name = "selective_scan";
  described.precision = precision_name(precision);
  for (auto& [key, value] : kernel.configuration()) {
    if (key == "kernel")
      described.name = value;
    else
      described.configuration.emplace_back(key, value);
  }
  return described;
}

profile_ceiling measure_ceiling(gpu_device& device, gpu_ceiling which, const measure_protocol& protocol) {
  const std::unique_ptr<gpu_kernel> kernel = device.prepare_ceiling(which);
  // One set: a ceiling's own buffers are far larger than the L2 cache, or it reads none.
  rotating_kernel launches(device, *kernel, 1);
  warm_until_steady(device, launches, protocol.clock);
  const launch_times times = time_launches(launches, protocol.warm_up, protocol.repetitions);
  const gpu_work work = kernel->work();
  profile_ceiling ceiling;
  ceiling.basis = "measured";
  const double time_s = times.call_us.median * 1e-6;
  const auto is = [&](const char* name, const char* unit, double value, const std::string& source) {
    ceiling.name = name;
    ceiling.unit = unit;
    ceiling.value = value;
    ceiling.source = source + ", same run, " + times.aggregation;
  };
  std::string method;
  for (const auto& [key, value] : kernel->configuration())
    if (key == "method") method = " (" + value + ")";
  switch (which) {
    case gpu_ceiling::copy_bandwidth:
      is("copy_bandwidth", "byte/s", work.bytes / time_s,
         fmt::format("device copy of {:.0f} MiB, read + write", work.bytes / 2 / (1 << 20)));
      break;
    case gpu_ceiling::unit_rate:
      is("unit_rate", "op/s", work.unit_ops / time_s, "kernel of independent exps" + method);
      break;
    case gpu_ceiling::exp_rate:
      is("exp_rate", "exp/s", work.exps / time_s, "kernel of independent exps, the fastest way" + method);
      break;
    case gpu_ceiling::launch_floor:
      is("launch_floor", "us", times.call_us.median / work.launches,
         fmt::format("graph of {:.0f} empty kernels, of each", work.launches));
      break;
  }
  return ceiling;
}

void add_metrics(gpu_profile& profile, const launch_times& times, const gpu_work& work) {
  const auto& [median, low, high] = times.call_us;
  profile.metrics.push_back({"time", "us", times.aggregation, median, low, high, times.samples});
  // The slowest launch gives the lowest rate.
  const auto rate = [&](const char* name, const char* unit, double amount, const char* what) {
    profile.metrics.push_back({name, unit, std::string(what) + " over time, " + times.aggregation,
                               amount / (median * 1e-6), amount / (high * 1e-6), amount / (low * 1e-6),
                               times.samples});
  };
  rate("achieved_bandwidth", "byte/s", work.bytes, "compulsory bytes");
  rate("achieved_exp_rate", "exp/s", work.exps, "exps of the recurrence");
  profile.work =
      profile_work{work.bytes, work.exps, work.flops, work.unit_ops, work.launches, work.tensor_flops};
}

// Of both moments; absent if the board tells it at neither.
std::optional<std::string> reasons_of(const gpu_board_state& first, const gpu_board_state& second) {
  if (!first.throttle_reasons && !second.throttle_reasons) return std::nullopt;
  return throttle_text(first.throttle_reasons.value_or(0) | second.throttle_reasons.value_or(0));
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0);
}

}  // namespace

measured_call measure_call(gpu_device& device, const gpu_call& call, gpu_precision precision,
                           const measure_protocol& protocol,
                           const std::function<void(const std::string&)>& report) {
  if (protocol.repetitions < fewest_repetitions || protocol.warm_up < 0 || !(protocol.energy_window_s >= 0))
    throw std::invalid_argument("measure_call: under 50 repetitions, or a negative warm-up or window");
  check_measurable(gpu_build_info().flags, std::getenv("CUDA_LAUNCH_BLOCKING"));
  call.check(precision);
  const auto say = [&](const char* what) {
    if (report) report(fmt::format("{} {}: {}", call.path(), precision_name(precision), what));
  };
  measured_call measured;
  gpu_profile& profile = measured.profile;
  const gpu_properties properties = device.properties();

  say("idle power");
  std::optional<double> idle_w;
  const bool sliced = device.board_state().shared_by_slices;
  if (protocol.energy_window_s > 0 && !sliced) idle_w = idle_power_w(device, protocol.clock);
  if (protocol.energy_window_s > 0 && sliced)
    say("no energy: the board is shared by MIG slices, and tells that of all");
  if (protocol.energy_window_s > 0 && !sliced && !idle_w)
    say("no energy: the board tells no idle power that settles");

  say("ceilings");
  for (const gpu_ceiling which : {gpu_ceiling::copy_bandwidth, gpu_ceiling::unit_rate, gpu_ceiling::exp_rate,
                                  gpu_ceiling::launch_floor})
    profile.ceilings.push_back(measure_ceiling(device, which, protocol));

  say("preparing");
  std::unique_ptr<gpu_kernel> kernel = call.prepare(device, precision, 2);
  const int sets =
      std::min(buffer_sets_needed(kernel->bytes_per_set(), properties.l2_bytes, properties.memory_bytes),
               std::max(2, kernel->most_buffer_sets()));
  if (sets > 2) {
    kernel.reset();  // its memory first
    kernel = call.prepare(device, precision, sets);
  }
  rotating_kernel launches(device, *kernel, sets);

  tuned_kernel tuned;
  if (protocol.tune) {
    say("tuning");
    warm_until_steady(device, launches, protocol.clock);
    tuned = tune(launches, *kernel);
  }

  say("timing");
  launches.time_us(protocol.tune ? sets : 1);  // whichever set is read has outputs of what is measured
  measured.outputs = kernel->read_outputs(0);
  const gpu_board_state before = device.board_state();
  const std::optional<double> loaded_mhz = warm_until_steady(device, launches, protocol.clock);
  const gpu_board_state loaded = device.board_state();
  const launch_times times = time_launches(launches, protocol.warm_up, protocol.repetitions);
  const gpu_board_state after = device.board_state();

  if (idle_w) {
    say("energy");
    profile.energy = measure_energy(device, launches, times.call_us.median, *idle_w, protocol.energy_window_s,
                                    protocol.clock);
  }
  const gpu_outputs last = kernel->read_outputs(launches.last_set());
  std::vector<profile_metric> steps;
  if (!kernel->steps().empty()) {
    say("timing its steps");
    steps = measure_steps(device, *kernel, sets, protocol.warm_up, protocol.repetitions, protocol.clock);
  }
  if (!same_bits(measured.outputs.y, last.y) || !same_bits(measured.outputs.h_last, last.h_last))
    throw tool_error(fmt::format("{}: the GPU's outputs change from one repetition to another", call.path()));

  profile.origin = "recorder";
  profile.created = utc_now();
  profile.trace = call.described();
  profile.device = describe_device(properties, before);
  profile.build = describe_build();
  profile.kernel = describe_kernel(*kernel, precision);
  profile.protocol =
      profile_protocol{protocol.warm_up,    protocol.repetitions, sets,      kernel->bytes_per_set(),
                       before.sm_clock_mhz, after.sm_clock_mhz,   loaded_mhz};
  profile.protocol->temperature_before_c = before.temperature_c;
  profile.protocol->temperature_after_c = after.temperature_c;
  profile.protocol->throttle_reasons = reasons_of(loaded, after);
  if (!tuned.all.empty()) profile.kernel.configuration.emplace_back("tuned", tuned.text());
  add_metrics(profile, times, kernel->work());
  profile.metrics.insert(profile.metrics.end(), steps.begin(), steps.end());
  return measured;
}

}  // namespace scansim
