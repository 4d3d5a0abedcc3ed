#include "host/cli/sweep_synthesis.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/area/area_report.h"
#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/report/text_table.h"
#include "host/run/source_digest.h"
#include "models/configs/data_directory.h"
#include "traces/json_text.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

constexpr const char* digest_key = "rtl_sha256";

struct synthesised_counts {
  double lut = 0, ff = 0, bram = 0;
  int64_t dsp = 0;
};

std::vector<const sweep_point*> points_of(const opened_sweep& sweep, const std::string& point) {
  if (!point.empty()) return {&sweep.point(point)};
  std::vector<const sweep_point*> front;
  for (const judged_point& one : sweep.outcome.points)
    if (one.on_front) front.push_back(one.point);
  return front;
}

// Of this RTL; null: none is kept.
nlohmann::json kept_total(const std::string& file, const std::string& digest) {
  const nlohmann::json read = nlohmann::json::parse(text_if_there(file), nullptr, false);
  const bool same = read.is_object() && read.value(digest_key, "") == digest && read.contains("total");
  return same ? read["total"] : nlohmann::json();
}

nlohmann::json synthesised_total(const sweep_point& point, const std::string& file, const std::string& digest,
                                 progress_display& progress) {
  const interruption_guard guard;  // the tool's folder goes first
  const area_report report = known_area(point.design, rtl_directory(), area_tool_folder(),
                                        area_cache_folder(), false, progress.callback())
                                 .report;
  nlohmann::json object = to_json(report);
  object[digest_key] = digest;
  write_own_file(file, json_text(object, 2) + "\n");
  return object["total"];
}

synthesised_counts counts_of(const nlohmann::json& total) {
  return {total.at("lut_all"), total.at("ff"),
          total.at("ramb36").get<double>() + total.at("ramb18").get<double>() / 2, total.at("dsp")};
}

std::string off(double modelled, double real) {
  return fmt::format("{:.0f} ({:+.1f} %)", real, real > 0 ? 100 * (modelled / real - 1) : 0);
}

}  // namespace

int synthesise_sweep(const opened_sweep& sweep, const std::string& folder, const std::string& point) {
  const std::string digest = rtl_sha256(data_directory());
  const std::vector<const sweep_point*> points = points_of(sweep, point);
  const area_model* model = sweep.folder.spec.area.get();
  make_output_folder(folder + "/area");
  text_table table({"<point", "LUT (model)", "FF (model)", "DSP", "RAMB36", "<verdict"});
  int status = status_agree;
  progress_display progress(false);
  for (size_t i = 0; i < points.size(); ++i) {
    const sweep_point& at = *points[i];
    const std::string file = folder + "/area/" + at.id + ".json";
    progress.begin_step(fmt::format("sweep: synthesizing {} of {}, point {}", i + 1, points.size(), at.id));
    nlohmann::json total = kept_total(file, digest);
    if (total.is_null()) total = synthesised_total(at, file, digest, progress);
    const synthesised_counts real = counts_of(total);
    if (!model) {
      table.add_row({at.id, fmt::format("{:.0f}", real.lut), fmt::format("{:.0f}", real.ff),
                     std::to_string(real.dsp), fmt::format("{}", real.bram), "not modelled"});
      continue;
    }
    const modelled_area area = model->of(at.design);
    const bool exact = area.dsp == real.dsp && area.bram() == real.bram;
    if (!exact) status = status_disagree;
    table.add_row(
        {at.id, off(area.lut, real.lut), off(area.ff, real.ff), std::to_string(real.dsp),
         fmt::format("{}", real.bram),
         exact ? "as modelled" : fmt::format("DIFFERENT: {} DSP, {} RAMB36", area.dsp, area.bram())});
  }
  print_out("synthesised, with what the model says more or less\n{}", table.text());
  return status;
}

}  // namespace scansim
