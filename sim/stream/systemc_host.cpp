#define SC_INCLUDE_DYNAMIC_PROCESSES
#include "sim/stream/systemc_host.h"

#include "sim/stream/fiber_group.h"

namespace scansim {

class systemc_host::block_module : public sc_core::sc_module {
 public:
  block_module(const sc_core::sc_module_name& name, systemc_host& host)
      : sc_module(name), host_(host), group_([this] { ready_.notify(); }) {}

  // The thread of a module with processes to run; those beside another have none.
  void add(block_process& block) {
    group_.add(block);
    if (has_thread_) return;
    has_thread_ = true;
    sc_core::sc_spawn([this] { thread(); }, (std::string(basename()) + "_processes").c_str());
  }
  void begin() { ready_.notify(sc_core::SC_ZERO_TIME); }

 private:
  // Kernel time stands still: a process that another thread makes ready runs in the same delta cycle.
  void thread() {
    for (int64_t run = 0;;) {
      if (run != host_.runs_) {
        run = host_.runs_;
        group_.start();
      }
      group_.run() ? sc_core::wait(sc_core::SC_ZERO_TIME) : sc_core::wait(ready_);
    }
  }

  systemc_host& host_;
  sc_core::sc_event ready_;
  fiber_group group_;
  bool has_thread_ = false;
};

// A warning is a fault of this program, and would stand between what it prints.
systemc_host::systemc_host() {
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
}
systemc_host::~systemc_host() = default;

void systemc_host::add(block_process& block, const block_process* beside) {
  modules_.push_back(std::make_unique<block_module>(block.name().c_str(), *this));
  block_module* runs = beside == nullptr ? modules_.back().get() : module_of_.at(beside);
  runs->add(block);
  module_of_[&block] = runs;
}

void systemc_host::run() {
  ++runs_;
  for (const auto& module : modules_) module->begin();
  sc_core::sc_start();
}

}  // namespace scansim
