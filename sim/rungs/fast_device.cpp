#include "sim/rungs/fast_device.h"

#include "sim/rungs/value_free_device.h"

namespace scansim {
namespace {

class fast_device final : public value_free_device {
 public:
  using value_free_device::value_free_device;
  std::string rung() const override { return "fast"; }

 private:
  run_outcome execute() override { return simulate(); }
};

}  // namespace

std::unique_ptr<device> make_fast_device(const design_point& point, const device_options& options,
                                         const progress_callback& progress) {
  return std::make_unique<fast_device>(point, options, progress);
}

}  // namespace scansim
