#include "host/gpu_profile/kernel_counts.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "host/gpu_profile/csv_records.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

extern const char* const sass_counts_text;  // generated from host/cuda/sass/sass_counts.csv

namespace {

constexpr const char* written_by = "# Written by host/cuda/sass/sass.sh: ";

struct text_column {
  const char* name;
  std::string kernel_counts::*value;
};
struct count_column {
  const char* name;
  double kernel_counts::*value;
};
constexpr text_column names[] = {{"kernel", &kernel_counts::kernel},
                                 {"precision", &kernel_counts::precision},
                                 {"shape", &kernel_counts::shape},
                                 {"architecture", &kernel_counts::architecture}};
constexpr count_column counts[] = {{"registers", &kernel_counts::registers},
                                   {"spill_bytes", &kernel_counts::spill_bytes},
                                   {"shared_bytes", &kernel_counts::shared_bytes},
                                   {"instructions", &kernel_counts::instructions},
                                   {"loop_instructions", &kernel_counts::loop_instructions},
                                   {"loop_updates", &kernel_counts::loop_updates},
                                   {"unit_ops", &kernel_counts::unit_ops},
                                   {"lds", &kernel_counts::lds},
                                   {"lds_bytes", &kernel_counts::lds_bytes},
                                   {"sts", &kernel_counts::sts},
                                   {"shuffles", &kernel_counts::shuffles},
                                   {"global_loads", &kernel_counts::global_loads},
                                   {"fp32", &kernel_counts::fp32},
                                   {"conversions", &kernel_counts::conversions},
                                   {"branches", &kernel_counts::branches},
                                   {"burst_loads", &kernel_counts::burst_loads},
                                   {"burst_bytes", &kernel_counts::burst_bytes}};

std::vector<std::string> columns() {
  std::vector<std::string> all;
  for (const text_column& one : names) all.push_back(one.name);
  for (const count_column& one : counts) all.push_back(one.name);
  return all;
}

std::string joined(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += (text.empty() ? "" : ",") + cell;
  return text;
}

// Of "sm_90" and of "9.0": 90.
int version_digits(const std::string& version) {
  int number = 0;
  for (const char c : version)
    if (c >= '0' && c <= '9') number = 10 * number + (c - '0');
  return number;
}

double whole(const std::string& cell, const std::string& place, const char* column) {
  int64_t value = 0;
  const char* end = cell.data() + cell.size();
  const auto [stop, failed] = std::from_chars(cell.data(), end, value);
  if (failed != std::errc() || stop != end || value < 0)
    throw input_error(place, column, "a whole number", "'" + printable(cell) + "'");
  return static_cast<double>(value);
}

kernel_counts read_row(const csv_record& record, const std::string& file) {
  const std::string place = file + ", line " + std::to_string(record.line);
  if (record.cells.size() != std::size(names) + std::size(counts))
    throw input_error(place, "row", std::to_string(std::size(names) + std::size(counts)) + " cells",
                      std::to_string(record.cells.size()));
  kernel_counts row;
  size_t k = 0;
  for (const text_column& one : names) row.*one.value = record.cells[k++];
  for (const count_column& one : counts) row.*one.value = whole(record.cells[k++], place, one.name);
  if (row.loop_updates == 0) throw input_error(place, "loop_updates", "a number > 0", "0");
  if (row.loop_instructions < row.unit_ops + row.lds || row.instructions < row.loop_instructions)
    throw input_error(place, "loop_instructions",
                      "all that are counted of them, and no more than instructions",
                      std::to_string(static_cast<int64_t>(row.loop_instructions)));
  return row;
}

}  // namespace

const kernel_counts* code_table::find(const std::string& kernel, const std::string& precision,
                                      const std::string& shape, const std::string& compute_capability) const {
  const int wanted = version_digits(compute_capability);
  const kernel_counts* found = nullptr;
  for (const kernel_counts& row : rows) {
    const bool same = row.kernel == kernel && row.precision == precision && row.shape == shape;
    const int own = version_digits(row.architecture);
    const bool runs = own / 10 == wanted / 10 && own <= wanted;
    if (same && runs && (found == nullptr || own > version_digits(found->architecture))) found = &row;
  }
  return found;
}

code_table read_code_table(const std::string& text, const std::string& file) {
  code_table table;
  const size_t end = text.find('\n');
  const std::string first = text.substr(0, end);
  if (!first.starts_with(written_by) || end == std::string::npos)
    throw input_error(file + ", line 1", "compiler", written_by + std::string("..."), printable(first));
  table.compiler = first.substr(std::string(written_by).size());
  if (table.compiler.ends_with('.')) table.compiler.pop_back();
  const auto every_line = [](std::string_view) { return csv_line::record; };
  const std::vector<csv_record> records =
      read_csv(std::string_view(text).substr(end + 1), ',', every_line, file, 2);
  if (records.empty() || records[0].cells != columns())
    throw input_error(file + ", line 2", "columns", joined(columns()),
                      records.empty() ? "none" : printable(joined(records[0].cells)));
  std::set<std::string> seen;
  for (size_t k = 1; k < records.size(); ++k) {
    kernel_counts row = read_row(records[k], file);
    if (!seen.insert(row.kernel + ',' + row.precision + ',' + row.shape + ',' + row.architecture).second)
      throw input_error(
          file + ", line " + std::to_string(records[k].line), "kernel", "each kernel once",
          row.kernel + " " + row.precision + " " + row.shape + " " + row.architecture + " again");
    table.rows.push_back(std::move(row));
  }
  return table;
}

const code_table& committed_code_table() {
  static const code_table table = read_code_table(sass_counts_text, "host/cuda/sass/sass_counts.csv");
  return table;
}

}  // namespace scansim
