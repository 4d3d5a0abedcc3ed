#include "host/gpu_profile/ncu_columns.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace scansim {
namespace {

template <size_t count>
bool holds(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 18> identification = {
    "ID",          "Process ID",    "Process Name", "Host Name",  "Kernel Name", "Kernel Time",
    "Context",     "Stream",        "Block Size",   "Grid Size",  "Device",      "CC",
    "Device Name", "Function Name", "Cluster Size", "Context ID", "Stream ID",   "Thread ID"};
constexpr std::array<std::string_view, 4> nvtx_prefixes = {"Id:Domain:", "thread Domain:", "NVTX", "Range:"};

constexpr std::array<std::string_view, 7> words = {"device__attribute_display_name",
                                                   "launch__func_cache_config",
                                                   "launch__cluster_scheduling_policy",
                                                   "launch__preferred_cluster_policy",
                                                   "launch__kernel_name",
                                                   "device__attribute_chip_name",
                                                   "launch__context_name"};

// Columns that our reports know by another name; the first of a name that is present takes it.
constexpr std::pair<std::string_view, std::string_view> renamed[] = {
    {"gpu__time_duration.sum", "time"},
    {"gpu__time_duration.avg", "time"},
    {"gpu__time_duration_measured_user.sum", "time"},
    {"Duration", "time"},  // --print-metric-name label
    {"dram__bytes.sum", "dram_bytes"},
    {"dram__bytes_read.sum", "dram_read_bytes"},
    {"dram__bytes_op_read.sum", "dram_read_bytes"},  // compute capability 12
    {"dram__bytes_write.sum", "dram_write_bytes"},
    {"dram__bytes_op_write.sum", "dram_write_bytes"}};

constexpr std::array<std::string_view, 45> hardware = {
    "sm",     "smsp",   "smspv",    "gpu",     "gpc",  "tpc",    "dram",  "dramc", "fbp",
    "fbpa",   "lts",    "ltc",      "l1tex",   "lrc",  "idc",    "gcc",   "mcc",   "sys",
    "sysls",  "fe",     "fecs",     "pm",      "pcie", "nvlrx",  "nvltx", "nvl",   "c2clink",
    "ctc",    "gr",     "crop",     "raster",  "vaf",  "vpc",    "pda",   "pes",   "hub",
    "launch", "device", "profiler", "derived", "sass", "memory", "numa",  "tex",   "cpc"};
constexpr std::array<std::string_view, 4> without_rollup = {"launch", "device", "profiler", "sass"};
constexpr std::array<std::string_view, 8> source_metrics = {"inst_executed",
                                                            "thread_inst_executed",
                                                            "thread_inst_executed_true",
                                                            "smsp__pcsamp_interval",
                                                            "smsp__pcsamp_sample_buffer_full",
                                                            "smsp__pcsamp_buffer_size_bytes",
                                                            "smsp__pcsamp_dropped_bytes",
                                                            "memory_l2_theoretical_sectors_global"};

constexpr std::pair<std::string_view, std::string_view> rollups[] = {{"sum", "sum over units"},
                                                                     {"avg", "average over units"},
                                                                     {"min", "least of the units"},
                                                                     {"max", "largest of the units"},
                                                                     {"ratio", "ratio"},
                                                                     {"pct", "ratio"},
                                                                     {"max_rate", "largest rate"}};
constexpr std::array<std::string_view, 25> submetrics = {"",
                                                         "per_second",
                                                         "per_cycle_active",
                                                         "per_cycle_elapsed",
                                                         "per_cycle_in_frame",
                                                         "per_cycle_in_region",
                                                         "pct",
                                                         "ratio",
                                                         "max_rate",
                                                         "pct_of_peak_sustained_active",
                                                         "pct_of_peak_sustained_elapsed",
                                                         "pct_of_peak_sustained_frame",
                                                         "pct_of_peak_sustained_region",
                                                         "pct_of_peak_burst_active",
                                                         "pct_of_peak_burst_elapsed",
                                                         "pct_of_peak_burst_frame",
                                                         "pct_of_peak_burst_region",
                                                         "peak_sustained",
                                                         "peak_burst",
                                                         "peak_sustained_active",
                                                         "peak_sustained_elapsed",
                                                         "peak_sustained_frame",
                                                         "peak_sustained_region",
                                                         "peak_sustained_active.per_second",
                                                         "peak_sustained_elapsed.per_second"};

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<std::string> unit_of_name(std::string_view hardware_unit, std::string_view quantity,
                                        std::string_view rollup, std::string_view submetric) {
  if (rollup == "ratio" || submetric == "ratio") return "1";
  const auto ends = [&](std::string_view end) { return quantity.ends_with(end); };
  if (rollup == "pct" || submetric.starts_with("pct") || (rollup.empty() && ends("_pct"))) return "%";
  if (hardware_unit == "device") return "attribute";
  if (hardware_unit == "profiler") return "1";
  const bool size = quantity.find("mem") != std::string_view::npos || ends("stack_size") || ends("bytes");
  if (hardware_unit == "launch" && !size) return "1";
  return std::nullopt;
}

ncu_column metric_column(std::string_view name) {
  ncu_column column;
  const size_t underscores = name.find("__"), point = name.find('.');
  const std::string_view unit = name.substr(0, underscores);
  if (underscores == std::string_view::npos || !holds(hardware, unit)) return column;
  const std::string_view quantity = name.substr(underscores + 2, point - underscores - 2);
  if (!is_word(quantity)) return column;
  std::string_view rollup, submetric;
  if (point == std::string_view::npos) {
    const bool bare = holds(without_rollup, unit) || unit == "derived" || quantity.starts_with("pcsamp_");
    if (!bare) return column;
    column.aggregation = unit == "sass" ? "sum over units" : "constant of the launch";
    if (unit == "derived" || quantity.starts_with("pcsamp_")) column.aggregation = "value of the launch";
  } else {
    rollup = name.substr(point + 1, name.find('.', point + 1) - point - 1);
    submetric = name.substr(std::min(name.size(), point + 2 + rollup.size()));
    const auto row = std::find_if(std::begin(rollups), std::end(rollups),
                                  [&](const auto& one) { return one.first == rollup; });
    if (row == std::end(rollups) || !holds(submetrics, submetric)) return column;
    if (name.back() == '.') return column;
    column.aggregation = row->second;
  }
  column.kind = ncu_column_kind::metric;
  column.metric = name;
  column.unit_if_empty = unit_of_name(unit, quantity, rollup, submetric);
  const bool count = submetric.empty() && rollup == "sum" && quantity.find("time") == std::string_view::npos;
  const bool fraction = quantity.find("waves") != std::string_view::npos ||
                        quantity.find("occupancy") != std::string_view::npos;
  column.whole = count || (unit == "launch" && !fraction);
  return column;
}

}  // namespace

ncu_column classify_ncu_column(const std::string& name) {
  ncu_column column;
  if (holds(identification, name) ||
      std::any_of(nvtx_prefixes.begin(), nvtx_prefixes.end(),
                  [&](std::string_view prefix) { return name.starts_with(prefix); })) {
    column.kind = ncu_column_kind::identification;
    return column;
  }
  if (holds(words, name)) {
    column.kind = ncu_column_kind::text;
    return column;
  }
  if (holds(source_metrics, name)) {
    column = {ncu_column_kind::metric, name, "value of the launch", std::nullopt, true};
  } else {
    column = metric_column(name);
  }
  for (const auto& [theirs, ours] : renamed) {
    if (theirs != name) continue;
    if (column.kind == ncu_column_kind::unknown) column.aggregation = "sum over units";
    column.kind = ncu_column_kind::metric;
    column.metric = ours;
  }
  return column;
}

}  // namespace scansim
