// What one operator of a layer multiplies on the gemm, by the name of its weights (in_proj, backward.x_proj,
// ...):
//   macs: products of weights;   mac_slots: places for them, of which gemm_nm fills one row a cycle
// Contract: sums over products are the counters gemm_nm.macs and gemm_nm.mac_slots of the program's run.
#pragma once
#include <cstdint>
#include <string>

namespace scansim {

struct operator_product {
  std::string name;
  uint64_t macs = 0, mac_slots = 0, weight_bytes = 0;
};

}  // namespace scansim
