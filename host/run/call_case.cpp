// A call of any operator as a case: its row (host/operators) behind the one interface.
#include <fmt/format.h>

#include <algorithm>

#include "host/operators/cached_scales.h"
#include "host/operators/operator_expectation.h"
#include "host/run/load_case.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

class call_case : public operator_case {
 public:
  // of_file: the trace is what its SHA-256 says, so that scales chosen for it can be kept.
  call_case(trace given, const operator_row& row, const design_point& point, bool of_file)
      : trace_(std::move(given)), row_(row), point_(point), of_file_(of_file) {}

  call_facts facts() const override {
    return {trace_.path,     trace_.sha256,         row_.kind->name,
            one().tokens(),  one().state_updates(), row_.needs_units,
            row_.fusable,    row_.has_kernel,       row_.macs != nullptr ? row_.macs(one()) : 0,
            row_.on_machines};
  }
  least_work work() const override { return row_.work(one()); }
  const scan_trace* kernel_call() const override {
    if (row_.kind == &selective_scan_kind && !kernel_call_) kernel_call_ = scan_trace_of(trace_);
    return kernel_call_ ? &*kernel_call_ : nullptr;
  }
  const trace* kernel_trace() const override { return &trace_; }

  std::vector<named_reals> ref() const override { return row_.ref(one()); }
  std::vector<std::string> notes() const override { return one().notes(); }
  std::map<std::string, uint64_t> limits() const override {
    return row_.limits != nullptr ? row_.limits(one()) : std::map<std::string, uint64_t>{};
  }
  expect_verdict compare_with_recorded(const std::vector<named_reals>& outputs) const override;

  void quantise() override { quantised(); }
  std::optional<golden_result> golden() override {
    const operator_result* r = quantised().arithmetic();
    if (r == nullptr) return std::nullopt;
    return golden_result{{{"y", r->y}}, r->state_sha256, r->counters};
  }
  bound_verdict judge(const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& reference) override;
  const program& compiled(const compile_options& options) override;
  std::string place(const std::string& output, int64_t index) const override {
    return place_in(row_, one(), output, index);
  }
  std::vector<int64_t> shape(const std::string& output) const override {
    return shape_in(row_, one(), output);
  }
  std::vector<int> fraction_bits(const std::string& output) override {
    return quantised().fraction_bits(output);
  }
  std::vector<int64_t> comparison_order(const std::string& output) const override {
    return row_.comparison_order != nullptr ? row_.comparison_order(one(), output) : std::vector<int64_t>{};
  }

  nlohmann::json scales() override {
    const call_scales* scales = quantised().scales();
    return scales != nullptr ? scales_to_json(*scales) : nlohmann::json();
  }
  nlohmann::json storage() override {
    const operator_result* r = quantised().arithmetic();
    return r != nullptr ? r->storage : nlohmann::json();
  }
  std::map<std::string, uint64_t> compulsory() override;

 private:
  const call& one() const { return *trace_.call_; }
  quantised_call& quantised();
  std::unique_ptr<quantised_call> with_cached_scales() const;
  const scan_trial* trial() const;
  const scan_share& share() const;
  std::optional<double> lost_scan(const std::vector<double>& given_y);

  trace trace_;
  const operator_row& row_;
  design_point point_;
  const bool of_file_;
  std::unique_ptr<quantised_call> quantised_;
  std::map<compile_options, program> programs_;
  mutable bool tried_ = false;
  mutable std::optional<scan_trial> trial_;        // made when first asked for
  mutable std::optional<scan_share> share_;        // likewise
  mutable std::optional<scan_trace> kernel_call_;  // a copy, for kernels that run
};

const scan_trial* call_case::trial() const {
  if (!tried_ && row_.try_faults != nullptr) trial_ = row_.try_faults(one());
  tried_ = true;
  return trial_ ? &*trial_ : nullptr;
}

// A trial of the whole call knows it.
const scan_share& call_case::share() const {
  if (trial() != nullptr && trial()->extent.empty()) return trial()->share;
  if (!share_) share_ = row_.share(one());
  return *share_;
}

