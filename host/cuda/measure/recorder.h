// Records traces on a GPU: measures every trace at every precision and leaves, per pair, the profile
// <out>/<trace stem>-<sha256, first 12>-<precision>.json and the outputs beside it (.outputs.safetensors:
// y, h_last as F32, metadata trace_sha256). Contract: plan_records() checks everything that was given
// without touching a device or a file; record() writes new files only, each whole, the profile last, so a
// profile always has its outputs. A record that exists is never replaced: delete it to record again.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/cuda/measure/measure_call.h"

namespace scansim {

struct record_request {
  std::vector<std::string> traces;
  std::vector<gpu_precision> precisions = {gpu_precision::fp32};
  std::string out;  // the device's folder
  measure_protocol protocol;
};

struct planned_record {
  std::string trace, trace_sha256;
  gpu_precision precision = gpu_precision::fp32;
  std::string profile_path, outputs_path;
};

// Throws input_error: a trace that does not load or that no kernel serves, the same trace twice, a folder
// that cannot be written, a record that is already there.
std::vector<planned_record> plan_records(const record_request& request);

struct record_hooks {
  std::function<void(const std::string&)> progress;                         // what is going on
  std::function<void(const planned_record&, const gpu_profile&)> recorded;  // a record is complete
  std::function<std::shared_ptr<void>()> hold_interrupts;  // lives while the two files are written
};

// Returns how many records were written. Throws tool_error (device, disk) and input_error (a trace that
// changed since it was planned); the records before it stay.
int record(gpu_device& device, const record_request& request, const std::vector<planned_record>& plan,
           const record_hooks& hooks = {});

}  // namespace scansim
