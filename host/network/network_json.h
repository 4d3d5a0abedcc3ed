// A network's result as JSON (keys: host/network/README.md) and its rows as CSV with a header line, units in
// the names; texts in quotes. Contract: what did not run is null, never zero.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/network/network_run.h"

namespace scansim {

inline constexpr int network_format_version = 1;

nlohmann::json to_json(const network_result& result);
std::string network_csv(const network_result& result);

}  // namespace scansim
