// systemc_host: blocks as SystemC modules of their names, with a SystemC thread for each. In it the processes
// of the block take turns as fibers (fiber_group.h), and those of a block that was added beside it: an entry
// that they hand over costs no turn of SystemC's scheduler, which would be a quarter of a run. The rung
// `systemc`.
// Contract: at most one per process of the operating system, because SystemC elaborates once; blocks are
// added before the first run. Threads of the same simulation that are no blocks are not its business.
#pragma once
#include <map>
#include <memory>
#include <systemc>
#include <vector>

#include "sim/stream/process_host.h"

namespace scansim {

class systemc_host final : public process_host {
 public:
  systemc_host();
  ~systemc_host() override;
  void add(block_process& block, const block_process* beside = nullptr) override;
  void run() override;

 private:
  class block_module;
  int64_t runs_ = 0;
  std::vector<std::unique_ptr<block_module>> modules_;
  std::map<const block_process*, block_module*> module_of_;  // whose thread runs it
};

}  // namespace scansim
