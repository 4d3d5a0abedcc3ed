#include "host/operators/operator_list.h"

#include <stdexcept>

#include "host/operators/operator_rows.h"
#include "traces/input_error.h"

namespace scansim {

operator_rows operator_list() {
  static constexpr const operator_row* rows[] = {
      &selective_scan_row,  //
      &gemm_row,            //
      &conv1d_row,          //
      &hadamard_row,        //
      &rms_norm_row,        //
      &mamba_block_row,     //
      &scan_sets_row,       //
      &embedding_row,       //
      &ssd_row,             //
  };
  return rows;
}

const operator_row* find_operator(std::string_view name, operator_rows rows) {
  for (const operator_row* row : rows)
    if (row->kind->name == name) return row;
  return nullptr;
}

const operator_row& row_of(const call& one, operator_rows rows) {
  for (const operator_row* row : rows)
    if (row->kind == &one.kind()) return *row;
  throw std::out_of_range(std::string("no row of operator ") + one.kind().name);
}

std::vector<int> arithmetic_parameters(const operator_row& row, const design_point& point) {
  if (row.scale_parameters != nullptr) return row.scale_parameters(point);
  std::vector<int> all;
  for (const parameter_row& field : map::parameters) all.push_back(point.*field.member);
  return all;
}

std::optional<size_t> stored_for(const trace& given, const operator_row& row, const design_point& point) {
  const std::unique_ptr<call_scales> wanted = given.call_->make_scales();
  if (wanted != nullptr && row.set_widths != nullptr) row.set_widths(*wanted, point);
  for (size_t i = 0; i < given.scales.size(); ++i)
    if (same_widths(*given.scales[i], *wanted)) return i;
  return std::nullopt;
}

stored_scales calibrated(const trace& given, const design_point& point, operator_rows rows) {
  const std::shared_ptr<quantised_call> made = made_from(given.path, [&] {
    return row_of(*given.call_, rows).quantise(*given.call_, nullptr, point, given.path);
  });
  const std::shared_ptr<const call_scales> chosen(made, made->scales());
  if (chosen == nullptr)
    throw input_error(given.path, "operator", "an operator with scales", given.call_->kind().name);
  stored_scales scales;
  for (const auto& stored : given.scales)
    if (!same_widths(*stored, *chosen)) scales.push_back(stored);
  scales.push_back(chosen);
  return scales;
}

std::vector<const call_kind*> kinds_of(operator_rows rows) {
  std::vector<const call_kind*> kinds;
  for (const operator_row* row : rows) kinds.push_back(row->kind);
  return kinds;
}

std::vector<double> operator_on_ref(const call& one) {
  return std::move(row_of(one).ref(one).front().values);
}

operator_result operator_on_hls(const call& one, const design_point& point, const std::string& file) {
  return *row_of(one).quantise(one, nullptr, point, file)->arithmetic();
}

program make_operator_program(const call& one, const compile_options& options, const design_point& point,
                              const std::string& file) {
  return row_of(one).quantise(one, nullptr, point, file)->compile(options);
}

}  // namespace scansim
