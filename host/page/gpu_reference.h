// What a GPU would take for the workloads of a sweep, as its page shows it: a line beside the machine's
// roofline, with the label of where its time is from, and never a point of the front.
//   time = sum over workloads of weight * time of the gpu rung (host/run/gpu_rung.h)
// Contract: recorded where a workload is a trace that has a record, else modelled; nothing is measured for a
// page. A network has no GPU time: then there is no line, and why. Errors: input_error for a record that was
// asked for and is not there, or cannot be read.
#pragma once
#include <string>

#include "host/run/gpu_rung.h"
#include "host/sweep/sweep_spec.h"

namespace scansim {

struct gpu_reference {
  std::string label;  // recorded, modelled, or "recorded, modelled" of several workloads
  std::string device, precision, basis;
  double time_s = 0;
  std::string why_not;  // no line; else empty
};

// The records and datasheets of this program; nothing live.
gpu_sources page_gpu_sources();

// `spec.reference` is there.
gpu_reference reference_of(const sweep_spec& spec, const gpu_sources& sources = page_gpu_sources());

}  // namespace scansim
