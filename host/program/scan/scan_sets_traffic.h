// What the program of a scan_sets call moves, under the names of the call's tensors: `delta.1` of a set's
// own, `delta` of all sets'.
//   compulsory bytes: u, z and every weight once, y once, the last state of every set; h0 of sets that have
//   one
#pragma once
#include <string>
#include <vector>

#include "host/program/tensor_traffic.h"
#include "models/configs/design_point.h"
#include "traces/calls/scan_sets_view.h"

namespace scansim {

inline constexpr const char* token_lists_name = "token lists";

class sets_traffic {
 public:
  sets_traffic(const scan_sets_call& call, const design_point& point) : call_(call), point_(point) {}

  // Of set k; the tensor's name as of a scan (scan_traffic.h).
  void add(size_t k, const tensor_traffic& one);
  std::string name_of(const std::string& tensor, size_t k) const;
  // Each tensor of the call once, at the width that the machine has for it.
  std::vector<tensor_traffic> finish();

 private:
  tensor_traffic& entry(const std::string& name);
  void require(const std::string& name, uint64_t bytes);
  void require_weights(const std::string& suffix, const set_tensors& t, uint64_t operand);

  const scan_sets_call& call_;
  design_point point_;
  std::vector<tensor_traffic> traffic_;
};

}  // namespace scansim
