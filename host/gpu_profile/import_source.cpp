#include "host/gpu_profile/import_source.h"

#include <fmt/format.h>

#include "host/gpu_profile/csv_table.h"
#include "host/gpu_profile/gzip_text.h"
#include "host/gpu_profile/ncu_pages.h"
#include "host/gpu_profile/nsys_exports.h"
#include "host/gpu_profile/pytorch_trace.h"
#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t largest_text = size_t{256} << 20, largest_trace = size_t{8} << 30,
                 largest_unpacked = size_t{2} << 30;
constexpr std::string_view sqlite_signature = "SQLite format 3";

using csv_reader = import_page (*)(const csv_table& table, char decimal_mark);
using csv_columns = std::vector<std::string_view>;

struct csv_form {
  import_tool tool;
  const char* name;
  csv_columns columns;  // any spelling of "Label (unit)" counts as "Label"
  csv_reader read;      // nullptr: known, and refused
  const char* advice;   // what to print instead
};

// More columns before fewer: the first that fits is it.
const std::vector<csv_form>& csv_forms() {
  static const std::vector<csv_form> forms = {
      {import_tool::ncu,
       "a summary of ncu",
       {"Metric Name", "Minimum", "Maximum", "Average"},
       nullptr,
       "print it without --print-summary"},
      {import_tool::ncu,
       "the source page of ncu",
       {"Address", "Source", "# Samples"},
       nullptr,
       "print --page raw"},
      {import_tool::ncu,
       "the details page of ncu",
       {"ID", "Kernel Name", "Metric Name", "Metric Value"},
       read_ncu_details_page,
       ""},
      {import_tool::ncu, "the raw page of ncu", {"ID", "Kernel Name"}, read_ncu_raw_page, ""},
      {import_tool::nsys,
       "the trace of the GPU of nsys",
       {"Duration", "GrdX", "BlkX", "Name"},
       read_nsys_gpu_trace,
       ""},
      {import_tool::nsys,
       "the trace of launches of nsys",
       {"Kernel Dur", "Kernel Name"},
       read_nsys_gpu_trace,
       ""},
      {import_tool::nsys,
       "the summary by NVTX ranges of nsys",
       {"NVTX Range", "Kern Inst", "Kernel Name"},
       nullptr,
       "nsys stats --report cuda_gpu_kern_sum"},
      {import_tool::nsys,
       "the summary of launches of nsys",
       {"Count", "Kernel Name"},
       nullptr,
       "nsys stats --report cuda_gpu_kern_sum"},
      {import_tool::nsys,
       "the summary of calls of nsys",
       {"Num Calls", "Name"},
       nullptr,
       "nsys stats --report cuda_gpu_kern_sum"},
      {import_tool::nsys,
       "the summary of memory operations of nsys",
       {"Count", "Operation"},
       nullptr,
       "nsys stats --report cuda_gpu_kern_sum"},
      {import_tool::nsys,
       "the summary of NVTX ranges of nsys",
       {"Instances", "Range"},
       nullptr,
       "nsys stats --report cuda_gpu_kern_sum"},
      {import_tool::nsys,
       "the summary of the GPU of nsys",
       {"Total Time", "Instances", "Category", "Operation"},
       read_nsys_kernel_summary,
       ""},
      {import_tool::nsys,
       "the summary of kernels of nsys",
       {"Total Time", "Instances", "Name"},
       read_nsys_kernel_summary,
       ""}};
  return forms;
}

struct tool_words {
  const char *option, *expected, *header;
};

tool_words words_of(import_tool tool) {
  switch (tool) {
    case import_tool::ncu:
      return {"--ncu", "the CSV of ncu", "a row that begins with ID (ncu --csv --page raw)"};
    case import_tool::nsys:
      return {"--nsys", "the CSV or SQLite of nsys",
              "a row of the kernel summary or trace (nsys stats --report cuda_gpu_kern_sum --format csv)"};
    default:
      return {"--pytorch", "the JSON trace of PyTorch's profiler", ""};
  }
}

std::string without_unit(const std::string& name) {
  const size_t unit = name.find('(');
  std::string label = unit == 0 ? name : name.substr(0, unit);
  while (label.ends_with(' ')) label.pop_back();
  return label;
}

