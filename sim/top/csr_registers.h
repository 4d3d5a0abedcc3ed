// csr_registers: the machine's CSRs as the host sees them (sim/README.md, section 6). A write of 1 to CONTROL
// runs the descriptors to their end before it returns, so STATUS.busy is never seen here; who needs it (the
// driver's device) runs this in another process. Unknown addresses read 0 and ignore writes.
#pragma once
#include <functional>

#include "hls/map/parameter_map.h"
#include "sim/top/machine.h"

namespace scansim {

class csr_registers {
 public:
  // `run`: executes descriptors (address, count) and returns the result; called by a write to CONTROL.
  using run_function = std::function<machine_run(uint64_t first_descriptor, uint32_t count)>;

  csr_registers(const design_point& point, run_function run);
  void write(uint32_t address, uint32_t value);
  uint32_t read(uint32_t address) const;

 private:
  uint32_t status() const;

  parameter_values parameters_;
  run_function run_;
  uint32_t desc_addr_lo_ = 0, desc_addr_hi_ = 0, desc_count_ = 0;
  bool done_ = false;
  machine_run result_;
};

}  // namespace scansim
