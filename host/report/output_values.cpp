#include "host/report/output_values.h"

#include <nlohmann/json.hpp>

#include "host/report/run_result.h"
#include "traces/safetensors.h"

namespace scansim {

void write_outputs(const std::string& path, const run_result& result, const rung_result& rung) {
  safetensors_writer writer;
  nlohmann::json bits = nlohmann::json::object();
  for (const output_values& output : rung.outputs) {
    if (!output.values.empty()) writer.add_floats(output.name, output.shape, output.values);
    if (output.integers.empty()) continue;
    writer.add(output.name + ".integer", tensor_dtype::i32, output.shape, output.integers.data(),
               output.integers.size() * sizeof(int32_t));
    if (!output.fraction_bits.empty()) bits[output.name] = output.fraction_bits;
  }
  const nlohmann::json facts = {
      {"format", 1},
      {"rung", rung.rung},
      {"operator", result.operator_name},
      {"trace", {{"path", result.trace_path}, {"sha256", result.trace_sha256}}},
      {"command", result.command},
      {"fraction_bits", bits},
  };
  writer.set_metadata("scansim", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  writer.write(path);
}

}  // namespace scansim
