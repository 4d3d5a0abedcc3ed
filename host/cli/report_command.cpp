// `scansim report`: the JSON of `compare` or `run` as an HTML page (host/page/README.md).
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/option_checks.h"
#include "host/cli/subcommand.h"
#include "host/correlate/gpu_correlation.h"
#include "host/page/page_document.h"
#include "host/page/result_page.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

struct report_request {
  std::string result, html, correlate;
};

// GPU rows of the result's call, its own beside them.
nlohmann::json correlation_of(const report_request& request, const nlohmann::json& page) {
  const nlohmann::json& sha256 = page["trace"]["sha256"];
  if (sha256.is_null()) throw input_error(request.result, "trace.sha256", "the call that it ran", "null");
  correlate_request asked;
  asked.folder = request.correlate;
  asked.trace = sha256;
  asked.trace_option = "--correlate";
  asked.result = request.result;
  asked.model_folder = gpu_model_directory();
  return to_json(correlate_gpu(asked));
}

int write_page(const report_request& request) {
  delivery delivered({{"--html", request.html}}, {request.result});
  nlohmann::json page = result_page(request.result);
  if (!request.correlate.empty()) page["correlation"] = correlation_of(request, page);
  delivered.print(fmt::format("verdict of {}: {}, {} rungs\n", one_line(request.result),
                              page["verdict"].get<std::string>(), page["rungs"].size()));
  delivered.write(request.html, html_page(request.result, page));
  return delivered.status(status_agree);
}

}  // namespace

command_action add_report(CLI::App& app) {
  auto request = std::make_shared<report_request>();
  app.add_option("RESULT", request->result, "The result, as --json of compare or run wrote it")->required();
  add_output_option(app, "--html", request->html, "Writes the page")->required();
  app.add_option("--correlate", request->correlate,
                 "Folder of GPU profiles and results: those of the same call, side by side, as a section")
      ->check(not_empty);
  return [request] { return write_page(*request); };
}

}  // namespace scansim