expect_verdict call_case::compare_with_recorded(const std::vector<named_reals>& outputs) const {
  const auto recordings = outputs_of(one());
  const bool recorded = std::any_of(recordings.begin(), recordings.end(),
                                    [](const call_output& output) { return !output.recorded->empty(); });
  const bool judged = recorded && row_.share != nullptr;
  expect_verdict verdict = scansim::compare_with_recorded(row_, trace_, outputs, judged ? &share() : nullptr);
  if (!verdict.present || !verdict.agree || trial() == nullptr) return verdict;
  verdict.blind_to = unseen_faults(row_, trace_, *trial());
  verdict.tried = trial()->extent;
  return verdict;
}

// Of the call as given, after its judgement; nullopt: its scans have no readout in common.
std::optional<double> call_case::lost_scan(const std::vector<double>& given_y) {
  if (const std::vector<double>* readout = quantised().readout())
    return lost_readout(share(), *readout, given_y);
  const operator_result* r = quantised().arithmetic();
  if (r == nullptr) return std::nullopt;
  return error_of_part(share(), r->value, given_y).relative();
}

bound_verdict call_case::judge(const std::vector<named_integers>& hls,
                               const std::vector<named_reals>& reference) {
  const auto place_of = [this](const std::string& output, int64_t index) { return place(output, index); };
  bound_verdict verdict = quantised().judge(place_of, hls, reference);
  if (row_.share != nullptr) verdict.lost_scan = lost_scan(reference.front().values);
  const std::optional<scan_bars> bars = verdict.agree ? quantised().bars() : std::nullopt;
  if (!bars || trial() == nullptr) return verdict;
  verdict.blind_to = unseen_faults(*bars, *trial());
  verdict.tried = trial()->extent;
  return verdict;
}

quantised_call& call_case::quantised() {
  if (quantised_) return *quantised_;
  std::string source = trace_.path;
  const call_scales* scales = nullptr;
  if (const auto stored = stored_for(trace_, row_, point_)) {
    scales = trace_.scales[*stored].get();
    source += fmt::format(": {}.scales[{}]", metadata_reader::root_field, *stored);
  }
  if (scales == nullptr && of_file_) quantised_ = with_cached_scales();
  if (quantised_) return *quantised_;
  quantised_ = made_from(source, [&] { return row_.quantise(one(), scales, point_, trace_.path); });
  if (scales == nullptr && of_file_ && quantised_->scales() != nullptr)
    cache_scales(trace_, row_, point_, *quantised_->scales());
  return *quantised_;
}

// With what was chosen in a run before; nullptr: nothing was, or nothing that the machine takes.
std::unique_ptr<quantised_call> call_case::with_cached_scales() const {
  const std::shared_ptr<const call_scales> scales = cached_scales(trace_, row_, point_);
  if (scales == nullptr) return nullptr;
  try {
    return row_.quantise(one(), scales.get(), point_, trace_.path);
  } catch (const input_error&) {
    return nullptr;
  }
}

const program& call_case::compiled(const compile_options& options) {
  const compile_options key = row_.fusable ? options : compile_options{};
  const auto made = programs_.find(key);
  if (made != programs_.end()) return made->second;
  const quantised_call& integers = quantised();
  program compiled = made_from(trace_.path, [&] { return integers.compile(options); });
  return programs_.emplace(key, std::move(compiled)).first->second;
}

std::map<std::string, uint64_t> call_case::compulsory() {
  if (const operator_result* r = quantised().arithmetic()) return r->bytes;
  std::map<std::string, uint64_t> bytes;
  for (const tensor_traffic& tensor : compiled({}).traffic)
    if (tensor.compulsory_bytes > 0) bytes[tensor.tensor] = tensor.compulsory_bytes;
  return bytes;
}

std::unique_ptr<operator_case> case_of(trace given, const design_point& point, operator_rows operators,
                                       bool of_file) {
  const operator_row& row = row_of(*given.call_, operators);
  return std::make_unique<call_case>(std::move(given), row, point, of_file);
}

}  // namespace

std::unique_ptr<operator_case> load_case(const std::string& trace_path, const design_point& point,
                                         operator_rows operators) {
  return case_of(load_trace(trace_path, kinds_of(operators)), point, operators, true);
}

std::unique_ptr<operator_case> make_case(trace given, const design_point& point, operator_rows operators) {
  return case_of(std::move(given), point, operators, false);
}

std::unique_ptr<operator_case> generated_case(const generate_request& request, const design_point& point) {
  auto scan = std::make_shared<selective_scan_call>();
  scan->scan = generate_scan(request);
  trace given;
  given.path = "generate";
  given.call_ = std::move(scan);
  return make_case(std::move(given), point);
}

}  // namespace scansim
