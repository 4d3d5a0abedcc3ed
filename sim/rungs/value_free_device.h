// value_free_device: what the rungs without values share: the machine on fibers, its registers, an image of
// which only the pages that somebody touches cost anything. Contract: device.h; a start runs to its end. How
// a run comes about is the rung's: it overrides execute(), from simulate().
#pragma once
#include <memory>

#include "sim/cosim/tool_process.h"
#include "sim/csr_file.h"
#include "sim/rungs/activity_log.h"
#include "sim/rungs/device.h"
#include "sim/rungs/untouched_memory.h"
#include "sim/stream/fiber_host.h"
#include "sim/top/machine.h"

namespace scansim {

class value_free_device : public device {
 public:
  // Throws input_error for a memory model that is none.
  value_free_device(const design_point& point, const device_options& options,
                    const progress_callback& progress);

  void resize_memory(size_t bytes) override;
  std::span<uint8_t> memory() override { return image_.bytes(); }
  void wait_done() override {}
  memory_counters memory_events() const override { return last_.memory; }
  uint32_t read_csr(uint32_t address) override { return registers_.read(address); }
  void write_csr(uint32_t address, uint32_t value) override;

 protected:
  struct run_outcome {
    machine_run run;
    memory_counters memory;
  };
  virtual run_outcome execute() = 0;

  // The descriptors as they stand in the image, with a memory of their own.
  run_outcome simulate() { return simulate(*new_memory()); }
  run_outcome simulate(memory_timing& memory);
  std::unique_ptr<memory_timing> new_memory();

  const design_point& point() const { return point_; }
  const device_options& options() const { return options_; }
  const csr_file& registers() const { return registers_; }
  machine& blocks() { return machine_; }

 private:
  design_point point_;
  device_options options_;
  progress_callback progress_;
  fiber_host host_;
  machine machine_;
  activity_recorder recorder_;
  csr_file registers_;
  // Of the next run; made early, so that a bad option is found before anything runs.
  std::unique_ptr<memory_timing> next_memory_;
  untouched_memory image_;
  run_outcome last_;
};

}  // namespace scansim
