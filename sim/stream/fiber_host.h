// fiber_host: the processes of blocks as fibers of the calling thread, without SystemC: any number in one
// process of the operating system, one for each thread at a time. The rung `fast`.
// Contract: process_host.h. What it costs is a switch of stacks (a few ns) where a process waits; a process
// runs until then.
#pragma once
#include <deque>
#include <exception>
#include <memory>
#include <vector>

#include "sim/stream/process_host.h"

namespace scansim {

class fiber_host final : public process_host {
 public:
  fiber_host();
  ~fiber_host() override;
  void add(block_process& block) override { blocks_.push_back(&block); }
  void run() override;

 private:
  class fiber_process;
  std::vector<block_process*> blocks_;
  std::deque<fiber_process*> ready_;
  std::exception_ptr fault_;
};

}  // namespace scansim
