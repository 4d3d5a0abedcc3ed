#include "host/cli/design_options.h"

#include <unistd.h>

#include <filesystem>

#include "traces/input_error.h"

namespace scansim {

namespace fs = std::filesystem;

void add_design_options(CLI::App& app, design_request& request) {
  app.add_option("--config", request.config,
                 "Design point: a name of `scansim config list` or a path ending in .yaml")
      ->required();
  app.add_option("--set", request.overrides,
                 "Overrides one parameter of the design point: key=value; may be repeated")
      ->expected(1)
      ->take_all();
}

void check_output_path(const std::string& option, const std::string& path) {
  if (path.empty()) return;
  const fs::path folder = fs::absolute(path).parent_path();
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw input_error("command line", option, "a file", path + " (a folder)");
  if (!fs::is_directory(folder, ignored) || access(folder.c_str(), W_OK) != 0)
    throw input_error("command line", option, "a file in a writable folder", path);
}

}  // namespace scansim
