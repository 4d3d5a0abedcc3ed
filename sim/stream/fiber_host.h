// fiber_host: the processes of blocks as fibers of the calling thread, without SystemC: any number in one
// process of the operating system, one for each thread at a time. The rung `fast`.
// Contract: process_host.h.
#pragma once
#include "sim/stream/fiber_group.h"
#include "sim/stream/process_host.h"

namespace scansim {

class fiber_host final : public process_host {
 public:
  void add(block_process& block, const block_process* = nullptr) override { group_.add(block); }
  void run() override {
    group_.start();
    while (group_.run()) {
    }
  }

 private:
  fiber_group group_;
};

}  // namespace scansim
