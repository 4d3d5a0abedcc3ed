// A machine of the hls rung with its design point: what runs the scans of a quantised model.
// Contract: one per thread; the design point must have 8-bit operands and 16-bit outputs, which is what the
// block around the scan is specified for.
#pragma once
#include <memory>
#include <vector>

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "host/program/scan/scan_sets_program.h"

namespace scansim {

struct recorded_scan {
  quantised_scan scan;
  std::vector<int32_t> y, h_last;
};

class scan_machine {
 public:
  explicit scan_machine(const design_point& point)
      : point_(std::make_unique<design_point>(point)), device_(make_hls_device(*point_)) {}

  const design_point& point() const { return *point_; }
  // Outputs: y (batch, D, L), h_last (batch, D, N).
  program_result run(const quantised_scan& scan) {
    program_result result = run_program(*device_, make_scan_program(scan, *point_), *point_);
    if (record_ != nullptr) record_->push_back({scan, result.output("y"), result.output("h_last")});
    return result;
  }
  // Outputs: y (batch, D, R), then h_last.k of every set. `call`: whose the weights are.
  program_result run(const scan_sets_call& call, const quantised_scan_sets& sets) {
    return run_program(*device_, make_scan_sets_program(call, sets, *point_), *point_);
  }
  // What runs from now on is added to `scans`.
  void record_in(std::vector<recorded_scan>& scans) { record_ = &scans; }

 private:
  std::unique_ptr<design_point> point_;
  std::unique_ptr<device> device_;
  std::vector<recorded_scan>* record_ = nullptr;
};

}  // namespace scansim
