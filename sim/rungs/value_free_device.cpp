#include "sim/rungs/value_free_device.h"

#include "sim/rungs/device_memory.h"

namespace scansim {
namespace {

// Tells how far a run is, in cycles, a few times a second at the speed of this rung.
class watched_memory final : public memory_timing {
 public:
  watched_memory(memory_timing& timing, const progress_callback& progress)
      : timing_(timing), progress_(progress) {}
  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    tell(valid);
    return timing_.read_address(command, valid, beat_valid);
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    return timing_.write_address(command, valid);
  }
  cycle_t write_data(cycle_t valid) override { return timing_.write_data(valid); }
  cycle_t write_response(cycle_t last_data) override { return timing_.write_response(last_data); }
  memory_counters counters() const override { return timing_.counters(); }

 private:
  static constexpr uint64_t bursts_between = 1 << 20;
  void tell(cycle_t now) {
    if (++bursts_ % bursts_between == 0 && progress_) progress_("cycle " + std::to_string(now));
  }

  memory_timing& timing_;
  const progress_callback& progress_;
  uint64_t bursts_ = 0;
};

}  // namespace

value_free_device::value_free_device(const design_point& point, const device_options& options,
                                     const progress_callback& progress)
    : point_(point),
      options_(options),
      progress_(progress),
      machine_(host_, machine_shape(point, false)),
      recorder_(options.activity),
      registers_(parameter_csrs(point)),
      next_memory_(make_memory(point, options)) {
  if (recorder_.wanted()) machine_.keep(&recorder_.activity());
}

void value_free_device::resize_memory(size_t bytes) { image_ = untouched_memory(bytes); }

void value_free_device::write_csr(uint32_t address, uint32_t value) {
  if (!registers_.write(address, value)) return;
  last_ = execute();
  registers_.finish(last_.run.error, last_.run.counters);
}

std::unique_ptr<memory_timing> value_free_device::new_memory() {
  return recorder_.port(next_memory_ ? std::move(next_memory_) : make_memory(point_, options_));
}

value_free_device::run_outcome value_free_device::simulate(memory_timing& memory) {
  watched_memory watched(memory, progress_);
  recorder_.begin_start();
  const machine_run done =
      machine_.run(registers_.first_descriptor(), registers_.count(), this->memory(), watched);
  recorder_.end_start();
  return {done, memory.counters()};
}

}  // namespace scansim
