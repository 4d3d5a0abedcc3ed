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
#include "models/area/area_model.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/json_text.h"

namespace scansim {
namespace {

struct area_request {
  design_request design;
  std::string json_path;
  bool again = false, estimate = false;
};

int report_area(const area_request& request) {
  delivery delivered({{"--json", request.json_path}}, design_inputs(request.design.config));
  const design_point point = load_design(request.design);
  kept_area known;
  {
    const interruption_guard guard;  // the tool's folder goes first
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("synthesizing " + point.name);
    known = known_area(point, rtl_directory(), area_tool_folder(), area_cache_folder(), request.again,
                       progress.callback());
  }
  delivered.print(area_text(known.report) +
                  (known.kept ? "counts of an earlier run on this RTL; --again synthesises\n" : ""));
  delivered.write(request.json_path, json_text(to_json(known.report), 2) + "\n");
  return delivered.status(status_agree);
}

// By the model, in place of minutes.
int estimate_area(const area_request& request) {
  delivery delivered({{"--json", request.json_path}}, design_inputs(request.design.config));
  const design_point point = load_design(request.design);
  if (point.has_units() || point.max_sets > 0)
    throw input_error(point.name, "gemm_depth, max_sets", "0 and 0: other machines are not modelled",
                      fmt::format("{} and {}", point.gemm_depth, point.max_sets));
  const area_model model(area_directory() + "/synthesised.json");
  const modelled_area area = model.of(point);
  const area_model::fit_errors errors = model.left_out_errors();
  delivered.print(fmt::format(
      "area of {}, modelled from {} synthesised points: {:.0f} LUT, {:.0f} FF, {} DSP, {} RAMB36, {} RAMB18\n"
      "each of those points left out: LUT off by {:.1f} % median, {:.1f} % at most; FF {:.1f} %, {:.1f} %\n",
      point.name, model.points().size(), area.lut, area.ff, area.dsp, area.ramb36, area.ramb18,
      100 * errors.lut.median, 100 * errors.lut.largest, 100 * errors.ff.median, 100 * errors.ff.largest));
  const nlohmann::json object = {{"design_point", to_json(point)},
                                 {"modelled",
                                  {{"lut", area.lut},
                                   {"ff", area.ff},
                                   {"dsp", area.dsp},
                                   {"ramb36", area.ramb36},
                                   {"ramb18", area.ramb18}}},
                                 {"left_out",
                                  {{"lut_median", errors.lut.median},
                                   {"lut_largest", errors.lut.largest},
                                   {"ff_median", errors.ff.median},
                                   {"ff_largest", errors.ff.largest}}}};
  delivered.write(request.json_path, json_text(object, 2) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_area(CLI::App& app) {
  auto request = std::make_shared<area_request>();
  add_design_options(app, request->design);
  CLI::Option* again = app.add_flag("--again", request->again,
                                    "Synthesises although the cache has the counts of this RTL and machine");
  app.add_flag("--estimate", request->estimate,
               "By a model of synthesised points, at once; of machines for single scans alone")
      ->excludes(again);
  add_output_option(app, "--json", request->json_path, "Writes the counts");
  return [request] { return request->estimate ? estimate_area(*request) : report_area(*request); };
}

}  // namespace scansim
