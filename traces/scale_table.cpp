#include "traces/scale_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

// Tables point to members that may change; whoever asks here changes none.
scale_rows rows_of(const call_scales& scales) { return const_cast<call_scales&>(scales).rows(); }

std::string range_text(const scale_row& row, const char* to) {
  if (row.low == row.high) return fmt::format("{}", row.low);
  if (row.step == 1) return fmt::format("{}{}{}", row.low, to, row.high);
  std::string text;
  for (int value = row.low; value <= row.high; value += row.step)
    text += fmt::format("{}{}", text.empty() ? "" : " or ", value);
  return text;
}

std::string expected_number(const scale_row& row) {
  return row.low == row.high || row.step != 1 ? range_text(row, "")
                                              : "an integer from " + range_text(row, " to ");
}

int read_number(const json& value, const scale_row& row, const std::string& file, const std::string& field) {
  // Unsigned numbers above the largest int64 would wrap when read as signed, hence the test of their own.
  const bool huge = value.is_number_unsigned() && value.get<uint64_t>() > 1000;
  const bool fits = value.is_number_integer() && !huge && value.get<int64_t>() >= row.low &&
                    value.get<int64_t>() <= row.high && (value.get<int64_t>() - row.low) % row.step == 0;
  if (!fits) throw input_error(file, field, expected_number(row), describe_json(value));
  return value.get<int>();
}

// A list of exactly `count` elements: read(element, its field).
template <class Read>
void read_list(const json& value, size_t count, const char* what, const std::string& file,
               const std::string& field, const Read& read) {
  const std::string expected = fmt::format("an array of {} {}", count, what);
  if (!value.is_array()) throw input_error(file, field, expected, describe_json(value));
  if (value.size() != count) throw input_error(file, field, expected, fmt::format("{}", value.size()));
  for (size_t i = 0; i < count; ++i) read(value[i], i, fmt::format("{}[{}]", field, i));
}

void read_row(const json& value, const scale_row& row, const std::string& file, const std::string& field) {
  if (row.value != nullptr) {
    *row.value = read_number(value, row, file, field);
  } else if (row.values != nullptr) {
    read_list(value, row.values->size(), "integers", file, field,
              [&](const json& one, size_t i, const std::string& name) {
                (*row.values)[i] = read_number(one, row, file, name);
              });
  } else {
    read_list(value, row.parts.size(), "objects", file, field,
              [&](const json& one, size_t i, const std::string& name) {
                read_scales(one, row.parts[i], file, name);
              });
  }
}

std::string expected_of(const scale_row& row) {
  if (row.value != nullptr) return expected_number(row);
  const bool numbers = row.values != nullptr;
  return fmt::format("an array of {} {}", numbers ? row.values->size() : row.parts.size(),
                     numbers ? "integers" : "objects");
}

void collect_widths(const scale_rows& rows, std::vector<int>& widths) {
  for (const scale_row& row : rows) {
    if (row.width) widths.push_back(*row.value);
    for (const scale_rows& part : row.parts) collect_widths(part, widths);
  }
}

}  // namespace

scale_row width_row(const char* name, int& bits, const char* text) {
  return width_row(name, bits, bits, bits, 1, text);
}

scale_row width_row(const char* name, int& bits, int low, int high, int step, const char* text) {
  return {.name = name, .value = &bits, .low = low, .high = high, .step = step, .width = true, .text = text};
}

scale_row output_row(const char* name, int& frac, const char* text) {
  return {.name = name, .value = &frac, .low = 2 * least_frac, .text = text};
}

json scales_to_json(const scale_rows& rows) {
  json object = json::object();
  for (const scale_row& row : rows) {
    if (row.optional && *row.value == row.low) continue;
    json& value = object[row.name];
    if (row.value != nullptr) {
      value = *row.value;
    } else if (row.values != nullptr) {
      value = *row.values;
    } else {
      value = json::array();
      for (const scale_rows& part : row.parts) value.push_back(scales_to_json(part));
    }
  }
  return object;
}

json scales_to_json(const call_scales& scales) { return scales_to_json(rows_of(scales)); }

void read_scales(const json& value, const scale_rows& rows, const std::string& file,
                 const std::string& field) {
  if (!value.is_object()) throw input_error(file, field, "an object", describe_json(value));
  for (const scale_row& row : rows) {
    const std::string name = field + "." + row.name;
    const auto found = value.find(row.name);
    if (found == value.end() && row.optional) continue;
    if (found == value.end()) throw input_error(file, name, expected_of(row), "nothing");
    read_row(*found, row, file, name);
  }
  if (value.size() == rows.size()) return;
  for (const auto& [key, unused] : value.items()) {
    const bool listed =
        std::any_of(rows.begin(), rows.end(), [&key = key](const scale_row& row) { return key == row.name; });
    if (!listed) throw input_error(file, field + "." + printable(key), "no such key", "one");
  }
}

bool same_widths(const call_scales& one, const call_scales& other) {
  std::vector<int> widths, others;
  collect_widths(rows_of(one), widths);
  collect_widths(rows_of(other), others);
  return widths == others;
}

std::string scale_page_rows(const scale_rows& rows, const std::string& prefix) {
  std::string text;
  for (const scale_row& row : rows) {
    const std::string name = prefix + row.name;
    if (row.value == nullptr && row.values == nullptr) {
      text += fmt::format("| `{}` | an object for each of {} | {} |\n", name, row.count, row.text);
      text += scale_page_rows(row.parts.front(), name + "[].");
      continue;
    }
    std::string range = range_text(row, " to ");
    for (size_t at = range.find('-'); at != std::string::npos; at = range.find('-', at))
      range.replace(at, 1, "−");
    text += fmt::format("| `{}` | {}{} | {} |\n", name,
                        row.values != nullptr ? fmt::format("a list, one for each of {}: ", row.count) : "",
                        range, row.text);
  }
  return text;
}

}  // namespace scansim
