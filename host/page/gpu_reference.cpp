#include "host/page/gpu_reference.h"

#include <filesystem>
#include <set>

#include "host/gpu_profile/scan_work.h"
#include "host/operators/operator_list.h"
#include "host/sweep/operator_workload.h"
#include "models/configs/data_directory.h"

namespace scansim {
namespace {

constexpr double seconds_of_us = 1e-6;

rung_result gpu_rung_of(const sweep_workload& workload, const sweep_spec& spec, const gpu_sources& sources) {
  const gpu_choice& choice = *spec.reference;
  const gpu_precision precision = precision_of(choice);
  if (!workload.trace.empty() && choice.source != "modelled") {
    const std::filesystem::path path = std::filesystem::path(spec.root) / workload.trace;
    return run_gpu_rung(load_scan_trace(path.lexically_normal().string()), choice, sources, nullptr);
  }
  const std::string why = "no trace, so no record";
  if (workload.call) {
    const std::unique_ptr<call> one = drawn_call(*workload.call);
    return modelled_gpu_rung(work_of(row_of(*one).work(*one), precision), choice, sources, why);
  }
  const scan_form& form = workload.form;
  const scan_parts parts{
      .d = form.has_d, .z = form.has_z, .delta_bias = form.has_delta_bias, .h0 = form.has_h0};
  return modelled_scan_rung(form.shape, form.options, parts, choice, sources, why);
}

void join(std::string& all, const std::set<std::string>& values) {
  for (const std::string& one : values) all += (all.empty() ? "" : ", ") + one;
}

}  // namespace

gpu_sources page_gpu_sources() {
  gpu_sources sources;
  sources.measure = [](const gpu_call&, gpu_precision, std::string& why_not) {
    why_not = "a page measures nothing";
    return std::optional<measured_call>();
  };
  sources.profile_folder = data_directory() + "/traces/gpu";
  sources.model_folder = data_directory() + "/models/gpu";
  return sources;
}

gpu_reference reference_of(const sweep_spec& spec, const gpu_sources& sources) {
  gpu_reference reference;
  std::set<std::string> labels, devices, bases;
  for (const sweep_workload& workload : spec.workloads) {
    if (workload.network) {
      reference.why_not = "nothing is known of a GPU's run of a whole network (" + workload.name + ")";
      return reference;
    }
    const gpu_result gpu = *gpu_rung_of(workload, spec, sources).gpu;
    labels.insert(gpu.label), devices.insert(gpu.device), bases.insert(gpu.time_basis);
    reference.precision = gpu.precision;
    reference.time_s += workload.weight * gpu.time_us * seconds_of_us;
  }
  join(reference.label, labels), join(reference.device, devices), join(reference.basis, bases);
  return reference;
}

}  // namespace scansim
