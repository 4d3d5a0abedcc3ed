#include "host/run/gpu_rung.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "host/gpu_profile/gpu_datasheet.h"
#include "host/gpu_profile/kernel_work.h"
#include "host/gpu_profile/profile_store.h"
#include "host/gpu_profile/roofline.h"
#include "host/gpu_profile/scan_work.h"
#include "host/run/gpu_compare.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {

profile_work work_of(const least_work& work, gpu_precision precision) {
  const double bytes = precision == gpu_precision::fp32 ? 4 : precision == gpu_precision::int8 ? 1 : 2;
  profile_work result{bytes * work.elements, work.exps, work.flops};
  result.unit_ops = work.unit_ops;
  result.launches = 1;
  return result;
}

namespace {

void take_bound(gpu_result& gpu, const roofline_bound& bound) {
  gpu.roofline_us = bound.time_us;
  gpu.binding_ceiling = bound.ceiling;
  gpu.binding_basis = bound.basis;
  gpu.bounds = bound.times;
}

}  // namespace

rung_result modelled_gpu_rung(const profile_work& work, const gpu_choice& choice, const gpu_sources& sources,
                              const std::string& why, const std::string& kernel) {
  const gpu_datasheet sheet = load_gpu_datasheet(choice.model, sources.model_folder);
  const roofline_bound bound = *roofline(work, sheet.ceilings);
  gpu_result gpu;
  gpu.label = "modelled";
  gpu.precision = choice.precision;
  gpu.device = sheet.device;
  gpu.source = "roofline of the datasheet " + sheet.name;
  gpu.time_us = bound.time_us;
  take_bound(gpu, bound);
  gpu.time_basis = "modelled, least work over datasheet ceilings, bound by " + bound.ceiling;
  if (bound.basis == "assumption") gpu.time_basis += ", an assumption";
  gpu.counted_kernel = kernel;
  gpu.ceilings = sheet.ceilings;
  gpu.energy_bound_uj = sheet.power_limit_w * bound.time_us;
  gpu.energy_basis = fmt::format("upper bound at the modelled time, board power limit {:g} W x {:.4g} us; {}",
                                 sheet.power_limit_w, bound.time_us, sheet.power_source);
  rung_result entry;
  entry.rung = "gpu";
  entry.finding = why.empty() ? "" : "not measured: " + why;
  entry.gpu = std::move(gpu);
  return entry;
}

rung_result modelled_scan_rung(const scan_shape& shape, const scan_options& options, const scan_parts& parts,
                               const gpu_choice& choice, const gpu_sources& sources, const std::string& why) {
  std::string kernel;
  const profile_work work = scan_work_on(load_gpu_datasheet(choice.model, sources.model_folder), shape,
                                         options, parts, precision_of(choice), kernel);
  return modelled_gpu_rung(work, choice, sources, why, kernel);
}

namespace {

constexpr gpu_precision precisions[] = {gpu_precision::fp32, gpu_precision::fp16, gpu_precision::bf16,
                                        gpu_precision::int8};

profile_work work_of(const scan_trace& trace, gpu_precision precision) {
  const scan_tensors& tensors = trace.tensors;
  return scan_work(tensors.shape, tensors.options, parts_of(tensors), precision);
}

// What another profiler does to a time; "" for our own recorder.
const char* imported_from(const std::string& origin) {
  if (origin == "ncu") return ", imported from Nsight Compute (serialised replay)";
  if (origin == "nsys") return ", imported from Nsight Systems (traced)";
  if (origin == "pytorch") return ", imported from PyTorch's profiler (traced)";
  return "";
}

// What live and recorded have in common.
gpu_result measured_result(const gpu_profile& profile, const std::string& label, const std::string& source,
                           const profile_work& work) {
  gpu_result gpu;
  gpu.label = label;
  gpu.precision = profile.kernel.precision;
  gpu.device = profile.device.name;
  gpu.kernel = profile.kernel.name;
  gpu.source = source;
  const profile_metric& time = *profile.find_metric("time");
  gpu.time_us = time.value;
  gpu.time_low_us = time.low;
  gpu.time_high_us = time.high;
  gpu.time_basis = "measured, " + time.aggregation;
  gpu.time_basis += imported_from(profile.origin);
  gpu.energy = profile.energy;
  if (profile.energy) gpu.energy_basis = "measured, " + profile.energy->source;
  for (const profile_ceiling& ceiling : profile.ceilings)
    if (ceiling.basis == "measured") gpu.ceilings.push_back(ceiling);
  if (const auto bound = roofline(profile.work.value_or(work), gpu.ceilings, exp_way_of(profile.kernel)))
    take_bound(gpu, *bound);
  return gpu;
}

class gpu_rung {
 public:
  gpu_rung(const scan_trace& trace, const gpu_choice& choice, const gpu_sources& sources,
           const scan_output* reference)
      : trace_(trace), choice_(choice), sources_(sources), reference_(reference) {
    entry_.rung = "gpu";
  }

  rung_result run() {
    if (allows("live") && take_live()) return entry_;
    if (choice_.source == "live")
      throw tool_error("no GPU to measure on (" + why_ + "): choose --gpu recorded or modelled");
    if (allows("recorded") && take_recorded()) return entry_;
    if (choice_.source == "recorded")
      throw input_error("command line", "--gpu", "a source that knows this trace", "recorded (" + why_ + ")");
    const scan_tensors& tensors = trace_.tensors;
    return modelled_scan_rung(tensors.shape, tensors.options, parts_of(tensors), choice_, sources_, why_);
  }

