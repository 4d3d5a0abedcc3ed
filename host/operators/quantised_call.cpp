#include "host/operators/quantised_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/operators/scan_errors.h"

namespace scansim {

namespace {

std::string beyond_text(const element_place& place, const operator_result& r, const bound_violation& beyond) {
  const auto place_text = [&](const std::vector<double>& want) {
    return fmt::format("y{}: hls {}, ref {}", place("y", static_cast<int64_t>(beyond.first)),
                       r.value[beyond.first], want[beyond.first]);
  };
  if (r.whole) return "; farthest " + place_text(r.want);
  return fmt::format("{} outputs beyond their bound, first {}, bound {:.3g} ({})", beyond.count,
                     place_text(r.limited), r.bound[beyond.first], r.bound_text);
}

}  // namespace

const operator_result* quantised_call::arithmetic() {
  if (!done_) arithmetic_ = on_hls();
  done_ = true;
  return arithmetic_ ? &*arithmetic_ : nullptr;
}

std::optional<scan_bars> quantised_call::bars() {
  const operator_result* r = arithmetic();
  if (r == nullptr || !r->whole) return std::nullopt;
  return scan_bars{r->whole->most, r->scans.empty() ? 0 : scan_mse_bar, 0};
}

// With those of the scans, which are units of the layer, too.
std::vector<unit_share> with_scans(std::vector<unit_share> units, const layer_scan_errors& found,
                                   const std::vector<recorded_scan>& scans) {
  for (size_t i = 0; i < scans.size(); ++i) {
    const std::string prefix = i == 0 ? "" : "backward.";
    units.push_back({prefix + "scan", found.bounds[i].y, scans[i].scan.shape.length});
    units.push_back({prefix + "scan.h_last", found.bounds[i].h_last, scans[i].scan.shape.states});
  }
  return units;
}

nlohmann::json json_of(const std::vector<unit_share>& units) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& [unit, share, tokens] : units)
    all.push_back({{"unit", unit},
                   {"judged", share.judged},
                   {"beyond", share.beyond},
                   {"largest_share", share.largest}});
  return all;
}

// What a layer adds as a whole, and its operators by themselves.
bound_verdict quantised_call::judge_whole(const element_place& place, const std::vector<double>& given) {
  const operator_result& r = *arithmetic();
  const auto beyond = find_violation_of_bound(r);
  const double error = largest_error(r);
  const layer_scan_errors scans = errors_of(r.scans, scan_widths());
  const scan_part_errors& parts = scans.part;
  const std::vector<unit_share> units = with_scans(r.units, scans, r.scans);
  bound_verdict verdict;
  verdict.agree = !beyond && parts.within_bar() && all_kept(units) && scans.straight();
  verdict.hls_vs_ref = error;
  if (!r.scans.empty()) verdict.scan = parts.scan, verdict.h_last = parts.h_last;
  verdict.lost = relative_mse_beyond(r.whole->origin, r.value, given);
  // Of what the layer adds; the rest of y is its own input.
  verdict.quantisation = relative_mse_beyond(r.whole->origin, r.want, given);
  std::string formula = fmt::format("{}; against ref on the trace as given it is {:.3g}", r.bound_text,
                                    relative_mse_beyond(r.whole->given_origin, r.value, given));
  double share = largest_of_bound(r);
  verdict.finding = fmt::format("{:.3g} on the same quantised inputs: {}", error, formula) +
                    (beyond ? beyond_text(place, r, *beyond) : "");
  if (!r.scans.empty()) {
    verdict.finding += fmt::format("; of its scans alone {:.3g}, of their h_last {:.3g}, bar {:.0e}",
                                   parts.scan, parts.h_last, scan_mse_bar);
    share = std::max({share, parts.scan / scan_mse_bar, parts.h_last / scan_mse_bar});
  }
  for (const scan_lines& lines : scans.lines) verdict.finding += "; " + lines.text();
  if (!units.empty()) verdict.finding += "; " + text_of(units);
  verdict.bound = {{"formula", formula}, {"largest_error", error}, {"largest_share", share}};
  if (!units.empty()) verdict.bound["units"] = json_of(units);
  return verdict;
}

bound_verdict quantised_call::judge(const element_place& place, const std::vector<named_integers>&,
                                    const std::vector<named_reals>& reference) {
  const operator_result& r = *arithmetic();
  const std::vector<double>& given = reference.front().values;
  if (r.whole) return judge_whole(place, given);
  const auto beyond = find_violation_of_bound(r);
  bound_verdict verdict;
  verdict.agree = !beyond;
  verdict.hls_vs_ref = relative_mse(r.value, r.want);
  verdict.lost = relative_mse(r.value, given);
  verdict.quantisation = relative_mse(r.want, given);
  if (beyond)
    verdict.finding = beyond_text(place, r, *beyond);
  else
    verdict.finding =
        fmt::format("every output within its bound on the same quantised inputs, at most {:.3f} of it: {}",
                    largest_of_bound(r), r.bound_text);
  verdict.bound = {
      {"formula", r.bound_text}, {"largest_error", largest_error(r)}, {"largest_share", largest_of_bound(r)}};
  return verdict;
}

}  // namespace scansim
