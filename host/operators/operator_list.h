// What the harness asks of an operator beside its call: one row an operator, in a file of its own, one line
// in operator_list.cpp. Contract: every function takes a call of the row's kind (std::bad_cast for another).
// Errors: input_error; `file` names the trace. What is left out of a row is as for most operators.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/operators/quantised_call.h"
#include "host/operators/scan_part.h"
#include "traces/scan_scales.h"
#include "traces/trace.h"

namespace scansim {

struct operator_row {
  const call_kind* kind;
  // On the values as given, in double precision.
  std::vector<named_reals> (*ref)(const call& one);
  // With `stored` scales; nullptr: with scales chosen from the call. The call must outlive what is made.
  std::unique_ptr<quantised_call> (*quantise)(const call& one, const call_scales* stored,
                                              const design_point& point, const std::string& file);
  least_work (*work)(const call& one);
  // Multiply-accumulates that the arithmetic needs, without what a pattern leaves out; nullptr: not a
  // measure.
  uint64_t (*macs)(const call& one) = nullptr;
  // Widths that follow from the design point, into scales of the call; nullptr: none does.
  void (*set_widths)(call_scales& scales, const design_point& point) = nullptr;
  // Of the design point, all that the choice of scales depends on; nullptr: every parameter.
  std::vector<int> (*scale_parameters)(const design_point& point) = nullptr;
  bool fusable = false;     // compile_options make a difference
  bool needs_units = true;  // machines run it on the units around the scan
  bool on_machines = true;  // quantise() does not refuse
  bool has_kernel = false;  // of what the operator is for: a GPU is among the usual rungs
  // Where an element of an output is; nullptr: "[row, column]".
  std::string (*place)(const call& one, const std::string& output, int64_t index) = nullptr;
  // How ref's agreement with the recorded outputs begins, and what stands where nothing was recorded.
  const char* agrees = "agrees with expect.y: ";
  const char* not_recorded = "no recorded output to compare with";
  // Of an output that no trace records; nullptr: there is none.
  std::vector<int64_t> (*state_shape)(const call& one, const std::string& output) = nullptr;
  // Values beyond the machine, by what they are; nullptr: not known before it runs.
  std::map<std::string, uint64_t> (*limits)(const call& one) = nullptr;
  // What y is without the scan in the call, and ref with faults in that scan; nullptr: there is no scan.
  scan_share (*share)(const call& one) = nullptr;
  std::optional<scan_trial> (*try_faults)(const call& one) = nullptr;
  // The order in which elements are compared; nullptr: as stored.
  std::vector<int64_t> (*comparison_order)(const call& one, const std::string& output) = nullptr;
};

using operator_rows = std::span<const operator_row* const>;

operator_rows operator_list();

// nullptr: no operator of that name.
const operator_row* find_operator(std::string_view name, operator_rows rows = operator_list());
// std::out_of_range if no row is of the call's kind.
const operator_row& row_of(const call& one, operator_rows rows = operator_list());

// All of the design point that scales, and so values, depend on: the row's own choice, or every parameter.
std::vector<int> arithmetic_parameters(const operator_row& row, const design_point& point);

// Which of the trace's stored scales serve a run on the design point: the first whose widths are those that
// the run has.
std::optional<size_t> stored_for(const trace& given, const operator_row& row, const design_point& point);

// The trace's stored scales with those that are chosen for the design point behind them, in place of others
// of the same widths.
stored_scales calibrated(const trace& given, const design_point& point, operator_rows rows = operator_list());

// The kinds of the rows: what load_trace may find.
std::vector<const call_kind*> kinds_of(operator_rows rows);

// By the row of the product's own list, with chosen scales: y alone; integers; a program.
std::vector<double> operator_on_ref(const call& one);
operator_result operator_on_hls(const call& one, const design_point& point, const std::string& file);
program make_operator_program(const call& one, const compile_options& options, const design_point& point,
                              const std::string& file);

// All of the design point that scales of scans depend on.
inline std::vector<int> scan_scale_parameters(const design_point& point) {
  const hls::widths w = widths_of(point);
  return {w.operand_bits, w.state_bits, w.output_bits, w.exp_segments};
}

inline void take_widths(scan_scales& scales, const design_point& point) {
  scales.operand_bits = point.operand_bits, scales.state_bits = point.state_bits;
  scales.output_bits = point.output_bits;
}

// Elements of a tensor as least_work counts them.
inline double elements(const std::vector<float>& values) { return static_cast<double>(values.size()); }

}  // namespace scansim