 private:
  bool allows(const char* source) const { return choice_.source == "auto" || choice_.source == source; }
  void add_reason(const std::string& reason) { why_ += (why_.empty() ? "" : "; ") + reason; }
  bool take_live();
  bool take_recorded();
  void compare(const std::vector<float>& y, const std::vector<float>& h_last, const std::string& source);

  const scan_trace& trace_;
  const gpu_choice& choice_;
  const gpu_sources& sources_;
  const scan_output* reference_;
  rung_result entry_;
  std::string why_;  // better sources were not there
};

bool gpu_rung::take_live() {
  std::string why_not;
  const auto measured = sources_.measure(trace_, precision_of(choice_), why_not);
  if (!measured) {
    add_reason(why_not);
    return false;
  }
  entry_.gpu = measured_result(measured->profile, "live", "measured in this run",
                               work_of(trace_, precision_of(choice_)));
  compare(measured->outputs.y, measured->outputs.h_last, measured->profile.device.name);
  return true;
}

bool gpu_rung::take_recorded() {
  const std::vector<stored_profile> found =
      find_profiles(sources_.profile_folder, trace_.sha256, choice_.precision);
  if (found.empty()) {
    add_reason(
        fmt::format("no record of this trace at {} in {}", choice_.precision, sources_.profile_folder));
    return false;
  }
  std::set<std::string> devices;
  for (const stored_profile& one : found) devices.insert(one.profile.device.name);
  const stored_profile* stored = pick_profile(found, choice_.device);
  if (stored == nullptr)
    throw input_error("command line", "--gpu-device",
                      fmt::format("part of a recorded device's name: {}", fmt::join(devices, ", ")),
                      "'" + choice_.device + "'");
  entry_.gpu =
      measured_result(stored->profile, "recorded", stored->path, work_of(trace_, precision_of(choice_)));
  if (stored->profile.outputs) {
    const recorded_outputs outputs = load_recorded_outputs(*stored);
    compare(outputs.y, outputs.h_last, stored->path);
  } else {
    entry_.finding = "its outputs were not recorded";
  }
  devices.erase(stored->profile.device.name);
  if (!devices.empty())
    entry_.finding += fmt::format("{}also recorded on {} (--gpu-device)", entry_.finding.empty() ? "" : "; ",
                                  fmt::join(devices, ", "));
  return true;
}

void gpu_rung::compare(const std::vector<float>& y, const std::vector<float>& h_last,
                       const std::string& source) {
  entry_.outputs = {{"y", {}, y, {}, {}}};  // shapes are the caller's to add
  if (!h_last.empty()) entry_.outputs.push_back({"h_last", {}, h_last, {}, {}});
  if (reference_ == nullptr) return;
  const gpu_agreement agreement =
      compare_gpu_outputs(y, h_last, trace_, precision_of(choice_), *reference_, source);
  entry_.compared_with = "ref";
  entry_.agree = agreement.agree;
  entry_.finding = agreement.finding;
  entry_.gpu->comparison = agreement.figures;
}

}  // namespace

gpu_precision precision_of(const gpu_choice& choice) {
  return precision_named(choice.precision, "--gpu-precision");
}

gpu_precision precision_named(const std::string& name, const std::string& option) {
  for (const gpu_precision precision : precisions)
    if (name == precision_name(precision)) return precision;
  throw input_error("command line", option, "fp32, fp16, bf16 or int8", "'" + name + "'");
}

void check_gpu_choice(const gpu_choice& choice) {
  precision_of(choice);
  const std::set<std::string> known = {"auto", "live", "recorded", "modelled"};
  if (known.count(choice.source) == 0)
    throw input_error("command line", "--gpu", "auto, live, recorded or modelled", "'" + choice.source + "'");
  load_gpu_datasheet(choice.model, gpu_model_directory());
}

gpu_sources gpu_sources_here(const std::function<void(const std::string&)>& report) {
  gpu_sources sources;
  sources.profile_folder = gpu_profile_directory();
  sources.model_folder = gpu_model_directory();
  sources.measure = [report](const scan_trace& trace, gpu_precision precision,
                             std::string& why_not) -> std::optional<measured_call> {
    const std::unique_ptr<gpu_device> device = open_gpu_device(why_not);
    if (!device) return std::nullopt;
    return measure_call(*device, trace, precision, measure_protocol{}, report);
  };
  return sources;
}

rung_result run_gpu_rung(const scan_trace& trace, const gpu_choice& choice, const gpu_sources& sources,
                         const scan_output* reference) {
  check_measurable(trace, precision_of(choice));
  return gpu_rung(trace, choice, sources, reference).run();
}

rung_result run_gpu_rung(const operator_case& call, const gpu_choice& choice, const gpu_sources& sources,
                         const std::vector<named_reals>* reference) {
  if (const scan_trace* trace = call.kernel_call()) {
    if (reference == nullptr) return run_gpu_rung(*trace, choice, sources, nullptr);
    const scan_output output{reference->at(0).values, reference->at(1).values};
    return run_gpu_rung(*trace, choice, sources, &output);
  }
  const std::string why = "there is no kernel of operator " + call.facts().operator_name;
  if (choice.source == "live" || choice.source == "recorded")
    throw input_error("command line", "--gpu", "modelled or auto (" + why + ")", "'" + choice.source + "'");
  return modelled_gpu_rung(work_of(call.work(), precision_of(choice)), choice, sources, why);
}

}  // namespace scansim
