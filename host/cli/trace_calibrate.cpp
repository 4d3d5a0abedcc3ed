#include "host/cli/trace_calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/cli/design_options.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/quantised_scan.h"
#include "models/configs/data_directory.h"
#include "traces/scan_trace.h"

namespace scansim {

int calibrate_trace(const calibrate_options& options) {
  check_output_path("--out", options.out);
  const design_point point = load_design_point(options.config, config_directory());
  scan_trace trace = load_scan_trace(options.trace);
  progress_display progress(false);
  progress.begin_step("choosing scales");
  const scan_scales chosen = calibrate(trace.tensors, widths_of(point));
  const auto same_widths = [&](const scan_scales& s) {
    return s.operand_bits == chosen.operand_bits && s.state_bits == chosen.state_bits &&
           s.output_bits == chosen.output_bits;
  };
  trace.scales.erase(std::remove_if(trace.scales.begin(), trace.scales.end(), same_widths),
                     trace.scales.end());
  trace.scales.push_back(chosen);
  write_scan_trace(options.out, trace.tensors, trace.provenance, trace.scales, trace.tolerance);
  fmt::print("{}\nwritten: {}\n", scales_to_json(chosen).dump(2), options.out);
  return status_agree;
}

}  // namespace scansim
