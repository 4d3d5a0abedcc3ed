// `scansim area`.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "host/area/area_report.h"
#include "host/cli/design_options.h"
#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/report/output_file.h"
#include "models/configs/data_directory.h"
#include "sim/cosim/rtl_cache.h"

namespace scansim {
namespace {

int report_area(const design_request& request, const std::string& json_path) {
  check_output_path("--json", json_path);
  const design_point point = load_design(request);
  area_report report;
  {
    progress_display progress(false);
    progress.begin_step("synthesizing " + point.name);
    report = run_area(point, rtl_directory(), rtl_cache_directory() + "/yosys");
  }
  if (!json_path.empty()) {
    const interruption_guard guard;
    write_file_atomically(json_path, to_json(report).dump(2) + "\n");
  }
  fmt::print("{}", area_text(report));
  return status_agree;
}

}  // namespace

command_action add_area(CLI::App& app) {
  auto request = std::make_shared<design_request>();
  auto json_path = std::make_shared<std::string>();
  add_design_options(app, *request);
  app.add_option("--json", *json_path, "Writes the counts to this file");
  return [request, json_path] { return report_area(*request, *json_path); };
}

}  // namespace scansim
