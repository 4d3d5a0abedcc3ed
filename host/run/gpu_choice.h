// Which GPU the gpu rung shall speak of, as the user chose it.
#pragma once
#include <string>

namespace scansim {

struct gpu_choice {
  std::string source = "auto";     // auto, live, recorded or modelled
  std::string model = "h100-sxm";  // datasheet of the modelled gpu
  std::string precision = "fp32";
  std::string device;  // part of the name of the recorded device; empty: the first
};

}  // namespace scansim
