// The bytes of stored weights as results and reports name them (host/quantise/gemm_weights.h says what they
// are).
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "host/quantise/gemm_weights.h"

namespace scansim {

nlohmann::json to_json(const weight_storage& bytes);

}  // namespace scansim
