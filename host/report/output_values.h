// The outputs of one rung as values, for whoever goes on with them, and their file: one .safetensors a rung.
//   <output>           F32, value = integer * 2^-fraction_bits; exact for integers below 2^24
//   <output>.integer   I32, of a rung that computes in integers
// Contract: shapes and names are the trace's; the metadata key `scansim` holds rung, operator, trace and
// fraction bits as JSON. The writer is that of every output (traces/output_file.h): tool_error.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

struct output_values {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;       // empty: the scale is not known
  std::vector<int32_t> integers;   // empty: the rung has none
  std::vector<int> fraction_bits;  // of integers: one, or one for each place along the last axis
};

struct run_result;
struct rung_result;

void write_outputs(const std::string& path, const run_result& result, const rung_result& rung);

}  // namespace scansim
