// scan_sets for the harness: the hls machine is its arithmetic, the host puts rows in order and adds up y.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "host/cuda/numerics/activation_unit.h"
#include "host/operators/operator_rows.h"
#include "host/operators/scan_sets_errors.h"
#include "host/operators/scan_sets_trials.h"
#include "host/operators/steps_beyond.h"
#include "host/program/scan/scan_sets_program.h"
#include "host/program/scan/sets_fit.h"
#include "host/quantise/calibrate_scan_sets.h"
#include "models/ref/relative_mse.h"
#include "models/ref/scan_sets_ref.h"

namespace scansim {

namespace {

const scan_sets_call& sets_in(const call& one) { return payload<scan_sets_call>(one); }

double elements_of(const set_tensors& t) {
  return elements(t.delta) + elements(t.a) + elements(t.b) + elements(t.c) + elements(t.d) +
         elements(t.delta_bias);
}

least_work sets_work(const call& one) {
  const scan_sets_call& c = sets_in(one);
  const auto updates = static_cast<double>(c.state_updates());
  double moved = elements(c.u) + elements(c.z) + elements_of(c.shared) +
                 static_cast<double>(c.batch * c.channels * c.output_rows);
  double steps = elements(c.shared.delta);
  for (const scan_set& set : c.sets) {
    moved += elements_of(set.own) + elements(set.h0);
    steps += elements(set.own.delta);
  }
  const double softplus = c.delta_softplus ? softplus_unit_ops * steps : 0;
  return {moved, updates, 6 * updates, updates + softplus + silu_unit_ops * elements(c.z)};
}

// The set of output "h_last.k".
size_t set_of(const std::string& output) {
  size_t k = 0;
  std::from_chars(output.data() + output.find('.') + 1, output.data() + output.size(), k);
  return k;
}

class quantised_sets_call : public quantised_call {
 public:
  quantised_sets_call(const scan_sets_call& given, const call_scales* stored, const design_point& point)
      : call_(given), point_(point) {
    if (stored != nullptr)
      scales_ = payload<scan_sets_scales>(*stored);
    else
      scales_ = calibrate_scan_sets(given, widths_of(point));
    sets_ = quantise_scan_sets(given, scales_, widths_of(point));
  }

  const call_scales* scales() const override { return &scales_; }
  bound_verdict judge(const element_place& place, const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& reference) override;
  std::optional<scan_bars> bars() override {
    return binding() ? std::optional<scan_bars>({y_mse_bar, scan_mse_bar, 0}) : std::nullopt;
  }
  program compile(const compile_options&) const override {
    return make_scan_sets_program(call_, sets_, point_);
  }
  std::vector<int> fraction_bits(const std::string& output) const override {
    const scan_scales& s = scales_.sets[output == "y" ? 0 : set_of(output)];
    return {output == "y" ? s.frac_y : s.frac_state};
  }

 private:
  const scan_sets_call& call_;
  design_point point_;
  scan_sets_scales scales_;
  quantised_scan_sets sets_;

