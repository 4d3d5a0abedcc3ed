// What `trace info` says of one tensor: count, min, max, mean, std (population), absmax. Two passes, sums in
// double: exact enough for any length that fits memory. `values` must not be empty.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace scansim {

nlohmann::json tensor_statistics(const std::vector<float>& values);

}  // namespace scansim
