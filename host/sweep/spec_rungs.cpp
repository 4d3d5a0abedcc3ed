#include "host/sweep/spec_rungs.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/sweep/sweep_confirm.h"
#include "host/sweep/value_row.h"

namespace scansim {
namespace {

constexpr double least_seconds = 0.001, most_seconds = 1e6;
constexpr uint64_t least_memory_mb = 64, most_memory_mb = 1 << 24, most_retries = 100;

std::string rung_in(const spec_fields& fields, const YAML::Node& map, const char* key,
                    const std::string& known) {
  const std::string field = std::string("rungs.") + key, name = fields.scalar(map[key], field);
  if (name != known) fields.refuse(field, known, "'" + name + "'");
  return name;
}

}  // namespace

bool has_values(const sweep_spec& spec) {
  return std::any_of(spec.workloads.begin(), spec.workloads.end(),
                     [](const sweep_workload& one) { return one.has_values(); });
}

void read_rungs(const spec_fields& fields, const YAML::Node& map, sweep_spec& spec) {
  if (!map.IsMap()) fields.refuse("rungs", "a map with screen, values or confirm", "no map");
  fields.only_keys(map, "rungs.", {"screen", "values", "confirm"});
  if (map["screen"]) rung_in(fields, map, "screen", sweep_rung);
  if (map["values"]) {
    rung_in(fields, map, "values", value_rung());
    if (!has_values(spec))
      fields.refuse("rungs.values", "a workload with values (a trace, an operator)", "none");
    spec.values = true;
  }
  if (!map["confirm"]) return;
  spec.confirm = fields.scalar(map["confirm"], "rungs.confirm");
  if (!is_confirming_rung(spec.confirm))
    fields.refuse("rungs.confirm", "one of " + confirming_rung_names(), "'" + spec.confirm + "'");
}

void read_limits(const spec_fields& fields, const YAML::Node& map, row_limits& limits) {
  if (!map.IsMap()) fields.refuse("limits", "a map with seconds_per_point, memory_mb or retries", "no map");
  fields.only_keys(map, "limits.", {"seconds_per_point", "memory_mb", "retries"});
  if (map["seconds_per_point"]) {
    const double seconds = fields.number(map["seconds_per_point"], "limits.seconds_per_point");
    if (!(seconds >= least_seconds && seconds <= most_seconds))
      fields.refuse("limits.seconds_per_point", fmt::format("{} to {:.0f}", least_seconds, most_seconds),
                    map["seconds_per_point"].Scalar());
    limits.seconds = seconds;
  }
  if (map["memory_mb"])
    limits.memory_mb = fields.counted(map["memory_mb"], "limits.memory_mb", least_memory_mb, most_memory_mb);
  if (map["retries"]) limits.retries = fields.counted(map["retries"], "limits.retries", 0, most_retries);
}

}  // namespace scansim
