// Ceilings of a GPU from its datasheet: models/gpu/<name>.yaml with device, compute_capability,
// multiprocessors, every ceiling of ceiling_units (gpu_profile.h; unit_rate is the special function units
// alone, a fma is 2 flop) and power_limit (W, of the board), each of these with value, unit and source. A
// source that begins with "assumption:" is one, and the ceiling's basis says so. cuda_names, a list that may
// be left out, are the device's names for CUDA's runtime, which is what profiles have. Contract: all other
// keys, nothing else, values > 0; else input_error naming file and field. A datasheet says what a device
// might reach; for what one did reach, read a profile.
#pragma once
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct gpu_datasheet {
  std::string name;                // "h100-sxm"
  std::string device;              // "NVIDIA H100 SXM5 80GB"
  std::string compute_capability;  // "9.0"
  int multiprocessors = 0;
  std::vector<profile_ceiling> ceilings;  // in the order of ceiling_units; basis "datasheet" or "assumption"
  double power_limit_w = 0;
  std::string power_source;
  std::vector<std::string> cuda_names;
};

std::vector<std::string> list_gpu_datasheets(const std::string& folder);
// `name_or_path`: a name of the list, or a path that ends in .yaml.
gpu_datasheet load_gpu_datasheet(const std::string& name_or_path, const std::string& folder);

}  // namespace scansim
