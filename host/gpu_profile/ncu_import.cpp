#include "host/gpu_profile/ncu_import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <regex>
#include <set>

#include "host/gpu_profile/ncu_columns.h"
#include "host/gpu_profile/ncu_page.h"
#include "host/gpu_profile/ncu_units.h"
#include "host/gpu_profile/number_locale.h"
#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t largest_page = 256 << 20;
constexpr size_t max_named_kernels = 8;

struct page_metric {
  size_t index = 0;
  std::string name;
  ncu_column meaning;
  ncu_unit unit;
};

class page_importer {
 public:
  page_importer(const ncu_page& page, const std::string& file, const ncu_choice& choice)
      : page_(page), file_(file), choice_(choice), locale_(file, choice.decimal_mark) {}

  gpu_profile profile() {
    check_skipped();
    choose_launches();
    choose_columns();
    gpu_profile result;
    result.origin = "ncu";
    result.kernel.name = launches_.front()->cells[page_.find("Kernel Name")];
    result.kernel.precision = "unknown";
    read_identity(result);
    for (const page_metric& column : columns_)
      for (const csv_record* launch : launches_)
        locale_.observe(column.name, launch->cells[column.index], is_whole(column));
    for (const page_metric& column : columns_) add_metric(result, column);
    read_device(result);
    if (result.metrics.empty()) throw input_error(file_, "header", "a metric", "none");
    return result;
  }

 private:
  [[noreturn]] void refuse(const std::string& column, const std::string& expected,
                           const std::string& found) const {
    throw input_error(file_, "column " + printable(column), expected, found);
  }
  void check_skipped() const {
    for (const std::string& name : choice_.skip)
      if (page_.find(name) < 0) throw input_error(file_, "--skip", "a column of the header", printable(name));
  }
  void choose_launches();
  void choose_columns();
  void read_identity(gpu_profile& profile) const;
  void read_device(gpu_profile& profile) const;
  void add_metric(gpu_profile& profile, const page_metric& column) const;
  bool is_empty(size_t column) const {
    return std::all_of(launches_.begin(), launches_.end(),
                       [&](const csv_record* launch) { return launch->cells[column].empty(); });
  }
  static bool is_whole(const page_metric& column) {
    static const std::set<std::string> measured = {"us", "%", "hz", "W", "J", "C"};
    return column.meaning.whole && column.unit.factor == 1 && measured.count(column.unit.name) == 0 &&
           column.unit.name.find('/') == std::string::npos;
  }
  // The one text of an identification column; "" if there is no such column.
  std::string text_of(const std::string& name) const {
    const int column = page_.find(name);
    if (column < 0) return "";
    for (const csv_record* launch : launches_)
      if (launch->cells[column] != launches_.front()->cells[column])
        refuse(name, "one value in all launches of a kernel",
               printable(launches_.front()->cells[column]) + " and " + printable(launch->cells[column]));
    return launches_.front()->cells[column];
  }

  const ncu_page& page_;
  const std::string& file_;
  const ncu_choice& choice_;
  number_locale locale_;
  std::vector<const csv_record*> launches_;
  std::vector<page_metric> columns_;
};

void page_importer::choose_launches() {
  const int column = page_.find("Kernel Name");
  std::set<std::string> names;
  try {
    const std::regex wanted(choice_.kernel);
    for (const csv_record& launch : page_.launches) {
      const std::string& name = launch.cells[column];
      if (!std::regex_search(name, wanted)) continue;
      names.insert(name);
      launches_.push_back(&launch);
    }
  } catch (const std::regex_error&) {
    throw input_error("command line", "--kernel", "a regular expression",
                      "'" + printable(choice_.kernel) + "'");
  }
  if (names.size() == 1 && !names.begin()->empty()) return;
  if (names.empty()) {
    for (const csv_record& launch : page_.launches) names.insert(launch.cells[column]);
  }
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == max_named_kernels) shown.push_back("...");
    if (shown.size() < max_named_kernels) shown.push_back(printable(name));
  }
  if (launches_.empty())
    throw input_error(
        "command line", "--kernel",
        fmt::format("an expression that matches a kernel of {}: {}", file_, fmt::join(shown, "; ")),
        "'" + printable(choice_.kernel) + "'");
  refuse("Kernel Name", "one kernel (choose with --kernel)", fmt::format("{}", fmt::join(shown, "; ")));
}

