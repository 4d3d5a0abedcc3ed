#include "host/sweep/point_row.h"

namespace scansim {

nlohmann::json to_json(const point_row& row) {
  nlohmann::json object = outcome_json(row, sweep_rung);
  if (row.status != row_status::ok) return object;
  object["cycles"] = row.cycles;
  object["counters"] = row.counters;
  object["compulsory_bytes"] = row.compulsory_bytes;
  if (row.simulated) object["simulated"] = {{"chunks", row.simulated->chunks}, {"of", row.simulated->of}};
  return object;
}

point_row row_from_json(const nlohmann::json& object) {
  point_row row;
  read_outcome(object, row);
  if (row.status != row_status::ok) return row;
  row.cycles = object.at("cycles");
  row.counters = object.at("counters").get<event_counters>();
  row.compulsory_bytes = object.at("compulsory_bytes");
  if (object.contains("simulated"))
    row.simulated = simulated_part{object.at("simulated").at("chunks"), object.at("simulated").at("of")};
  return row;
}

}  // namespace scansim
