#include "sim/rungs/fast_device.h"

#include <cstdlib>
#include <new>

#include "sim/csr_file.h"
#include "sim/rungs/device_memory.h"
#include "sim/stream/fiber_host.h"
#include "sim/top/machine.h"

namespace scansim {
namespace {

// Tells how far a run is, in cycles, a few times a second at the speed of this rung.
class watched_memory final : public memory_timing {
 public:
  watched_memory(std::unique_ptr<memory_timing> timing, const progress_callback& progress)
      : timing_(std::move(timing)), progress_(progress) {}
  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    tell(valid);
    return timing_->read_address(command, valid, beat_valid);
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    return timing_->write_address(command, valid);
  }
  cycle_t write_data(cycle_t valid) override { return timing_->write_data(valid); }
  cycle_t write_response(cycle_t last_data) override { return timing_->write_response(last_data); }
  memory_counters counters() const override { return timing_->counters(); }

 private:
  static constexpr uint64_t bursts_between = 1 << 20;
  void tell(cycle_t now) {
    if (++bursts_ % bursts_between == 0 && progress_) progress_("cycle " + std::to_string(now));
  }

  std::unique_ptr<memory_timing> timing_;
  const progress_callback& progress_;
  uint64_t bursts_ = 0;
};

class fast_device final : public device {
 public:
  fast_device(const design_point& point, const device_options& options, const progress_callback& progress)
      : point_(point),
        options_(options),
        progress_(progress),
        machine_(host_, machine_shape(point, false)),
        registers_(parameter_csrs(point)),
        next_memory_(make_memory(point, options)) {}

  std::string rung() const override { return "fast"; }
  // Pages that nobody touches cost nothing: most of memory is values.
  void resize_memory(size_t bytes) override {
    memory_.reset(static_cast<uint8_t*>(std::calloc(bytes, 1)));
    if (!memory_ && bytes > 0) throw std::bad_alloc();
    bytes_ = bytes;
  }
  std::span<uint8_t> memory() override { return {memory_.get(), bytes_}; }
  void wait_done() override {}
  memory_counters memory_events() const override { return memory_events_; }
  uint32_t read_csr(uint32_t address) override { return registers_.read(address); }
  void write_csr(uint32_t address, uint32_t value) override {
    if (registers_.write(address, value)) run();
  }

 private:
  void run() {
    watched_memory timing(next_memory_ ? std::move(next_memory_) : make_memory(point_, options_), progress_);
    const machine_run done =
        machine_.run(registers_.first_descriptor(), registers_.count(), memory(), timing);
    registers_.finish(done.error, done.counters);
    memory_events_ = timing.counters();
  }

  design_point point_;
  device_options options_;
  progress_callback progress_;
  fiber_host host_;
  machine machine_;
  csr_file registers_;
  // Of the next run; made early, so that a bad option is found before anything runs.
  std::unique_ptr<memory_timing> next_memory_;
  struct release {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<uint8_t[], release> memory_;
  size_t bytes_ = 0;
  memory_counters memory_events_;  // of the last run
};

}  // namespace

std::unique_ptr<device> make_fast_device(const design_point& point, const device_options& options,
                                         const progress_callback& progress) {
  return std::make_unique<fast_device>(point, options, progress);
}

}  // namespace scansim
