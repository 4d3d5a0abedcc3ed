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

enum class fill_style { given, drawn, zeros, sparse, small, walk, bursts, held };

// Replaces values by drawn ones of so many bits, by zeros or by one value, as the kind of data says.
class operand_source {
  static constexpr int64_t burst_length = 5;  // no lane stride

 public:
  operand_source(data_kind kind, uint64_t seed) : kind_(kind), random_(seed) {}

  template <class Container>
  void fill(Container& values, int bits) {
    fill_as(values, bits, style_of_stream());
  }
  template <class Matrix>
  void fill_matrix(Matrix& values, int bits) {
    fill_as(all_of(values), bits, style_of_stream());
  }
  // What stays while tokens stream: another value in mixed data alone.
  template <class Container>
  void fill_weights(Container& values, int bits) {
    if (kind_ == data_kind::mixed) fill_as(values, bits, style_of_weights());
  }
  template <class Matrix>
  void fill_weight_matrix(Matrix& values, int bits) {
    if (kind_ == data_kind::mixed) fill_as(all_of(values), bits, style_of_weights());
  }

 private:
  template <class Matrix>
  static std::span<typename Matrix::Scalar> all_of(Matrix& values) {
    return {values.data(), static_cast<size_t>(values.size())};
  }

  fill_style style_of_stream() {
    switch (kind_) {
      case data_kind::trace:
        return fill_style::given;
      case data_kind::random:
        return fill_style::drawn;
      case data_kind::zeros:
        return fill_style::zeros;
      case data_kind::sparse:
        return fill_style::sparse;
      case data_kind::small:
        return fill_style::small;
      case data_kind::walk:
        return fill_style::walk;
      case data_kind::bursts:
        return fill_style::bursts;
      default: {
        constexpr fill_style of_four[] = {fill_style::given, fill_style::drawn, fill_style::zeros,
                                          fill_style::held};
        return of_four[random_() >> 62];
      }
    }
  }
  fill_style style_of_weights() {
    constexpr fill_style of_four[] = {fill_style::given, fill_style::given, fill_style::drawn,
                                      fill_style::held};
    return of_four[random_() >> 62];
  }

  int64_t draw(int bits) { return static_cast<int64_t>(random_() << (64 - bits)) >> (64 - bits); }

  template <class Container>
  void fill_as(Container&& values, int bits, fill_style style) {
    if (style == fill_style::given) return;
    using value_type = std::decay_t<decltype(*std::begin(values))>;
    const int64_t kept = style == fill_style::held ? draw(bits) : 0, most = (int64_t{1} << (bits - 1)) - 1;
    int64_t at = 0, count = 0;
    for (auto& value : values) {
      if (style == fill_style::zeros || (style == fill_style::sparse && (random_() >> 63) != 0) ||
          (style == fill_style::bursts && (count++ / burst_length) % 2 == 0))
        value = 0;
      else if (style == fill_style::walk)
        value = static_cast<value_type>(at = std::clamp(at + draw(bits - 3), -most - 1, most));
      else if (style == fill_style::drawn || style == fill_style::small)
        value = static_cast<value_type>(draw(style == fill_style::small ? bits / 2 : bits));
      else if (style == fill_style::held)
        value = static_cast<value_type>(kept);
    }
  }

  data_kind kind_;
  std::mt19937_64 random_;
};

void fill_scan(quantised_scan& scan, operand_source& source, int operand_bits) {
  for (auto* values : {&scan.u, &scan.delta, &scan.b, &scan.c, &scan.z}) source.fill(*values, operand_bits);
  source.fill_weights(scan.a, operand_bits);
  for (auto* values : {&scan.d, &scan.delta_bias}) source.fill_weights(*values, hls::param_bits);
}

void fill_layer(layer_data& layer, operand_source& source) {
  layer_record& record = layer.result.record;
  source.fill_matrix(record.norm, 8), source.fill_matrix(record.r, 16);
  for (branch_record& branch : record.branches) {
    for (int8_matrix* values : {&branch.conv_input, &branch.history, &branch.u, &branch.dt})
      source.fill_matrix(*values, 8);
    source.fill_matrix(branch.y, 16);
  }
  for (output_record& output : record.outputs)
    source.fill_matrix(output.out, 8), source.fill_matrix(output.y, 16);
  source.fill_weights(layer.block.layer.norm.w, 16);
  source.fill_weight_matrix(layer.block.layer.in_proj.linear.w, 8);
  for (quantised_branch& branch : layer.block.layer.branches) source.fill_weight_matrix(branch.conv.w, 8);
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

namespace {
constexpr const char* names_of_kinds[] = {"trace", "random", "zeros",  "sparse",
                                          "small", "walk",   "bursts", "mixed"};
}  // namespace

const char* kind_name(data_kind kind) { return names_of_kinds[static_cast<int>(kind)]; }
std::span<const char* const> kind_names() { return names_of_kinds; }

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
  if (made.layer != nullptr) fill_layer(*made.layer, source);
  return made;
}

}  // namespace scansim
