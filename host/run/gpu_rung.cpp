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
  const double bytes = activations_of(precision) == gpu_precision::fp32 ? 4
                       : precision == gpu_precision::int8               ? 1
                                                                        : 2;
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

// What differs from operator to operator.
struct rung_subject {
  const gpu_call& call;
  std::function<gpu_agreement(const gpu_outputs&, const std::string& source)>
      compare;  // empty: ref did not run
  std::function<rung_result(const std::string& why)> modelled;
};

class gpu_rung {
 public:
  gpu_rung(const rung_subject& subject, const gpu_choice& choice, const gpu_sources& sources)
      : subject_(subject), choice_(choice), sources_(sources) {
    entry_.rung = "gpu";
  }

  rung_result run() {
    if (allows("live") && take_live()) return entry_;
    if (choice_.source == "live")
      throw tool_error("no GPU to measure on (" + why_ + "): choose --gpu recorded or modelled");
    if (allows("recorded") && take_recorded()) return entry_;
    if (choice_.source == "recorded")
      throw input_error("command line", "--gpu", "a source that knows this trace", "recorded (" + why_ + ")");
    return subject_.modelled(why_);
  }

 private:
  bool allows(const char* source) const { return choice_.source == "auto" || choice_.source == source; }
  void add_reason(const std::string& reason) { why_ += (why_.empty() ? "" : "; ") + reason; }
  bool take_live();
  bool take_recorded();
  void compare(const gpu_outputs& outputs, const std::string& source);

  const rung_subject& subject_;
  const gpu_choice& choice_;
  const gpu_sources& sources_;
  rung_result entry_;
  std::string why_;  // better sources were not there
};

bool gpu_rung::take_live() {
  std::string why_not;
  const auto measured = sources_.measure(subject_.call, precision_of(choice_), why_not);
  if (!measured) {
    add_reason(why_not);
    return false;
  }
  entry_.gpu = measured_result(measured->profile, "live", "measured in this run",
                               subject_.call.work(precision_of(choice_)));
  compare(measured->outputs, measured->profile.device.name);
  return true;
}

bool gpu_rung::take_recorded() {
  const std::vector<stored_profile> found =
      find_profiles(sources_.profile_folder, subject_.call.sha256(), choice_.precision);
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
      measured_result(stored->profile, "recorded", stored->path, subject_.call.work(precision_of(choice_)));
  if (stored->profile.outputs) {
    recorded_outputs outputs = load_recorded_outputs(*stored);
    compare({std::move(outputs.y), std::move(outputs.h_last)}, stored->path);
  } else {
    entry_.finding = "its outputs were not recorded";
  }
  devices.erase(stored->profile.device.name);
  if (!devices.empty())
    entry_.finding += fmt::format("{}also recorded on {} (--gpu-device)", entry_.finding.empty() ? "" : "; ",
                                  fmt::join(devices, ", "));
  return true;
}

void gpu_rung::compare(const gpu_outputs& outputs, const std::string& source) {
  const std::vector<gpu_output> named = subject_.call.outputs();
  entry_.outputs = {{named[0].name, {}, outputs.y, {}, {}}};  // shapes are the caller's to add
  if (!outputs.h_last.empty()) entry_.outputs.push_back({named[1].name, {}, outputs.h_last, {}, {}});
  if (!subject_.compare) return;
  const gpu_agreement agreement = subject_.compare(outputs, source);
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
  for (const gpu_precision precision : record_precisions)
    if (name == precision_name(precision)) return precision;
  throw input_error("command line", option, precision_names(), "'" + name + "'");
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
  sources.measure = [report](const gpu_call& call, gpu_precision precision,
                             std::string& why_not) -> std::optional<measured_call> {
    const std::unique_ptr<gpu_device> device = open_gpu_device(why_not);
    if (!device) return std::nullopt;
    return measure_call(*device, call, precision, measure_protocol{}, report);
  };
  return sources;
}

rung_result run_gpu_rung(const scan_trace& trace, const gpu_choice& choice, const gpu_sources& sources,
                         const scan_output* reference) {
  const std::unique_ptr<gpu_call> call = gpu_call_of(trace);
  const gpu_precision precision = precision_of(choice);
  call->check(precision);
  rung_subject subject{*call, nullptr, [&](const std::string& why) {
                         const scan_tensors& tensors = trace.tensors;
                         return modelled_scan_rung(tensors.shape, tensors.options, parts_of(tensors), choice,
                                                   sources, why);
                       }};
  if (reference != nullptr)
    subject.compare = [&](const gpu_outputs& outputs, const std::string& source) {
      return compare_gpu_outputs(outputs.y, outputs.h_last, trace, precision, *reference, source);
    };
  return gpu_rung(subject, choice, sources).run();
}

rung_result run_gpu_rung(const operator_case& call, const gpu_choice& choice, const gpu_sources& sources,
                         const std::vector<named_reals>* reference) {
  if (const scan_trace* trace = call.kernel_call()) {
    if (reference == nullptr) return run_gpu_rung(*trace, choice, sources, nullptr);
    const scan_output output{reference->at(0).values, reference->at(1).values};
    return run_gpu_rung(*trace, choice, sources, &output);
  }
  const gpu_precision precision = precision_of(choice);
  const trace* given = call.kernel_trace();
  const std::unique_ptr<gpu_call> kernels = given != nullptr ? gpu_call_of(*given) : nullptr;
  const bool serves = kernels && kernels->serves(precision);
  const std::string why = fmt::format("there is no {}kernel of operator {}",
                                      kernels && !serves ? "int8 " : "", call.facts().operator_name);
  if (!serves && (choice.source == "live" || choice.source == "recorded"))
    throw input_error("command line", "--gpu", "modelled or auto (" + why + ")", "'" + choice.source + "'");
  if (!serves)
    return modelled_gpu_rung(kernels ? kernels->work(precision) : work_of(call.work(), precision), choice,
                             sources, why);
  kernels->check(precision);
  rung_subject subject{*kernels, nullptr, [&](const std::string& reason) {
                         return modelled_gpu_rung(kernels->work(precision), choice, sources, reason);
                       }};
  if (reference != nullptr)
    subject.compare = [&](const gpu_outputs& outputs, const std::string& source) {
      return compare_gpu_call(outputs, *given, precision, *reference, source);
    };
  return gpu_rung(subject, choice, sources).run();
}

}  // namespace scansim
