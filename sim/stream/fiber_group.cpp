#include "sim/stream/fiber_group.h"

#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>

namespace scansim {
namespace {

constexpr size_t stack_bytes = 64 * 1024;

}  // namespace

class fiber_group::fiber_process final : public process {
 public:
  fiber_process(fiber_group& group, block_process& block, size_t number)
      : group_(group),
        fiber_(std::allocator_arg, boost::context::fixedsize_stack(stack_bytes),
               [this, &block, number](boost::context::fiber&& group_side) {
                 back_ = std::move(group_side);
                 body(block, number);
                 return std::move(back_);
               }) {}

  void suspend() override { back_ = std::move(back_).resume(); }
  void resume() override { group_.make_ready(*this); }
  void yield() override {
    group_.yielded_ = true;
    resume();
    suspend();
  }
  // By the group: until it suspends itself or ends.
  void go_on() {
    running_ = this;
    fiber_ = std::move(fiber_).resume();
  }

 private:
  void body(block_process& block, size_t number) {
    try {
      block.run_process(number);
    } catch (const boost::context::detail::forced_unwind&) {
      throw;  // the group leaves a fiber that still waits
    } catch (...) {
      group_.fault_ = std::current_exception();
    }
  }

  fiber_group& group_;
  boost::context::fiber fiber_, back_;
};

fiber_group::fiber_group(std::function<void()> on_ready) : on_ready_(std::move(on_ready)) {}
fiber_group::~fiber_group() = default;

void fiber_group::make_ready(fiber_process& one) {
  ready_.push_back(&one);
  if (!running_ && on_ready_) on_ready_();
}

void fiber_group::start() {
  ready_.clear();
  fibers_.clear();
  for (block_process* block : blocks_)
    for (size_t number = 0; number < block->processes(); ++number) {
      fibers_.push_back(std::make_unique<fiber_process>(*this, *block, number));
      ready_.push_back(fibers_.back().get());
    }
}

bool fiber_group::run() {
  running_ = true, yielded_ = false;
  while (!ready_.empty() && !yielded_ && !fault_) {
    fiber_process& next = *ready_.front();
    ready_.pop_front();
    next.go_on();
  }
  running_ = false;
  if (fault_) std::rethrow_exception(fault_);
  return !ready_.empty();
}

}  // namespace scansim
