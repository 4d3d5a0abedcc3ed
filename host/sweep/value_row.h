// A row of the store with values: the outputs of one workload on the rung that has the machine's arithmetic
// and no time, against the reference. Contract: values depend on the number formats and on the call alone,
// so `key` names those and no time: one row serves every point that has the same (equal keys, equal rows).
#pragma once
#include "host/sweep/row_outcome.h"

namespace scansim {

struct value_row : row_outcome {
  double relative_mse = 0;      // against the reference on the same quantised inputs
  double quantisation_mse = 0;  // of the reference on quantised inputs against that on given ones
  std::string output_sha256;
};

// The rung of such rows, by the ladder.
const std::string& value_rung();

nlohmann::json to_json(const value_row& row);
bool is_value_row(const nlohmann::json& object);
// Throws nlohmann::json::exception for what is no row.
value_row value_row_from_json(const nlohmann::json& object);

}  // namespace scansim
