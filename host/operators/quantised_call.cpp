#include "host/operators/quantised_call.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

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
  return r != nullptr && r->whole ? std::optional<scan_bars>({r->whole->most, 0, 0}) : std::nullopt;
}

bound_verdict quantised_call::judge(const element_place& place, const std::vector<named_integers>&,
                                    const std::vector<named_reals>& reference) {
  const operator_result& r = *arithmetic();
  const std::vector<double>& given = reference.front().values;
  const auto beyond = find_violation_of_bound(r);
  bound_verdict verdict;
  verdict.agree = !beyond;
  verdict.hls_vs_ref = r.whole ? largest_error(r) : relative_mse(r.value, r.want);
  verdict.lost =
      r.whole ? relative_mse_beyond(r.whole->origin, r.value, given) : relative_mse(r.value, given);
  // Of what the layer adds; the rest of y is its own input.
  verdict.quantisation =
      r.whole ? relative_mse_beyond(r.whole->origin, r.want, given) : relative_mse(r.want, given);
  if (r.whole)
    verdict.finding = fmt::format("{:.3g} on the same quantised inputs: {}", largest_error(r), r.bound_text) +
                      (beyond ? beyond_text(place, r, *beyond) : "");
  else if (beyond)
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
