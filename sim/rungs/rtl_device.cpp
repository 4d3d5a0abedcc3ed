#include "sim/rungs/rtl_device.h"

#include <vector>

#include "sim/cosim/rtl_build.h"
#include "sim/cosim/rtl_machine.h"
#include "sim/rungs/device_memory.h"

namespace scansim {
namespace {

class rtl_device : public device {
 public:
  rtl_device(const design_point& point, const device_options& options, const progress_callback& progress)
      : progress_(progress),
        machine_(
            build_rtl_library(point, !options.wave_path.empty(), progress), point.axi_bytes(),
            [point, options] { return make_memory(point, options); }, options.wave_path) {}

  std::string rung() const override { return "rtl"; }
  void resize_memory(size_t bytes) override {
    memory_.resize(bytes);
    machine_.set_memory(memory_);
  }
  std::span<uint8_t> memory() override { return memory_; }
  void write_csr(uint32_t address, uint32_t value) override { machine_.write_csr(address, value); }
  uint32_t read_csr(uint32_t address) override { return machine_.read_csr(address); }
  void wait_done() override { machine_.run_until_idle(progress_); }
  memory_counters memory_events() const override { return machine_.memory_events(); }

 private:
  progress_callback progress_;
  std::vector<uint8_t> memory_;
  rtl_machine machine_;
};

}  // namespace

std::unique_ptr<device> make_rtl_device(const design_point& point, const device_options& options,
                                        const progress_callback& progress) {
  make_memory(point,
              options);  // a wrong name or parameter file is the user's: say so before minutes of building
  return std::make_unique<rtl_device>(point, options, progress);
}

std::unique_ptr<device> make_rtl_device(const design_point& point, const device_options& options) {
  return make_rtl_device(point, options, {});
}

}  // namespace scansim
