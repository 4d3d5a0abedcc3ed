#include "host/energy/unit_data.h"

#include <algorithm>
#include <random>

#include "host/operators/operator_rows.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

// Replaces values by drawn ones of so many bits, or by zeros.
class operand_source {
 public:
  operand_source(data_kind kind, uint64_t seed) : kind_(kind), random_(seed) {}

  template <class Container>
  void fill(Container& values, int bits) {
    if (kind_ == data_kind::trace) return;
    using value_type = std::decay_t<decltype(*std::begin(values))>;
    for (auto& value : values)
      value = kind_ == data_kind::zeros
                  ? value_type{0}
                  : static_cast<value_type>(static_cast<int64_t>(random_() << (64 - bits)) >> (64 - bits));
  }
  template <class Matrix>
  void fill_matrix(Matrix& values, int bits) {
    std::span<typename Matrix::Scalar> all(values.data(), static_cast<size_t>(values.size()));
    fill(all, bits);
  }

 private:
  data_kind kind_;
  std::mt19937_64 random_;
};

void fill_scan(quantised_scan& scan, operand_source& source, int operand_bits) {
  for (auto* values : {&scan.u, &scan.delta, &scan.b, &scan.c, &scan.z}) source.fill(*values, operand_bits);
}

quantised_scan scan_of(const trace& given, const design_point& point) {
  const scan_tensors& tensors = payload<selective_scan_call>(*given.call_).scan;
  const std::optional<size_t> stored = stored_for(given, row_of(*given.call_), point);
  const scan_scales scales = stored ? payload<selective_scan_scales>(*given.scales[*stored]).scan
                                    : calibrate(tensors, widths_of(point));
  make_shifts(scales, widths_of(point), shift_form_of(tensors));
  return quantise(tensors, scales);
}

void load_layer(const trace& given, const design_point& point, unit_data& made) {
  const mamba_block_call& call = payload<mamba_block_call>(*given.call_);
  const std::optional<size_t> stored = stored_for(given, row_of(*given.call_), point);
  made.layer = std::make_shared<layer_data>();
  made.layer->block = quantise_mamba_block(
      call, point, given.path, stored ? &payload<mamba_block_scales>(*given.scales[*stored]) : nullptr);
  made.layer->result = run_mamba_block(made.layer->block, point);
  made.layer->sequences = std::max<int64_t>(1, made.layer->result.scans.front().scan.shape.batch);
  made.scan = made.layer->result.scans.front().scan;
}

}  // namespace

unit_data load_unit_data(const std::string& trace_path, const design_point& point, data_kind kind,
                         uint64_t seed) {
  trace given = load_trace(trace_path);
  unit_data made{given.path, given.sha256, kind, seed, {}, nullptr};
  if (std::unique_ptr<call> run = given.call_->as_run(given.path)) given.call_ = std::move(run);
  const call_kind& operation = given.call_->kind();
  if (&operation == &selective_scan_kind)
    made_from(given.path, [&] { return made.scan = scan_of(given, point), 0; });
  else if (&operation == &mamba_block_kind)
    load_layer(given, point, made);
  else
    throw input_error(given.path, "operator", "selective_scan or mamba_block", operation.name);
  operand_source source(kind, seed);
  fill_scan(made.scan, source, point.operand_bits);
  if (made.layer != nullptr) {
    layer_record& record = made.layer->result.record;
    source.fill_matrix(record.norm, 8), source.fill_matrix(record.r, 16);
    for (branch_record& branch : record.branches) {
      for (int8_matrix* values : {&branch.conv_input, &branch.history, &branch.u, &branch.dt, &branch.out})
        source.fill_matrix(*values, 8);
      source.fill_matrix(branch.y, 16);
    }
  }
  return made;
}

}  // namespace scansim
