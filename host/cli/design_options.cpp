#include "host/cli/design_options.h"

#include "host/cli/option_checks.h"

namespace scansim {

void add_design_options(CLI::App& app, design_request& request) {
  app.add_option("--config", request.config,
                 "Design point: a name of `scansim config list` or a path ending in .yaml")
      ->required();
  app.add_option("--set", request.overrides,
                 "Overrides one parameter of the design point: key=value; may be repeated")
      ->expected(1)
      ->take_all();
}

CLI::Option* add_output_option(CLI::App& app, const std::string& name, std::string& path,
                               const std::string& help) {
  return app.add_option(name, path, help + " to this file; - is standard output")->check(not_empty);
}

}  // namespace scansim