  bool binding() const { return point_.operand_bits == 8 && point_.output_bits == 16; }
  // Which of two programs it is, on a machine that has both.
  std::string program_text() const {
    if (point_.max_sets == 0) return "";
    const std::string why_not = fit_sets(sets_, point_).why_not;
    return why_not.empty() ? "; run as scans with sets" : "; run as plain scans (" + why_not + ")";
  }
};

std::string beyond_bars(const scan_sets_errors& found) {
  std::vector<std::string> names;
  if (!(found.y <= y_mse_bar)) names.push_back("y");
  if (!(found.part.scan <= scan_mse_bar)) names.push_back("the scans alone");
  if (!(found.part.h_last <= scan_mse_bar)) names.push_back("h_last");
  if (!found.gain.kept()) names.push_back("what the scans add");
  if (!found.straight()) names.push_back("slope or mean");
  return missed_bars(names, found.bounds.kept() && found.gain.kept() && found.straight());
}

bound_verdict quantised_sets_call::judge(const element_place&, const std::vector<named_integers>& hls,
                                         const std::vector<named_reals>& reference) {
  const scan_sets_call exact = dequantise(call_, sets_);
  const scan_sets_output want = scan_sets_ref(exact);
  const scan_sets_errors found = errors_of(exact, sets_, widths_of(point_), hls, want);
  const std::vector<double>& given = reference.front().values;
  bound_verdict verdict;
  if (binding()) verdict.finding = beyond_bars(found);
  verdict.agree = found.bounds.kept() && verdict.finding.empty();
  verdict.hls_vs_ref = found.y, verdict.scan = found.part.scan, verdict.h_last = found.part.h_last;
  verdict.line = found.line;
  verdict.quantisation = relative_mse(want.y, given);
  std::vector<double> y(want.y.size());
  for (size_t i = 0; i < y.size(); ++i)
    y[i] = std::ldexp(hls.front().values[i], -scales_.sets.front().frac_y);
  verdict.lost = relative_mse(y, given);
  verdict.finding += fmt::format(
      "relative MSE {:.3g} on the same quantised inputs, {} {:.0e}; of the scans alone {:.3g}{}, {} {:.0e}; "
      "{}",
      found.y, binding() ? "bar" : "reported only; the bar at 8-bit operands and 16-bit outputs is",
      y_mse_bar, found.part.scan,
      found.bounds.h_last.judged > 0 ? fmt::format(", of their h_last {:.3g}", found.part.h_last) : "",
      binding() ? "bar" : "theirs is", scan_mse_bar, found.bounds.text());
  verdict.finding += program_text();
  verdict.y_bound = found.bounds.y, verdict.h_last_bound = found.bounds.h_last;
  verdict.bound = {
      {"formula", fmt::format("relative MSE of y at most {:.0e}, of all C.h and of each h_last {:.0e}{}",
                              y_mse_bar, scan_mse_bar, binding() ? "" : ", reported only at these widths")},
      {"largest_error", found.y},
      {"largest_share",
       std::max(found.y / y_mse_bar, std::max(found.part.scan, found.part.h_last) / scan_mse_bar)}};
  return verdict;
}

std::unique_ptr<quantised_call> sets_quantised(const call& one, const call_scales* stored,
                                               const design_point& point, const std::string&) {
  return std::make_unique<quantised_sets_call>(sets_in(one), stored, point);
}

void sets_widths(call_scales& scales, const design_point& point) {
  for (scan_scales& set : dynamic_cast<scan_sets_scales&>(scales).sets) take_widths(set, point);
}

std::string place_in_sets(const call& one, const std::string& output, int64_t index) {
  const scan_sets_call& c = sets_in(one);
  const bool rows = output == "y";
  const int64_t length = rows ? c.output_rows : c.sets[set_of(output)].states;
  const int64_t channels = rows ? c.channels : c.sets[set_of(output)].channels, line = index / length;
  return fmt::format("(batch {}, channel {}, {} {})", line / channels, line % channels,
                     rows ? "row" : "state", index % length);
}

std::map<std::string, uint64_t> sets_limits(const call& one) {
  std::map<std::string, uint64_t> all;
  for (size_t k = 0; k < sets_in(one).sets.size(); ++k)
    for (const auto& [what, count] : steps_beyond(tensors_of_set(sets_in(one), k))) all[what] += count;
  return all;
}

}  // namespace

const operator_row scan_sets_row = {
    .kind = &scan_sets_kind,
    .ref = [](const call& one) { return outputs_of(scan_sets_ref(sets_in(one))); },
    .quantise = sets_quantised,
    .work = sets_work,
    .set_widths = sets_widths,
    .scale_parameters = scan_scale_parameters,
    .needs_units = false,
    .place = place_in_sets,
    .agrees = "",
    .not_recorded = "nothing recorded to compare with",
    .limits = sets_limits,
    .share = [](const call& one) { return share_of(sets_in(one)); },
    .try_faults = [](const call& one) { return try_faults(sets_in(one)); }};

}  // namespace scansim
