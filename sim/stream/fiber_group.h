// fiber_group: processes of blocks that take turns in one thread, as fibers: a switch of stacks (a few ns)
// where one waits.
//   add(block)   before a run
//   start()      a run: every process is ready, at its begin
//   run()        the ready ones in turn, until none is or one has yielded; true: there are more
//   on_ready     told of a process that becomes ready while run() is not running
// Contract: run() of one thread at a time. What a process throws ends the group and is thrown by run().
#pragma once
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "sim/stream/block_process.h"

namespace scansim {

class fiber_group {
 public:
  explicit fiber_group(std::function<void()> on_ready = {});
  ~fiber_group();
  void add(block_process& block) { blocks_.push_back(&block); }
  void start();
  bool run();

 private:
  class fiber_process;
  void make_ready(fiber_process& one);

  std::vector<block_process*> blocks_;
  std::vector<std::unique_ptr<fiber_process>> fibers_;
  std::deque<fiber_process*> ready_;
  std::function<void()> on_ready_;
  bool running_ = false, yielded_ = false;
  std::exception_ptr fault_;
};

}  // namespace scansim
