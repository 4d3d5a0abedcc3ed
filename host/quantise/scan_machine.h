// A machine of the hls rung with its design point: what runs the scans of a quantised model.
// Contract: one per thread; the design point must have 8-bit operands and 16-bit outputs, which is what the
// block around the scan is specified for.
#pragma once
#include <memory>

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"

namespace scansim {

class scan_machine {
 public:
  explicit scan_machine(const design_point& point)
      : point_(std::make_unique<design_point>(point)), device_(make_hls_device(*point_)) {}

  const design_point& point() const { return *point_; }
  // Outputs: y (batch, D, L), h_last (batch, D, N).
  program_result run(const quantised_scan& scan) {
    return run_program(*device_, make_scan_program(scan, *point_), *point_);
  }

 private:
  std::unique_ptr<design_point> point_;
  std::unique_ptr<device> device_;
};

}  // namespace scansim
