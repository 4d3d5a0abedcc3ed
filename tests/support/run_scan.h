// A quantised scan, compiled and run once: for tests that want the outputs and not the program.
#pragma once
#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "sim/rungs/device.h"

namespace scansim::test {

inline program_result run_scan(device& machine, const design_point& point, const quantised_scan& scan) {
  return run_program(machine, make_scan_program(scan, point), point);
}

inline program_result run_scan_on_hls(const design_point& point, const quantised_scan& scan) {
  return run_scan(*make_hls_device(point), point, scan);
}

}  // namespace scansim::test
