#include "host/driver/scan_driver.h"

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

std::string sha256_of(const std::vector<int32_t>& values) {
  return sha256_hex(values.data(), values.size() * sizeof(int32_t));
}

}  // namespace

scan_driver::scan_driver(device& machine, const design_point& point) : machine_(machine), point_(point) {
  require_machine(machine, point);
}

scan_result scan_driver::run(const quantised_scan& scan) {
  const program compiled = make_scan_program(scan, point_);
  const program_result got = run_program(machine_, compiled, point_);
  scan_result result;
  result.y = got.output("y");
  result.h_last = got.output("h_last");
  result.counters = got.counters;
  result.wall_s = got.wall_s;
  result.calls = compiled.runs.size();
  result.compulsory_bytes = compulsory_bytes(compiled);
  result.y_sha256 = sha256_of(result.y);
  result.h_last_sha256 = sha256_of(result.h_last);
  return result;
}

}  // namespace scansim
