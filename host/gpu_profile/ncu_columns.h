// Names of Nsight Compute's metrics, 2019.1 to 2026.x, and the identification columns of its pages. Kinds:
//   identification  who was launched where (ID, Kernel Name, Grid Size, CC, NVTX ranges, ...): a list
//   text            metrics whose value is a word (device__attribute_display_name, ...): a list
//   metric          <unit>__<quantity>[.<rollup>[.<submetric>]], the tool's own grammar: unit one of the
//   hardware
//                   units, rollup sum, avg, min, max, ratio, pct or max_rate, submetric a known peak, rate or
//                   share; without rollup the value is the launch's
//   label           words of a section ("Duration"), as the details page prints by default
// What fits none is unknown. A metric may lack a unit only where its name makes it a count, a ratio ("1"), a
// share
// ("%") or an attribute of the driver ("attribute"): not where the name has bytes, time, cycles or a rate in
// it.
#pragma once
#include <optional>
#include <string>

#include "host/gpu_profile/import_page.h"

namespace scansim {

enum class ncu_column_kind { identification, text, metric, label, unknown };

struct ncu_column {
  ncu_column_kind kind = ncu_column_kind::unknown;
  std::string metric;       // our name of a metric
  std::string aggregation;  // over the hardware's units: "sum over units", "ratio", "constant of the launch"
  std::optional<std::string> unit_if_empty;
  bool whole = false;  // can only hold whole numbers in an unscaled unit
  bool used = false;   // strict: see import_column
  launch_sum sum = launch_sum::none;
  int rank = 0;  // of several columns of one metric of ours, the least takes the name
};

ncu_column classify_ncu_column(const std::string& name);
// Of the details page: also labels, alone or with the metric's name behind ("Duration
// gpu__time_duration.sum").
ncu_column classify_ncu_metric(const std::string& section, const std::string& text);

}  // namespace scansim
