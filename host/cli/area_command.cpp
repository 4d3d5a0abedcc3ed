// `scansim area`.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "host/area/area_report.h"
#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "models/configs/data_directory.h"
#include "sim/cosim/rtl_cache.h"
#include "traces/json_text.h"

namespace scansim {
namespace {

int report_area(const design_request& request, const std::string& json_path) {
  delivery delivered({{"--json", json_path}}, design_inputs(request.config));
  const design_point point = load_design(request);
  area_report report;
  {
    const interruption_guard guard;  // the tool's folder goes first
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("synthesizing " + point.name);
    report =
        run_area(point, rtl_directory(), rtl_cache_directory() + "/yosys", "ssm_top", progress.callback());
  }
  delivered.print(area_text(report));
  delivered.write(json_path, json_text(to_json(report), 2) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_area(CLI::App& app) {
  auto request = std::make_shared<design_request>();
  auto json_path = std::make_shared<std::string>();
  add_design_options(app, *request);
  add_output_option(app, "--json", *json_path, "Writes the counts");
  return [request, json_path] { return report_area(*request, *json_path); };
}

}  // namespace scansim