bool fits(const csv_form& form, const csv_header& header) {
  for (const std::string_view column : form.columns) {
    bool found = false;
    for (const std::string& name : header.names)
      found = found || name == column || without_unit(name) == column;
    if (!found) return false;
  }
  // ncu's program output may hold such words: its own tables begin with one of these.
  return form.tool != import_tool::ncu || form.read == nullptr || header.names[0] == "ID";
}

// A table that is read before one that is not, of this tool before one of another.
struct found_form {
  const csv_form* form = nullptr;
  csv_header header;
  int rank(import_tool tool) const {
    return form == nullptr ? 0 : (form->tool == tool ? 2 : 0) + (form->read != nullptr ? 2 : 1);
  }
};

found_form find_form(std::string_view text, import_tool tool) {
  found_form best;
  find_csv_header(text, [&](const csv_header& header) {
    for (const csv_form& form : csv_forms()) {
      if (!fits(form, header)) continue;
      const found_form found{&form, header};
      if (found.rank(tool) > best.rank(tool)) best = found;
      break;
    }
    return best.rank(tool) == 4;
  });
  return best;
}

bool is_json(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

// Tables as the tools print them for people.
std::string text_table_advice(std::string_view text) {
  if (text.find("Section: GPU Speed Of Light") != std::string_view::npos ||
      text.find("Metric Name               Metric Unit") != std::string_view::npos)
    return "ncu's text for people (--csv prints the table)";
  if (text.find(" Time (%)  ") != std::string_view::npos || text.find(" Time(%)  ") != std::string_view::npos)
    return "nsys's text for people (--format csv prints the table)";
  return "";
}

import_page read_csv_text(std::string_view text, const std::string& file, import_tool tool,
                          char decimal_mark) {
  const tool_words words = words_of(tool);
  const found_form found = find_form(text, tool);
  if (found.form == nullptr) {
    const std::string advice = text_table_advice(text);
    throw input_error(file, "header", words.header, advice.empty() ? what_is_there(text) : advice);
  }
  const csv_form& form = *found.form;
  if (form.tool != tool)
    throw input_error(file, "header", words.header,
                      fmt::format("{} ({} reads it)", form.name, words_of(form.tool).option));
  if (form.read == nullptr)
    throw input_error(file, "header", words.header, fmt::format("{} ({})", form.name, form.advice));
  return form.read(read_csv_table(text, found.header, tool == import_tool::nsys, file), decimal_mark);
}

// The tools' own reports, told by what they call them, as their form is nobody else's to know.
void refuse_report(const std::string& path, const std::string& expected) {
  for (const auto& [ending, found] :
       {std::pair(".ncu-rep", "a report of ncu (ncu --import REPORT --csv --page raw prints its page)"),
        std::pair(".nsys-rep", "a report of nsys (nsys export --type sqlite REPORT writes its database)"),
        std::pair(".qdrep", "a report of nsys (nsys export --type sqlite REPORT writes its database)")})
    if (path.ends_with(ending)) throw input_error(path, "file", expected, found);
}

}  // namespace

import_page read_import_text(std::string_view bytes, const std::string& file, import_tool tool,
                             char decimal_mark) {
  const std::string text = utf8_text(bytes, file);
  if (tool == import_tool::pytorch) return read_pytorch_trace(text, file);
  if (is_json(text) && find_form(text, tool).form == nullptr &&
      text.find("\"traceEvents\"") != std::string::npos)
    throw input_error(file, "file", words_of(tool).expected, "a JSON trace (--pytorch reads it)");
  return read_csv_text(text, file, tool, decimal_mark);
}

import_page read_import(const std::string& path, import_tool tool, char decimal_mark) {
  const mapped_file bytes(path);
  const std::string expected = words_of(tool).expected;
  refuse_report(path, expected);
  if (bytes.text().starts_with(sqlite_signature)) {
    if (tool == import_tool::nsys) return read_nsys_database(path);
    throw input_error(path, "file", expected, "an SQLite database (--nsys reads the export of nsys)");
  }
  require_at_most(bytes, tool == import_tool::pytorch ? largest_trace : largest_text, path);
  std::string unpacked;
  if (is_gzip(bytes.text())) unpacked = gzip_text(bytes.text(), largest_unpacked, path);
  const std::string_view text = is_gzip(bytes.text()) ? unpacked : bytes.text();
  const bool wide = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
  if (!wide) require_text(text, path, expected);
  if (tool == import_tool::pytorch && !wide) return read_pytorch_trace(text, path);
  return read_import_text(text, path, tool, decimal_mark);
}

}  // namespace scansim
