#include "host/cli/trace_calibrate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/operators/operator_list.h"
#include "models/configs/data_directory.h"
#include "traces/one_line.h"
#include "traces/trace.h"

namespace scansim {

namespace {

// A line for each scale, however many numbers it has.
std::string scales_text(const call_scales& scales) {
  std::string text;
  const nlohmann::json object = scales_to_json(scales);
  for (const auto& [name, value] : object.items())
    text += fmt::format("{}  \"{}\": {}", text.empty() ? "" : ",\n", name, value.dump());
  return "{\n" + text + "\n}";
}

}  // namespace

int calibrate_trace(const calibrate_options& options) {
  std::vector<std::string> inputs = design_inputs(options.config);
  inputs.push_back(options.trace);
  delivery delivered({{"--out", options.out, true}}, inputs);
  const design_point point = load_design_point(options.config, config_directory());
  const trace given = load_trace(options.trace);
  stored_scales scales;
  {
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("choosing scales");
    scales = calibrated(given, point);
  }
  delivered.print(scales_text(*scales.back()) + "\n");
  if (delivered.attempt([&] { write_scales(options.trace, options.out, *given.call_, scales); }))
    delivered.print("written: " + one_line(options.out) + "\n");
  return delivered.status(status_agree);
}

}  // namespace scansim
