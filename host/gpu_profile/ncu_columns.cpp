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

constexpr std::array<std::string_view, 10> words = {"device__attribute_display_name",
                                                    "device__attribute_confidential_computing_mode",
                                                    "device__attribute_chip_name",
                                                    "launch__func_cache_config",
                                                    "launch__cluster_scheduling_policy",
                                                    "launch__preferred_cluster_policy",
                                                    "launch__execution_model",
                                                    "launch__tpc_enabled",
                                                    "launch__kernel_name",
                                                    "launch__context_name"};

struct used_row {
  std::string_view name, metric;  // theirs, ours
  const char* aggregation;        // where the name does not tell; nullptr: it does
};
// What our reports use, by the name that they know. Of several columns of one metric the first row takes it.
constexpr used_row used_rows[] = {
    {"gpu__time_duration.sum", "time", nullptr},
    {"gpu__time_duration.avg", "time", nullptr},
    {"gpu__time_duration_measured_user.sum", "time", nullptr},
    {"gpu__time_duration", "time", "sum over units"},  // Pascal, 2019.x
    {"Duration", "time", "sum over units"},            // label of gpu__time_duration.sum
    {"dram__bytes.sum", "dram_bytes", nullptr},
    {"dram__bytes_read.sum", "dram_read_bytes", nullptr},
    {"dram__bytes_op_read.sum", "dram_read_bytes", nullptr},  // compute capability 12
    {"dram__read_bytes.sum", "dram_read_bytes", nullptr},
    {"dram__read_bytes", "dram_read_bytes", "sum over units"},  // Pascal
    {"dram__bytes_write.sum", "dram_write_bytes", nullptr},
    {"dram__bytes_op_write.sum", "dram_write_bytes", nullptr},
    {"dram__write_bytes.sum", "dram_write_bytes", nullptr},
    {"dram__write_bytes", "dram_write_bytes", "sum over units"},
    {"device__attribute_multiprocessor_count", "", nullptr},
    {"device__attribute_l2_cache_size", "", nullptr},
    {"device__attribute_total_memory", "", nullptr},
    {"device__attribute_max_gpu_frequency_khz", "", nullptr},
    {"device__attribute_max_mem_frequency_khz", "", nullptr}};

constexpr std::array<std::string_view, 45> hardware = {
    "sm",     "smsp",   "smspv",    "gpu",     "gpc",  "tpc",   "dram",  "dramc", "fbp",
    "fbpa",   "lts",    "ltc",      "l1tex",   "lrc",  "idc",   "gcc",   "mcc",   "sys",
    "sysls",  "fe",     "fecs",     "pm",      "pcie", "nvlrx", "nvltx", "nvl",   "c2clink",
    "ctc",    "gr",     "crop",     "raster",  "vaf",  "vpc",   "pda",   "pes",   "hub",
    "launch", "device", "profiler", "derived", "sass", "tex",   "cpc",   "nvdla", "memory"};
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

bool mentions(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

std::optional<std::string> unit_of_name(std::string_view hardware_unit, std::string_view quantity,
                                        std::string_view rollup, std::string_view submetric) {
  if (rollup == "ratio" || submetric == "ratio") return "1";
  const auto ends = [&](std::string_view end) { return quantity.ends_with(end); };
  if (rollup == "pct" || submetric.starts_with("pct") || (rollup.empty() && ends("_pct"))) return "%";
  if (hardware_unit == "device") return "attribute";
  if (mentions(submetric, {"per_", "peak", "rate"})) return std::nullopt;
  if (mentions(quantity, {"byte", "time", "duration", "cycle", "frequency", "clock", "throughput",
                          "bandwidth", "power", "energy", "temperature", "latency"}))
    return std::nullopt;
  const bool size = mentions(quantity, {"shared_mem", "cache_size"}) && !mentions(quantity, {"occupancy"});
  if (hardware_unit == "launch" && size) return std::nullopt;
  return "1";
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
    if (unit == "c2clink") return column;  // how the host is built
    const bool constant = unit == "launch" || unit == "device" || unit == "profiler";
    column.aggregation = unit == "sass" ? "sum over units"
                         : constant     ? "constant of the launch"
                                        : "value of the launch";
    if (constant) column.sum = launch_sum::constant;
  } else {
    rollup = name.substr(point + 1, name.find('.', point + 1) - point - 1);
    submetric = name.substr(std::min(name.size(), point + 2 + rollup.size()));
    const auto row = std::find_if(std::begin(rollups), std::end(rollups),
                                  [&](const auto& one) { return one.first == rollup; });
    if (row == std::end(rollups) || !holds(submetrics, submetric)) return column;
    if (name.back() == '.') return column;
    column.aggregation = row->second;
    if (rollup == "sum" && submetric.empty()) column.sum = launch_sum::adds;
  }
  column.kind = ncu_column_kind::metric;
  column.metric = name;
  column.unit_if_empty = unit_of_name(unit, quantity, rollup, submetric);
  const bool count = submetric.empty() && rollup == "sum" && quantity.find("time") == std::string_view::npos;
  const bool fraction = mentions(quantity, {"waves", "occupancy"});
  column.whole = count || (unit == "launch" && !fraction);
  return column;
}

void mark_used(ncu_column& column, const std::string& name) {
  for (const used_row& row : used_rows) {
    if (row.name != name) continue;
    column.kind = ncu_column_kind::metric;
    column.used = true;
    column.rank = static_cast<int>(&row - used_rows);
    if (!row.metric.empty()) {
      column.metric = row.metric;
      column.sum = launch_sum::adds;
    }
    if (row.aggregation != nullptr) column.aggregation = row.aggregation;
  }
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
    column.kind = ncu_column_kind::metric;
    column.metric = name;
    column.aggregation = "value of the launch";
    column.unit_if_empty = "1";
    column.whole = true;
  } else {
    column = metric_column(name);
  }
  mark_used(column, name);
  return column;
}

ncu_column classify_ncu_metric(const std::string& section, const std::string& text) {
  ncu_column column = classify_ncu_column(text);
  if (column.kind == ncu_column_kind::metric || column.kind == ncu_column_kind::text) return column;
  const size_t last = text.find_last_of(" (");
  if (last != std::string::npos && last + 1 < text.size()) {
    const size_t closed = text.ends_with(')') ? 1 : 0;
    column = classify_ncu_column(text.substr(last + 1, text.size() - last - 1 - closed));
    if (column.kind == ncu_column_kind::metric || column.kind == ncu_column_kind::text) return column;
  }
  if (text.find("__") != std::string::npos) return {};  // a metric that the grammar does not know
  column = {};
  column.kind = ncu_column_kind::label;
  column.metric = section + ": " + text;
  column.aggregation = "as its section shows it";
  column.unit_if_empty = "1";
  return column;
}

}  // namespace scansim
