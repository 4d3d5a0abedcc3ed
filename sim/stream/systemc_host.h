// systemc_host: blocks as SystemC modules of their names, their processes as SystemC threads. The rung
// `systemc`.
// Contract: at most one per process of the operating system, because SystemC elaborates once; blocks are
// added before the first run. Threads of the same simulation that are no blocks are not its business.
#pragma once
#include <memory>
#include <systemc>
#include <vector>

#include "sim/stream/process_host.h"

namespace scansim {

class systemc_host final : public process_host {
 public:
  systemc_host();
  ~systemc_host() override;
  void add(block_process& block) override;
  void run() override;

 private:
  class block_module;
  sc_core::sc_event start_;
  int64_t runs_ = 0;
  std::vector<std::unique_ptr<block_module>> modules_;
};

}  // namespace scansim
