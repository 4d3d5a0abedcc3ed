// What the harness asks of an operator beside its call: one row an operator, in a file of its own, one line
// in operator_list.cpp. Contract: every function takes a call of the row's kind (std::bad_cast for another);
// integers of `on_hls` and of a machine that runs `compile` are equal bit for bit, in the same order. Errors:
// input_error; `file` names the trace.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/operators/operator_case.h"
#include "host/operators/operator_result.h"
#include "host/program/program.h"
#include "traces/calls/call.h"

namespace scansim {

struct operator_row {
  const call_kind* kind;
  // On the values as given, in double precision.
  std::vector<named_reals> (*ref)(const call& one);
  // Quantised, in the operator's own integer arithmetic, with what bounds its error. nullptr: the machine is
  // the arithmetic.
  operator_result (*on_hls)(const call& one, const design_point& point, const std::string& file);
  program (*compile)(const call& one, const compile_options& options, const design_point& point,
                     const std::string& file);
  least_work (*work)(const call& one);
  bool fusable = false;  // compile_options::fused makes a difference
};

using operator_rows = std::span<const operator_row* const>;

operator_rows operator_list();

// std::out_of_range if no row is of the call's kind.
const operator_row& row_of(const call& one, operator_rows rows = operator_list());

// The kinds of the rows: what load_trace may find.
std::vector<const call_kind*> kinds_of(operator_rows rows);

// By the row of the product's own list: y alone; integers; a program.
std::vector<double> operator_on_ref(const call& one);
operator_result operator_on_hls(const call& one, const design_point& point, const std::string& file);
program make_operator_program(const call& one, const compile_options& options, const design_point& point,
                              const std::string& file);

// Elements of a tensor as least_work counts them.
inline double elements(const std::vector<float>& values) { return static_cast<double>(values.size()); }

}  // namespace scansim
