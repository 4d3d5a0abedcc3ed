// A traced call that kernels take, as recorder and gpu rung see it: what it is, at which precisions it runs,
// how it is prepared on a device, its outputs as tensors. One class an operator, in gpu_call.cpp. Contract:
// holds the call (a scan_trace is referred to and must outlive it); check() throws input_error, naming the
// trace, where no kernel serves the precision.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/cuda/measure/gpu_device.h"
#include "host/gpu_profile/gpu_profile.h"
#include "traces/scan_trace.h"
#include "traces/trace.h"

namespace scansim {

struct gpu_output {
  std::string name;
  std::vector<int64_t> shape;
};

class gpu_call {
 public:
  virtual ~gpu_call() = default;
  virtual const std::string& path() const = 0;
  virtual const std::string& sha256() const = 0;
  virtual profile_trace described() const = 0;  // path and checksum too
  // Whether the operator has a kernel of the precision at all.
  virtual bool serves(gpu_precision) const { return true; }
  virtual void check(gpu_precision precision) const = 0;
  virtual std::unique_ptr<gpu_kernel> prepare(gpu_device& device, gpu_precision precision,
                                              int buffer_sets) const = 0;
  virtual std::vector<gpu_output> outputs() const = 0;  // y, then the state, if there is one
  virtual profile_work work(gpu_precision precision) const = 0;
};

// nullptr: there is no kernel of the operator.
std::unique_ptr<gpu_call> gpu_call_of(const trace& given);
std::unique_ptr<gpu_call> gpu_call_of(const scan_trace& given);
// Throws input_error for a trace that does not load or has no kernel.
std::unique_ptr<gpu_call> load_gpu_call(const std::string& path);

}  // namespace scansim
