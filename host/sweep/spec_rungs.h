// The keys `rungs` (what runs of every point, of its values, of the front) and `limits` (what a row may take)
// of a sweep file. Errors: input_error of the file with the field.
#pragma once
#include "host/sweep/spec_fields.h"

namespace scansim {

bool has_values(const sweep_spec& spec);  // some workload has
void read_rungs(const spec_fields& fields, const YAML::Node& map, sweep_spec& spec);
void read_limits(const spec_fields& fields, const YAML::Node& map, row_limits& limits);

}  // namespace scansim