void page_importer::choose_columns() {
  std::set<std::string> taken;
  for (size_t k = 0; k < page_.names.size(); ++k) {
    const std::string& name = page_.names[k];
    if (std::find(choice_.skip.begin(), choice_.skip.end(), name) != choice_.skip.end()) continue;
    page_metric column{k, name, classify_ncu_column(name), {}};
    if (column.meaning.kind == ncu_column_kind::unknown)
      refuse(name, "a column of Nsight Compute's raw page (--skip leaves one out)", "an unknown name");
    if (column.meaning.kind != ncu_column_kind::metric) continue;
    const std::string written =
        page_.units[k].empty() ? column.meaning.unit_if_empty.value_or("") : page_.units[k];
    if (written.empty()) refuse(name, "a unit in the units row (--skip leaves a column out)", "none");
    const auto unit = page_.units[k].empty() ? ncu_unit{written, 1} : parse_ncu_unit(written);
    if (!unit) refuse(name, "a known unit (--skip leaves a column out)", "\"" + printable(written) + "\"");
    column.unit = *unit;
    if (column.meaning.metric == "time" && column.unit.name != "us")
      refuse(name, "a unit of time", "\"" + printable(written) + "\"");
    if (is_empty(k)) continue;
    if (!taken.insert(column.meaning.metric).second) column.meaning.metric = name;
    columns_.push_back(std::move(column));
  }
}

void page_importer::read_identity(gpu_profile& profile) const {
  for (const auto& [name, key] : {std::pair{"Grid Size", "grid_size"}, std::pair{"Block Size", "block_size"}})
    if (const std::string text = text_of(name); !text.empty())
      profile.kernel.configuration.emplace_back(key, text);
  const std::string capability = text_of("CC"), display = text_of("device__attribute_display_name");
  const std::string given = display.empty() ? text_of("Device Name") : display;
  profile.device.name = given.empty() ? "unknown" : given;
  if (!capability.empty()) profile.device.compute_capability = capability;
}

void page_importer::read_device(gpu_profile& profile) const {
  const auto whole = [&](const char* name) -> std::optional<int64_t> {
    const profile_metric* metric = profile.find_metric(name);
    if (metric == nullptr || metric->value < 1) return std::nullopt;
    return static_cast<int64_t>(metric->value);
  };
  profile.device.multiprocessors = whole("device__attribute_multiprocessor_count");
  profile.device.l2_bytes = whole("device__attribute_l2_cache_size");
}

void page_importer::add_metric(gpu_profile& profile, const page_metric& column) const {
  std::vector<double> values;
  for (const csv_record* launch : launches_)
    values.push_back(column.unit.factor * locale_.read(column.name, launch->cells[column.index]));
  std::sort(values.begin(), values.end());
  const size_t count = values.size(), middle = count / 2;
  profile_metric metric;
  metric.name = column.meaning.metric;
  metric.unit = column.unit.name;
  metric.value = count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  metric.samples = static_cast<int64_t>(count);
  metric.aggregation = column.meaning.aggregation + (count == 1 ? ", 1 launch" : "");
  if (count > 1) {
    metric.aggregation += fmt::format(", median of {} launches, low and high their extremes", count);
    metric.low = values.front();
    metric.high = values.back();
  }
  if (metric.name == "time" && metric.value <= 0)
    refuse(column.name, "a time > 0", fmt::format("{}", metric.value));
  profile.metrics.push_back(std::move(metric));
}

}  // namespace

gpu_profile ncu_profile_from_text(const std::string& text, const std::string& file,
                                  const ncu_choice& choice) {
  const ncu_page page = read_ncu_page(text, file);
  return page_importer(page, file, choice).profile();
}

gpu_profile import_ncu_csv(const std::string& path, const ncu_choice& choice) {
  const mapped_file bytes(path);
  require_at_most(bytes, largest_page, path);
  require_text(bytes.text(), path, "the CSV of ncu");
  return ncu_profile_from_text(std::string(bytes.text()), path, choice);
}

}  // namespace scansim
