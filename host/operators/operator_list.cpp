#include "host/operators/operator_list.h"

#include <stdexcept>

#include "host/operators/operator_rows.h"

namespace scansim {

operator_rows operator_list() {
  static constexpr const operator_row* rows[] = {
      &selective_scan_row,  //
      &gemm_row,            //
      &conv1d_row,          //
      &hadamard_row,        //
      &rms_norm_row,        //
      &mamba_block_row,     //
  };
  return rows;
}

const operator_row& row_of(const call& one, operator_rows rows) {
  for (const operator_row* row : rows)
    if (row->kind == &one.kind()) return *row;
  throw std::out_of_range(std::string("no row of operator ") + one.kind().name);
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
  return row_of(one).on_hls(one, point, file);
}

program make_operator_program(const call& one, const compile_options& options, const design_point& point,
                              const std::string& file) {
  return row_of(one).compile(one, options, point, file);
}

}  // namespace scansim
