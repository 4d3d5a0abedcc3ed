// The operators around the scan as cases: host/operators and host/program behind the one interface.
#include <fmt/format.h>

#include <algorithm>

#include "host/operators/operator_expectation.h"
#include "host/run/load_case.h"
#include "models/ref/relative_mse.h"
#include "traces/input_error.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

class call_case : public operator_case {
 public:
  call_case(trace given, const operator_row& row, const design_point& point)
      : trace_(std::move(given)), row_(row), point_(point) {}

  call_facts facts() const override {
    const call& one = *trace_.call_;
    call_facts facts{trace_.path,         trace_.sha256, row_.kind->name, one.tokens(),
                     one.state_updates(), true,          row_.fusable};
    return facts;
  }
  least_work work() const override { return row_.work(*trace_.call_); }

  std::vector<named_reals> ref() const override { return row_.ref(*trace_.call_); }
  std::vector<std::string> notes() const override { return trace_.call_->notes(); }
  expect_verdict compare_with_recorded(const std::vector<named_reals>& outputs) const override {
    const tensor_comparison found = compare_with_expected(trace_, outputs.front().values);
    if (found.agree) return {found.present, true, expected_text(found, *trace_.call_)};
    return {true, false,
            fmt::format("y: {} of {} elements outside {}, first at {}: ref {}, recorded {}", found.failures,
                        found.count, tolerance_text(trace_), place("y", found.first_failure), found.got,
                        found.want)};
  }

  void quantise() override {}
  std::optional<golden_result> golden() override {
    return golden_result{{{"y", arithmetic().y}}, arithmetic().state_sha256, arithmetic().counters};
  }
  bound_verdict judge(const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& reference) override;
  const program& compiled(const compile_options& options) override {
    std::unique_ptr<program>& made = programs_[options.fused];
    if (!made)
      made = made_from(trace_.path, [&] {
        return std::make_unique<program>(row_.compile(*trace_.call_, options, point_, trace_.path));
      });
    return *made;
  }
  std::string place(const std::string& output, int64_t index) const override {
    if (output != "y") return fmt::format("[{}]", index);
    return place_in_y(*trace_.call_, index);
  }
  std::vector<int64_t> comparison_order(const std::string&) const override { return {}; }

  nlohmann::json scales() override { return arithmetic().scales; }
  nlohmann::json storage() override { return arithmetic().storage; }
  std::map<std::string, uint64_t> compulsory() override { return arithmetic().bytes; }

 private:
  const operator_result& arithmetic() {
    if (!arithmetic_)
      arithmetic_ = made_from(trace_.path, [&] { return row_.on_hls(*trace_.call_, point_, trace_.path); });
    return *arithmetic_;
  }
  std::string beyond_text(const bound_violation& beyond) const;

  trace trace_;
  const operator_row& row_;
  design_point point_;
  std::optional<operator_result> arithmetic_;
  std::map<bool, std::unique_ptr<program>> programs_;
};

std::string call_case::beyond_text(const bound_violation& beyond) const {
  const operator_result& r = *arithmetic_;
  const auto place_text = [&](const std::vector<double>& want) {
    return fmt::format("y{}: hls {}, ref {}", place_in_y(*trace_.call_, static_cast<int64_t>(beyond.first)),
                       r.value[beyond.first], want[beyond.first]);
  };
  if (r.whole) return "; farthest " + place_text(r.want);
  return fmt::format("{} outputs beyond their bound, first {}, bound {:.3g} ({})", beyond.count,
                     place_text(r.limited), r.bound[beyond.first], r.bound_text);
}

bound_verdict call_case::judge(const std::vector<named_integers>&,
                               const std::vector<named_reals>& reference) {
  const operator_result& r = arithmetic();
  const std::vector<double>& given = reference.front().values;
  const auto beyond = find_violation_of_bound(r);
  bound_verdict verdict;
  verdict.agree = !beyond;
  verdict.hls_vs_ref = r.whole ? largest_error(r) : relative_mse(r.value, r.want);
  // Of what the block adds; the rest of y is its own input.
  verdict.quantisation =
      r.whole ? relative_mse_beyond(r.whole->origin, r.want, given) : relative_mse(r.want, given);
  if (r.whole)
    verdict.finding = fmt::format("{:.3g} on the same quantised inputs: {}", largest_error(r), r.bound_text) +
                      (beyond ? beyond_text(*beyond) : "");
  else if (beyond)
    verdict.finding = beyond_text(*beyond);
  else
    verdict.finding =
        fmt::format("every output within its bound on the same quantised inputs, at most {:.3f} of it: {}",
                    largest_of_bound(r), r.bound_text);
  verdict.bound = {
      {"formula", r.bound_text}, {"largest_error", largest_error(r)}, {"largest_share", largest_of_bound(r)}};
  return verdict;
}

}  // namespace

std::unique_ptr<operator_case> load_case(const std::string& trace_path, const design_point& point,
                                         operator_rows operators) {
  trace given = load_trace(trace_path, kinds_of(operators));
  const operator_row& row = row_of(*given.call_, operators);
  if (row.on_hls == nullptr) return make_scan_case(scan_trace_of(given), point);
  return std::make_unique<call_case>(std::move(given), row, point);
}

}  // namespace scansim
