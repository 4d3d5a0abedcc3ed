// From a trace to its case, whatever its operator. Errors: input_error for a malformed trace.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "host/operators/operator_case.h"
#include "host/operators/operator_list.h"
#include "traces/generate.h"

namespace scansim {

std::unique_ptr<operator_case> load_case(const std::string& trace_path, const design_point& point,
                                         operator_rows operators = operator_list());

// A call that is in no file, in a trace with any path.
std::unique_ptr<operator_case> make_case(trace given, const design_point& point,
                                         operator_rows operators = operator_list());

// Of a generated scan.
std::unique_ptr<operator_case> generated_case(const generate_request& request, const design_point& point);

using case_loader =
    std::function<std::unique_ptr<operator_case>(const std::string& trace_path, const design_point& point)>;

}  // namespace scansim
