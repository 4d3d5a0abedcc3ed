// What a page shows of a sweep's point beside its results, from its rows, workloads summed by weight: energy
// and cycles by block, the roofs of its machine, what bounds it. Contract: every workload of the point has a
// row that is ok.
#pragma once
#include <map>
#include <string>

#include "host/sweep/point_costs.h"
#include "host/sweep/sweep_front.h"
#include "sim/mem/memory_bandwidth.h"

namespace scansim {

struct block_cycles {
  double busy = 0, wait_in = 0, wait_out = 0;  // the rest of the point's cycles: idle
};

struct point_detail {
  std::map<std::string, double> energy_j;  // by block, nominal
  double energy_low_j = 0, energy_high_j = 0;
  std::map<std::string, block_cycles> cycles;
  double state_updates = 0;                             // that the workloads need
  double peak_updates_per_s = 0, peak_bytes_per_s = 0;  // of the array; of the memory in both directions
  std::string bound;                                    // "compute"; "read, latency" where workloads differ
};

// Reads memory models and cost tables once for all points that share them.
class point_details {
 public:
  point_details(const sweep_spec& spec, const stored_rows& store) : spec_(spec), store_(store) {}
  point_detail of(const sweep_point& point);

 private:
  const memory_bandwidth& bandwidth(const design_point& design);

  const sweep_spec& spec_;
  const stored_rows& store_;
  std::map<std::string, memory_bandwidth> bandwidths_;
  point_costs costs_;
};

}  // namespace scansim
