// The tensors of each operator in one table: name in the file, where its values and sizes live, whether it
// must be there. Contract: reader, writer, checks and descriptions walk this table, in this order; a size
// that a tensor does not give is settled by `before` of the first tensor that needs it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "traces/operator_trace.h"

namespace scansim {

struct operator_axis {
  const char* symbol;
  int64_t* size;  // 0: not known yet
};

struct operator_tensor {
  std::string name;
  std::vector<float>* values;     // or
  std::vector<int64_t>* indices;  // I32 or I64 in the file
  std::vector<operator_axis> axes;
  bool required;
  std::function<void()> before;  // may be empty; run whether or not the tensor is there
  std::string log_name = {};     // another name in a file: there `values` are -exp of what it holds
  bool transposed = false;       // `values` are (second axis, first axis): the file's matrix transposed
};

// Pointers into `call`, which must outlive the table. A mamba_block has tensors of a second direction if
// `backward` is there.
std::vector<operator_tensor> operator_tensors(operator_call& call);

std::vector<int64_t> sizes_of(const operator_tensor& tensor);

std::vector<float> transpose(const std::vector<float>& matrix, int64_t rows, int64_t cols);

}  // namespace scansim
