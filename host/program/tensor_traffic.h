// Bytes that a call moves, tensor by tensor, and their sums.
//   read_bytes, written_bytes: across the memory port;   compulsory_bytes: what any machine has to move
// Contract: sum_of is the one place that adds them up: for programs, for results, for reports.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace scansim {

struct tensor_traffic {
  std::string tensor;
  uint64_t read_bytes = 0, written_bytes = 0, compulsory_bytes = 0;
};

inline tensor_traffic sum_of(std::span<const tensor_traffic> tensors) {
  tensor_traffic sum{"sum", 0, 0, 0};
  for (const tensor_traffic& one : tensors) {
    sum.read_bytes += one.read_bytes;
    sum.written_bytes += one.written_bytes;
    sum.compulsory_bytes += one.compulsory_bytes;
  }
  return sum;
}

}  // namespace scansim
