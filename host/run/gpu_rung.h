// The gpu rung: what is known of a GPU's run of the trace, from the best source there is: live, a measurement
// in this run; else recorded, a profile under traces/gpu/ found by the trace's checksum and the precision;
// else modelled, the roofline of a datasheet. An operator without a kernel is always modelled, from the least
// work of its call. Contract: one source per result, named by its label; outputs are compared with ref where
// both exist; the machine's rungs are never compared with it.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "host/cuda/measure/measure_call.h"
#include "host/gpu_profile/gpu_profile.h"
#include "host/gpu_profile/scan_work.h"
#include "host/operators/operator_case.h"
#include "host/report/run_result.h"
#include "host/run/gpu_choice.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/scan_trace.h"

namespace scansim {

// Throws input_error naming the option.
void check_gpu_choice(const gpu_choice& choice);
gpu_precision precision_of(const gpu_choice& choice);
// `option` is what the user typed it behind.
gpu_precision precision_named(const std::string& name, const std::string& option);

struct gpu_sources {
  // A measurement on this computer's GPU, or nothing and the reason.
  std::function<std::optional<measured_call>(const gpu_call&, gpu_precision, std::string& why_not)> measure;
  std::string profile_folder, model_folder;
};
// The first CUDA device, <data>/traces/gpu and <data>/models/gpu. `report` is told what a measurement does.
gpu_sources gpu_sources_here(const std::function<void(const std::string&)>& report);

// `reference`: ref on the trace, or nullptr if it does not run. Throws tool_error if a GPU was asked for and
// there is none, or it fails; input_error if a record was asked for and there is none, or one is broken.
rung_result run_gpu_rung(const scan_trace& trace, const gpu_choice& choice, const gpu_sources& sources,
                         const scan_output* reference);

// The modelled one of any call that takes so much work. `why`: why it is not measured; `kernel`: whose counts
// are in the work, empty if no kernel's.
rung_result modelled_gpu_rung(const profile_work& work, const gpu_choice& choice, const gpu_sources& sources,
                              const std::string& why, const std::string& kernel = "");
// Of a scan: the kernel that would run on the device of the datasheet is known, and what its code issues.
rung_result modelled_scan_rung(const scan_shape& shape, const scan_options& options, const scan_parts& parts,
                               const gpu_choice& choice, const gpu_sources& sources, const std::string& why);
// A kernel at that precision moves every tensor in it, whatever the machine's number formats.
profile_work work_of(const least_work& work, gpu_precision precision);

// The same of any operator: of its kernel's call if it has one. Throws input_error if another source than the
// model was asked for and the operator has no kernel.
rung_result run_gpu_rung(const operator_case& call, const gpu_choice& choice, const gpu_sources& sources,
                         const std::vector<named_reals>* reference);

}  // namespace scansim
