#include "host/gpu_profile/ncu_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/gpu_profile/ncu_columns.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

struct header_place {
  size_t offset = 0;
  int line = 1;
  char separator = ',';
};

// What the tool said where a page should be (no permission, no kernel), or else how the text begins.
std::string what_is_there(const std::string& text) {
  for (const char* mark : {"==ERROR==", "==WARNING=="})
    if (const size_t at = text.find(mark); at != std::string::npos)
      return "none: " + printable(text.substr(at, text.find('\n', at) - at));
  return "none; it begins with " + printable(text.substr(0, std::min<size_t>(text.find('\n'), 40)));
}

// The first line whose first cell is ID.
header_place find_header(const std::string& text, const std::string& file) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    throw input_error(file, "file", "UTF-8 text", "UTF-16 (a shell's redirection?)");
  header_place place;
  place.offset = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  while (place.offset < text.size()) {
    for (const std::string id : {"\"ID\"", "ID"}) {
      if (text.compare(place.offset, id.size(), id) != 0 || place.offset + id.size() >= text.size()) continue;
      place.separator = text[place.offset + id.size()];
      if (place.separator == ',' || place.separator == ';' || place.separator == '\t') return place;
    }
    const size_t end = text.find('\n', place.offset);
    if (end == std::string::npos) break;
    place.offset = end + 1;
    ++place.line;
  }
  throw input_error(file, "header", "a row that begins with ID (ncu --csv --page raw)", what_is_there(text));
}

void check_header(const std::vector<std::string>& names, const std::string& file) {
  const auto has = [&](const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (has("Metric Name") || has("Metric Value"))
    throw input_error(file, "header", "the raw page (ncu --page raw)", "the details page");
  if (!has("Kernel Name")) throw input_error(file, "header", "a column Kernel Name", "none");
  std::set<std::string> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second)
      throw input_error(file, "column " + printable(name), "each column once", "a second one");
}

}  // namespace

int ncu_page::find(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

ncu_page read_ncu_page(const std::string& text, const std::string& file) {
  const header_place place = find_header(text, file);
  std::vector<csv_record> records =
      read_csv(std::string_view(text).substr(place.offset), place.separator, "==", file, place.line);
  ncu_page page;
  page.names = records.at(0).cells;
  check_header(page.names, file);
  for (const csv_record& record : records)
    if (record.cells.size() != page.names.size())
      throw input_error(file, fmt::format("line {}", record.line),
                        fmt::format("{} cells, as the header", page.names.size()),
                        std::to_string(record.cells.size()));
  if (records.size() < 2 || !records[1].cells[0].empty()) {
    const auto metric = std::find_if(page.names.begin(), page.names.end(), [](const std::string& name) {
      return classify_ncu_column(name).kind == ncu_column_kind::metric;
    });
    throw input_error(
        file, "units row", "units of the columns under the header, its ID empty",
        metric == page.names.end() ? "none" : "none, so no unit for column " + printable(*metric));
  }
  page.units = std::move(records[1].cells);
  page.launches.assign(std::make_move_iterator(records.begin() + 2), std::make_move_iterator(records.end()));
  if (page.launches.empty()) throw input_error(file, "launches", "a row per kernel launch", "none");
  return page;
}

}  // namespace scansim
