// `scansim config list | show`.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/design_options.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/report/text_table.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/json_text.h"

namespace scansim {
namespace {

int list_configs() {
  text_table table(
      {"<name", "lanes", "states", "PEs", "operand", "state", "output", "MHz", "<memory", "<technology"});
  for (const std::string& name : list_design_points(config_directory())) {
    const design_point p = load_design_point(name, config_directory());
    table.add_row({p.name, std::to_string(p.num_lanes), std::to_string(p.states_per_lane),
                   std::to_string(p.num_pe()), fmt::format("{} bit", p.operand_bits),
                   fmt::format("{} bit", p.state_bits), fmt::format("{} bit", p.output_bits),
                   fmt::format("{}", p.clock_mhz), p.memory, p.technology});
  }
  print_out("{}", table.text());
  return status_agree;
}

int show_config(const design_request& request) {
  print_out("{}\n", json_text(to_json(load_design(request)), 2));
  return status_agree;
}

}  // namespace

command_action add_config(CLI::App& app) {
  auto chosen = std::make_shared<command_action>();
  *chosen = []() -> int {
    throw input_error("command line", "config", "a subcommand: list or show", "none");
  };
  CLI::App* list = app.add_subcommand("list", "Names and sizes of the design points");
  list->footer("Example: scansim config list");
  list->callback([chosen] { *chosen = list_configs; });
  CLI::App* show = app.add_subcommand("show", "Every parameter of a design point as JSON");
  show->footer("Example: scansim config show base --set num_lanes=32");
  auto request = std::make_shared<design_request>();
  show->add_option("config", request->config, "Name or path ending in .yaml")->required();
  show->add_option("--set", request->overrides, "Overrides one parameter: key=value; may be repeated")
      ->expected(1)
      ->take_all();
  show->callback([chosen, request] { *chosen = [request] { return show_config(*request); }; });
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
