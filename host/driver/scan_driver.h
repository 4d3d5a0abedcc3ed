// Runs a quantised scan on a device: compiled (scan_program.h) and run (program_driver.h). Decode traces are
// `length` successive starts of one token; the state stays in memory between them. Contract: the device was
// made for the same design point; the same driver serves every rung. One run at a time.
#pragma once
#include "host/driver/scan_result.h"
#include "host/quantise/quantised_scan.h"
#include "sim/rungs/device.h"

namespace scansim {

class scan_driver {
 public:
  // Both are borrowed. Errors: tool_error when the device's ID, version or parameters are not those of
  // `point`.
  scan_driver(device& machine, const design_point& point);

  // Errors: input_error when the scan does not fit the design point (names the trace's tensor or scale);
  // tool_error when the machine ends with an error code, hangs, or memory is exhausted.
  scan_result run(const quantised_scan& scan);

 private:
  device& machine_;
  const design_point& point_;
};

}  // namespace scansim
