// Columns of Nsight Compute's raw page, 2019.1 to 2025.x, by name. Three kinds:
//   identification  who was launched where (ID, Kernel Name, Grid Size, CC, NVTX ranges, ...): a list
//   text            metrics whose value is a word (device__attribute_display_name,
//   launch__func_cache_config): a list metric          <unit>__<quantity>[.<rollup>[.<submetric>]], the
//   tool's own grammar: unit one of the hardware
//                   units, rollup sum, avg, min, max, ratio, pct or max_rate, submetric a known peak, rate or
//                   share. launch__, device__, profiler__, derived__, sass__ and smsp__pcsamp_ have no
//                   rollup.
// What fits none is unknown. A metric may lack a unit only where its name makes it dimensionless: .ratio
// ("1"), .pct and .pct_of_peak ("%"), device__attribute_ ("attribute", as the driver defines it), launch__
// and profiler__ counts ("1"), except launch__ memory sizes.
#pragma once
#include <optional>
#include <string>

namespace scansim {

enum class ncu_column_kind { identification, text, metric, unknown };

struct ncu_column {
  ncu_column_kind kind = ncu_column_kind::unknown;
  std::string metric;       // our name of a metric
  std::string aggregation;  // over the hardware's units: "sum over units", "ratio", "constant of the launch"
  std::optional<std::string> unit_if_empty;
  bool whole = false;  // can only hold whole numbers in an unscaled unit
};

ncu_column classify_ncu_column(const std::string& name);

}  // namespace scansim
