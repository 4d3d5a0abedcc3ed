// A machine of the hls rung with its driver, owned together: what runs the scans of a quantised model.
// Contract: one per thread; the design point must have 8-bit operands and 16-bit outputs, which is what the
// block around the scan is specified for.
#pragma once
#include <memory>

#include "host/driver/scan_driver.h"

namespace scansim {

class scan_machine {
 public:
  explicit scan_machine(const design_point& point)
      : point_(std::make_unique<design_point>(point)),
        device_(make_hls_device(*point_)),
        driver_(std::make_unique<scan_driver>(*device_, *point_)) {}

  const design_point& point() const { return *point_; }
  scan_result run(const quantised_scan& scan) { return driver_->run(scan); }

 private:
  std::unique_ptr<design_point> point_;
  std::unique_ptr<device> device_;
  std::unique_ptr<scan_driver> driver_;
};

}  // namespace scansim
