// Ceilings of a GPU from its datasheet: models/gpu/<name>.yaml with device, copy_bandwidth (byte/s), exp_rate
// (exp/s, special function units alone), float32_rate (flop/s, an fma is 2) and power_limit (W, of the
// board), each with value, unit and source. Contract: all keys, nothing else, values > 0; else input_error
// naming file and field. A datasheet says what a device might reach; for what one did reach, read a profile.
#pragma once
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct gpu_datasheet {
  std::string name;                       // "h100-sxm"
  std::string device;                     // "NVIDIA H100 SXM5 80GB"
  std::vector<profile_ceiling> ceilings;  // copy_bandwidth, exp_rate, float32_rate; basis "datasheet"
  double power_limit_w = 0;
  std::string power_source;
};

std::vector<std::string> list_gpu_datasheets(const std::string& folder);
// `name_or_path`: a name of the list, or a path that ends in .yaml.
gpu_datasheet load_gpu_datasheet(const std::string& name_or_path, const std::string& folder);

}  // namespace scansim
