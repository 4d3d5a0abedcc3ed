// An operator_case that also runs itself on a machine and says what its program moves. Contract: one
// descriptor walk of the whole call per run_on; the same for every rung.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/operators/operator_case.h"
#include "host/operators/operator_list.h"
#include "host/program/program_driver.h"

namespace scansim {

struct machine_result : program_result {
  std::string state_sha256;  // of the outputs behind y; empty: there is none
};

class machine_case : public operator_case {
 public:
  virtual machine_result run_on(device& machine, const compile_options& options) = 0;
  // By tensor; read and written are 0 where only the compulsory bytes are known.
  virtual std::vector<tensor_traffic> traffic(const compile_options& options) = 0;
};

// Reads the trace, of whichever of the operators.
std::unique_ptr<machine_case> load_case(const std::string& trace_path, const design_point& point,
                                        operator_rows operators = operator_list());

std::unique_ptr<machine_case> make_scan_case(scan_trace trace, const design_point& point);

}  // namespace scansim
