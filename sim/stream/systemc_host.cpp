#define SC_INCLUDE_DYNAMIC_PROCESSES
#include "sim/stream/systemc_host.h"

namespace scansim {
namespace {

// A thread of SystemC. Kernel time stands still: a resumed process runs in the next delta cycle.
class systemc_process final : public process {
 public:
  systemc_process() { running_ = this; }
  void suspend() override { wait_for(event_); }
  void resume() override { event_.notify(sc_core::SC_ZERO_TIME); }
  void yield() override {
    sc_core::wait(sc_core::SC_ZERO_TIME);
    running_ = this;
  }
  void wait_for(sc_core::sc_event& event) {
    sc_core::wait(event);
    running_ = this;
  }

 private:
  sc_core::sc_event event_;
};

}  // namespace

class systemc_host::block_module : public sc_core::sc_module {
 public:
  block_module(const sc_core::sc_module_name& name, block_process& block, systemc_host& host)
      : sc_module(name), block_(block), host_(host) {
    for (size_t number = 0; number < block.processes(); ++number)
      sc_core::sc_spawn([this, number] { thread(number); }, ("process_" + std::to_string(number)).c_str());
  }

 private:
  void thread(size_t number) {
    systemc_process self;
    for (int64_t done = 0;; done = host_.runs_) {
      // The event of the first run is over before the threads begin.
      while (done == host_.runs_) self.wait_for(host_.start_);
      block_.run_process(number);
    }
  }

  block_process& block_;
  systemc_host& host_;
};

systemc_host::systemc_host() = default;
systemc_host::~systemc_host() = default;

void systemc_host::add(block_process& block) {
  modules_.push_back(std::make_unique<block_module>(block.name().c_str(), block, *this));
}

void systemc_host::run() {
  ++runs_;
  start_.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
}

}  // namespace scansim
