// ref on a call as it is given, with what its outputs are held to: the recorded ones and what a reader of the
// verdict should know (negative steps, a call that a turned tensor would fit as well). Contract: outputs are
// finite, or input_error naming the first that is not; `trace verify` and the ref rung are this one function.
#pragma once
#include <vector>

#include "host/operators/operator_case.h"

namespace scansim {

struct reference_result {
  std::vector<named_reals> outputs;
  expect_verdict verdict;
};

reference_result run_reference(const operator_case& one);

}  // namespace scansim
