// A sweep's points and rows for other tools: a CSV that a data frame reads, or an SQLite file.
//   CSV     a line a point of the plan: id, status, front (1 or 0), parameters, results; all digits
//   SQLite  points (the same), rows (key, point, workload, weight, status, message, cycles, chunks
//   simulated),
//           counters (key, block, event, count)
// Contract: a point without results has empty (NULL) ones and says missing, refused or failed.
#pragma once
#include "host/sweep/sweep_front.h"

namespace scansim {

struct exported_sweep {
  const sweep_spec& spec;
  const sweep_plan& plan;
  const stored_rows& store;
  const sweep_outcome& outcome;
};

struct exported_point {
  const sweep_point* point = nullptr;
  const judged_point* judged = nullptr;  // with results; else nullptr
  std::string status;                    // ok, refused, failed, missing
  bool has(const std::string& result) const { return judged && judged->results.contains(result); }
};
std::vector<exported_point> exported_points(const exported_sweep& sweep);

std::string export_csv(const exported_sweep& sweep);
// The bytes of the file; tool_error: SQLite's message.
std::string export_sqlite(const exported_sweep& sweep);

}  // namespace scansim
