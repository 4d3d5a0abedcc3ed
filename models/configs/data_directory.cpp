#include "models/configs/data_directory.h"

#include <cstdlib>

namespace scansim {

std::string data_directory() {
  const char* moved = std::getenv("SCANSIM_DATA");
  return moved != nullptr && *moved != '\0' ? moved : SCANSIM_DATA_DIR;
}

std::string config_directory() { return data_directory() + "/models/configs"; }
std::string energy_directory() { return data_directory() + "/models/energy"; }
std::string gpu_model_directory() { return data_directory() + "/models/gpu"; }
std::string gpu_profile_directory() { return data_directory() + "/traces/gpu"; }
std::string rtl_directory() { return data_directory() + "/rtl"; }

}  // namespace scansim
