// The machine rungs of an operator trace: its program (host/program) on hls, systemc and rtl, each compared
// with the rung above. Contract: hls, as a device, must give the bits of the operator's own arithmetic;
// systemc the bits and every event of hls; rtl the bits, cycles and every counter of systemc. Below hls
// nothing is tolerated.
#pragma once
#include <memory>
#include <string>

#include "host/cli/progress_display.h"
#include "host/operators/operator_list.h"
#include "host/operators/operator_result.h"
#include "host/report/run_result.h"
#include "sim/rungs/device.h"
#include "traces/trace.h"

namespace scansim {

class operator_machines {
 public:
  // Makes the program. Errors: input_error when the machine cannot hold the call.
  operator_machines(const trace& trace, const compile_options& options, const design_point& point);

  const program& compiled() const { return program_; }
  // What hls found, which the next rung is compared with: y, and with it every event of a run on the hls
  // device. One line if the device's bits are not those of the operator's arithmetic.
  std::optional<std::string> start_from(const operator_result& hls);
  // systemc, then rtl.
  rung_result run(const std::string& rung, const device_options& options, progress_display& progress);

 private:
  void compare(rung_result& entry, const program_result& result) const;

  const trace& trace_;
  const design_point& point_;
  program program_;
  std::string above_;  // the rung above; empty: there is none
  program_result above_result_;
};

// rungs.<rung>.traffic of the JSON form: bytes by tensor.
nlohmann::json traffic_json(const program& p);
// The same as a table, and which block the call waited for.
std::string traffic_text(const program& p);
std::string bound_text(const rung_result& rung, const design_point& point);

}  // namespace scansim
