// `scansim gpu correlate`: machine, model and GPU rows of the same calls side by side. Exit status 4 where no
// measured row stands beside a model or a machine.
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/gpu_commands.h"
#include "host/cli/option_checks.h"
#include "host/correlate/gpu_correlation.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

struct correlate_options {
  correlate_request request;
  std::string json_path, csv_path;
};

int correlate(const correlate_options& options) {
  correlate_request request = options.request;
  request.model_folder = gpu_model_directory();
  if (!std::isfinite(request.outlier_percent) || request.outlier_percent < 0 || request.outlier_percent > 100)
    throw input_error("command line", "--outlier", "a share of the model in percent, 0 to 100",
                      fmt::format("{}", request.outlier_percent));
  delivery delivered({{"--json", options.json_path}, {"--csv", options.csv_path}}, {});
  const gpu_correlation found = correlate_gpu(request);
  delivered.print(correlation_text(found));
  if (!options.json_path.empty())
    delivered.write(options.json_path,
                    to_json(found).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  if (!options.csv_path.empty()) delivered.write(options.csv_path, correlation_csv(found));
  return delivered.status(found.compared() ? status_agree : status_not_compared);
}

}  // namespace

command_action add_gpu_correlate(CLI::App& app) {
  app.footer(
      "Example: scansim gpu correlate traces/gpu/h100\n"
      "DIR and the folders below it hold profiles (gpu record, gpu import) and results (--json of compare or "
      "run); rows of one trace are put together. The model is the roofline of the datasheet that names the "
      "device. As a section of a page: scansim report verdict.json --html page.html --correlate DIR.");
  auto options = std::make_shared<correlate_options>();
  app.add_option("DIR", options->request.folder, "Folder of profiles and results")
      ->check(not_empty)
      ->required();
  app.add_option("--trace", options->request.trace,
                 "One call: part of its trace's path, or the begin of its checksum");
  app.add_option("--gpu-model", options->request.model, "Datasheet of devices that no datasheet names");
  app.add_option("--outlier", options->request.outlier_percent,
                 "Lists rows below this share of their model, in percent")
      ->capture_default_str();
  add_output_option(app, "--json", options->json_path, "Writes the rows with all that is known of them");
  add_output_option(app, "--csv", options->csv_path, "Writes a line a row");
  return [options] { return correlate(*options); };
}

}  // namespace scansim
