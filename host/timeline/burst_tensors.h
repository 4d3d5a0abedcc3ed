// burst_tensors: whose bytes a burst on the memory port moves, by its address and direction, from the program
// alone: the regions of scan descriptors under the names of the trace (u, delta, z, B, C, A, "D, delta_bias",
// h0, y, h_last), those of a set, loads, stores and parameters under the names that the program gave them,
// lists of descriptors as "descriptors". Contract: where two names share bytes in one direction, one of them
// is told; nullptr for an address that no descriptor names. It counts nothing (tensor_traffic.h does).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/program/program.h"
#include "models/configs/design_point.h"

namespace scansim {

class burst_tensors {
 public:
  burst_tensors() = default;
  burst_tensors(const program& p, const design_point& point);

  const std::string* read_at(uint64_t address) const { return name_at(reads_, address); }
  const std::string* written_at(uint64_t address) const { return name_at(writes_, address); }

 private:
  struct region {
    uint64_t first, end;
    size_t name;
  };
  static std::vector<region> apart(std::vector<region> regions);
  const std::string* name_at(const std::vector<region>& regions, uint64_t address) const;

  std::vector<std::string> names_;
  std::vector<region> reads_, writes_;  // by their first byte
};

}  // namespace scansim
