// Where the files that the programs read at run time are: design points, networks, cost tables, GPU
// datasheets and recorded GPU profiles, RTL sources, the runner of the synthesis tool. They are found from
// the program's own place, <program's folder>/../share/scansim: of an installation a folder with copies, of a
// build folder a link to the source tree. The environment variable SCANSIM_DATA names another root with the
// same folders.
#pragma once
#include <string>

namespace scansim {

std::string data_directory();         // the root: $SCANSIM_DATA if set and not empty, else beside the program
std::string config_directory();       // <root>/models/configs
std::string workload_directory();     // <root>/models/workloads
std::string energy_directory();       // <root>/models/energy
std::string area_directory();         // <root>/models/area
std::string memory_directory();       // <root>/sim/mem/parameters
std::string gpu_model_directory();    // <root>/models/gpu
std::string gpu_profile_directory();  // <root>/traces/gpu
std::string rtl_directory();          // <root>/rtl

}  // namespace scansim
