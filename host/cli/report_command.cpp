// `scansim report`: the JSON of `compare` or `run` as an HTML page (host/page/README.md).
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/subcommand.h"
#include "host/page/page_document.h"
#include "host/page/result_page.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

struct report_request {
  std::string result, html;
};

int write_page(const report_request& request) {
  delivery delivered({{"--html", request.html}}, {request.result});
  const nlohmann::json page = result_page(request.result);
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
  return [request] { return write_page(*request); };
}

}  // namespace scansim
