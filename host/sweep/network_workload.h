// A whole network as a workload of a sweep: one phase of it, every layer that a machine can run, or its scans
// alone. Contract: points are comparable: layers that no machine runs are left out of every point, and a
// point that refuses one of the others is refused. Time of a layer: host/network.
#pragma once
#include <yaml-cpp/yaml.h>

#include "host/network/network_run.h"
#include "host/sweep/point_row.h"
#include "host/sweep/sweep_spec.h"

namespace scansim {

struct network_workload {
  network_spec spec;
  network_phase phase = network_phase::prefill;
  int64_t length = 0, batch = 1;
  bool scans_alone = false;
};

std::vector<std::string> network_workload_keys();

// Fills name, identity and tokens. `where` names the entry of the sweep file; length 0: the network's own.
sweep_workload read_network_workload(const YAML::Node& map, const std::string& file,
                                     const std::string& folder, const std::string& where, int64_t length);

// Cycles, counters and compulsory bytes of the row; input_error for a point that refuses a layer.
void run_network_workload(const network_workload& workload, const design_point& point, uint64_t memory_seed,
                          point_row& row);

// The command that tells the same, layer kind by layer kind.
std::string network_command(const network_workload& workload);

}  // namespace scansim
