#include "sim/stream/fiber_host.h"

#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>

namespace scansim {
namespace {

constexpr size_t stack_bytes = 64 * 1024;

}  // namespace

class fiber_host::fiber_process final : public process {
 public:
  fiber_process(fiber_host& host, block_process& block, size_t number)
      : host_(host),
        fiber_(std::allocator_arg, boost::context::fixedsize_stack(stack_bytes),
               [this, &block, number](boost::context::fiber&& host_side) {
                 back_ = std::move(host_side);
                 body(block, number);
                 return std::move(back_);
               }) {}

  void suspend() override { back_ = std::move(back_).resume(); }
  void resume() override { host_.ready_.push_back(this); }
  void yield() override {
    resume();
    suspend();
  }
  // By the host: until it suspends itself or ends.
  void go_on() {
    running_ = this;
    fiber_ = std::move(fiber_).resume();
  }

 private:
  void body(block_process& block, size_t number) {
    try {
      block.run_process(number);
    } catch (const boost::context::detail::forced_unwind&) {
      throw;  // the host leaves a fiber that still waits
    } catch (...) {
      host_.fault_ = std::current_exception();
    }
  }

  fiber_host& host_;
  boost::context::fiber fiber_, back_;
};

fiber_host::fiber_host() = default;
fiber_host::~fiber_host() = default;

void fiber_host::run() {
  std::vector<std::unique_ptr<fiber_process>> fibers;
  ready_.clear();
  for (block_process* block : blocks_)
    for (size_t number = 0; number < block->processes(); ++number) {
      fibers.push_back(std::make_unique<fiber_process>(*this, *block, number));
      ready_.push_back(fibers.back().get());
    }
  while (!ready_.empty() && !fault_) {
    fiber_process& next = *ready_.front();
    ready_.pop_front();
    next.go_on();
  }
  if (fault_) std::rethrow_exception(fault_);
}

}  // namespace scansim
