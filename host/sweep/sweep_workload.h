// Workloads of a sweep file: scans of published or given shapes, several lengths at once, or those of a
// trace, of which only the form counts: time depends on no value; networks
// (network_workload.h); calls of operators (operator_workload.h).
#pragma once
#include <yaml-cpp/yaml.h>

#include "host/sweep/sweep_spec.h"

namespace scansim {

std::vector<sweep_workload> read_workloads(const YAML::Node& list, const std::string& file,
                                           const std::string& folder);

}  // namespace scansim
