// The operators around the scan as cases: host/operators and host/program behind the one interface.
#include <fmt/format.h>

#include <algorithm>

#include "host/operators/block_operators.h"
#include "host/operators/operator_expectation.h"
#include "host/program/call_program.h"
#include "host/run/machine_case.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

class call_case : public machine_case {
 public:
  call_case(operator_trace trace, const design_point& point) : trace_(std::move(trace)), point_(point) {}

  call_facts facts() const override {
    call_facts facts{trace_.path, trace_.sha256, operator_name(trace_.call), tokens_of(trace_.call), 0,
                     true,        false};
    if (const auto* block = std::get_if<mamba_block_call>(&trace_.call)) {
      facts.fusable = true;
      facts.state_updates =
          static_cast<uint64_t>(block->length * block->channels * block->states) * (block->backward ? 2 : 1);
    }
    return facts;
  }
  least_work work() const override;

  std::vector<named_reals> ref() const override { return {{"y", operator_on_ref(trace_.call)}}; }
  expect_verdict compare_with_recorded(const std::vector<named_reals>& outputs) const override {
    const tensor_comparison found = compare_with_expected(trace_, outputs.front().values);
    if (found.agree) return {found.present, true, expected_text(found, trace_.call)};
    return {true, false,
            fmt::format("y: {} of {} elements outside the tolerance, first at {}: ref {}, recorded {}",
                        found.failures, found.count, place("y", found.first_failure), found.got, found.want)};
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
      made =
          std::make_unique<program>(make_operator_program(trace_.call, {options.fused}, point_, trace_.path));
    return *made;
  }
  std::string place(const std::string& output, int64_t index) const override {
    if (output != "y") return fmt::format("[{}]", index);
    return scansim::place(trace_.call, index).substr(1);
  }
  std::vector<int64_t> comparison_order(const std::string&) const override { return {}; }

  nlohmann::json scales() override { return arithmetic().scales; }
  nlohmann::json storage() override { return arithmetic().storage; }
  std::map<std::string, uint64_t> compulsory() override { return arithmetic().bytes; }

  machine_result run_on(device& machine, const compile_options& options) override;
  std::vector<tensor_traffic> traffic(const compile_options& options) override {
    return compiled(options).traffic;
  }

 private:
  const operator_result& arithmetic() {
    if (!arithmetic_) arithmetic_ = operator_on_hls(trace_.call, point_, trace_.path);
    return *arithmetic_;
  }
  std::string beyond_text(const bound_violation& beyond) const;

  operator_trace trace_;
  design_point point_;
  std::optional<operator_result> arithmetic_;
  std::map<bool, std::unique_ptr<program>> programs_;
};

struct work_reader {
  static double size(const std::vector<float>& values) { return static_cast<double>(values.size()); }
  static double times(int64_t a, int64_t b, int64_t c = 1) {
    return static_cast<double>(a) * static_cast<double>(b) * static_cast<double>(c);
  }

  least_work operator()(const gemm_call& c) const {
    const double outputs = times(c.rows, c.columns);
    const bool silu = c.epilogue == hls::gemm_epilogue_kind::silu;
    return {size(c.x) + size(c.w) + size(c.bias) + size(c.residual) + outputs, silu ? outputs : 0,
            2 * times(c.rows, c.inner, c.columns)};
  }
  least_work operator()(const conv1d_call& c) const {
    const double outputs = times(c.channels, c.length);
    return {2 * size(c.state) + size(c.x) + size(c.w) + size(c.bias) + outputs, c.silu ? outputs : 0,
            2 * outputs * static_cast<double>(c.width)};
  }
  least_work operator()(const hadamard_call& c) const {
    return {2 * size(c.x), 0, size(c.x) * (c.log2 + c.m - 1)};
  }
  least_work operator()(const rms_norm_call& c) const {
    return {2 * size(c.x) + size(c.w), 0, 4 * size(c.x)};
  }
  least_work operator()(const mamba_block_call& c) const {
    least_work work{2 * size(c.x) + size(c.norm) + size(c.in_proj) + size(c.out_proj), 0, 0};
    const auto tokens = static_cast<double>(c.length);
    work.flops = tokens * 2 * (size(c.in_proj) + size(c.out_proj)) + 4 * size(c.x);
    for_each_branch(c, [&](const mamba_branch_call& branch, size_t) {
      const double weights = size(branch.conv_weight) + size(branch.x_proj) + size(branch.dt_proj);
      const double updates = times(c.length, c.channels, c.states);
      work.elements += weights + size(branch.conv_bias) + size(branch.dt_bias) + size(branch.a) +
                       size(branch.d) + 2 * (size(c.conv_state) + size(c.h0));
      work.flops += tokens * 2 * weights + 6 * updates;
      work.exps += updates;
    });
    return work;
  }
};

least_work call_case::work() const { return std::visit(work_reader{}, trace_.call); }

std::string call_case::beyond_text(const bound_violation& beyond) const {
  const operator_result& r = *arithmetic_;
  const auto place_text = [&](const std::vector<double>& want) {
    return fmt::format("{}: hls {}, ref {}", scansim::place(trace_.call, static_cast<int64_t>(beyond.first)),
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

machine_result call_case::run_on(device& machine, const compile_options& options) {
  const program& made = compiled(options);
  machine_result result{run_program(machine, made, point_), ""};
  result.state_sha256 = scansim::state_sha256(made, result);
  return result;
}

}  // namespace

std::unique_ptr<machine_case> load_case(const std::string& trace_path, const design_point& point) {
  if (!find_operator(trace_path)) return make_scan_case(load_scan_trace(trace_path), point);
  return std::make_unique<call_case>(load_operator_trace(trace_path), point);
}

}  // namespace scansim
