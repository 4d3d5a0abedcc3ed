#include "models/configs/data_directory.h"

#include <cstdlib>
#include <filesystem>

namespace scansim {
namespace {

namespace fs = std::filesystem;

// Links are followed: of the program, so that one in a folder of links finds its data too, and of the data.
std::string beside_program() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  return fs::weakly_canonical(program.parent_path() / "../share/scansim", failed).string();
}

}  // namespace

std::string data_directory() {
  const char* moved = std::getenv("SCANSIM_DATA");
  if (moved != nullptr && *moved != '\0') return moved;
  static const std::string found = beside_program();
  return found;
}

std::string config_directory() { return data_directory() + "/models/configs"; }
std::string workload_directory() { return data_directory() + "/models/workloads"; }
std::string energy_directory() { return data_directory() + "/models/energy"; }
std::string area_directory() { return data_directory() + "/models/area"; }
std::string memory_directory() { return data_directory() + "/sim/mem/parameters"; }
std::string gpu_model_directory() { return data_directory() + "/models/gpu"; }
std::string gpu_profile_directory() { return data_directory() + "/traces/gpu"; }
std::string rtl_directory() { return data_directory() + "/rtl"; }

}  // namespace scansim
