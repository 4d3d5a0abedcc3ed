// The tensors of a trace in one table: name in the file, member of scan_tensors, sizes, whether it must be
// there. Contract: reader, writer, checks and descriptions all walk this table, in this order; nothing else
// lists the tensors.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "traces/scan_tensors.h"

namespace scansim {

enum class trace_axis { batch, channels, states, groups, length };

struct trace_tensor {
  const char* name;
  std::vector<float> scan_tensors::*values;
  std::vector<trace_axis> axes;
  bool required;
};

const std::vector<trace_tensor>& trace_tensor_table();

// The member of `shape` that an axis stands for.
int64_t axis_size(const scan_shape& shape, trace_axis axis);
int64_t& axis_size(scan_shape& shape, trace_axis axis);

// "batch", "D", "N", "G" or "L": the symbol used in messages.
const char* axis_symbol(trace_axis axis);

// The sizes of one tensor under `shape`.
std::vector<int64_t> tensor_sizes(const trace_tensor& tensor, const scan_shape& shape);

// Elements of one tensor under `shape`; -1 if the product exceeds 2^60 or a size is below 1.
int64_t tensor_count(const trace_tensor& tensor, const scan_shape& shape);

// "[2, 3]"
std::string sizes_text(const std::vector<int64_t>& sizes);

}  // namespace scansim
