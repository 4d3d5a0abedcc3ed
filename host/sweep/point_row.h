// A row of the store: one workload on one design point under one memory model, run on one rung. Contract:
// `key` names everything that its cycles and counters depend on, so equal keys have equal rows.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/sweep/row_outcome.h"
#include "models/energy/energy_report.h"
#include "sim/rungs/device.h"

namespace scansim {

inline constexpr const char* sweep_rung = "analytic";  // `fast` where a run does not repeat itself

struct point_row : row_outcome {
  uint64_t cycles = 0;
  event_counters counters;
  uint64_t compulsory_bytes = 0;            // what must move, whatever the machine
  std::optional<simulated_part> simulated;  // of the chunks: the rest was shown to repeat
};

nlohmann::json to_json(const point_row& row);
// Throws nlohmann::json::exception for what is no row.
point_row row_from_json(const nlohmann::json& object);

}  // namespace scansim
