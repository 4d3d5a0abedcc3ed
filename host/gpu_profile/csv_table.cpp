#include "host/gpu_profile/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t longest_header = 1 << 20;

std::vector<std::string> cells_of(std::string_view line, char separator) {
  try {
    const auto all = [](std::string_view) { return csv_line::record; };
    const std::vector<csv_record> records = read_csv(line, separator, all, "", 1);
    return records.size() == 1 ? records[0].cells : std::vector<std::string>{};
  } catch (const input_error&) {
    return {};
  }
}

// Every table of the tools has one of these words among its columns.
bool may_be_header(std::string_view line) {
  return line.find("Name") != std::string_view::npos || line.find("Operation") != std::string_view::npos ||
         line.find("Range") != std::string_view::npos;
}

void append_utf8(std::string& text, uint32_t code) {
  const auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

std::string from_utf16(std::string_view bytes, bool big_endian, const std::string& file) {
  const auto refuse = [&](const char* found) {
    throw input_error(file, "file", "UTF-8 or UTF-16 text", found);
  };
  if (bytes.size() % 2 != 0) refuse("UTF-16 that ends inside a character");
  const auto unit = [&](size_t at) -> uint32_t {
    const auto first = static_cast<unsigned char>(bytes[at]),
               second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string text;
  text.reserve(bytes.size() / 2);
  for (size_t at = 0; at < bytes.size(); at += 2) {
    uint32_t code = unit(at);
    if (code >= 0xd800 && code < 0xe000) {
      const uint32_t low = at + 3 < bytes.size() ? unit(at + 2) : 0;
      if (code >= 0xdc00 || low < 0xdc00 || low >= 0xe000) refuse("UTF-16 with half a pair of surrogates");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

}  // namespace

int csv_table::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

int csv_table::find_one(const std::vector<std::string_view>& some) const {
  for (const std::string_view name : some)
    if (const int column = find(name); column >= 0) return column;
  return -1;
}

bool find_csv_header(std::string_view text, const std::function<bool(const csv_header&)>& visit) {
  csv_header header;
  for (size_t at = 0; at < text.size(); ++header.line) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() < longest_header && may_be_header(line)) {
      // What a program prints without a line end stands in front of the table.
      const size_t glued = line.find("\"ID\"");
      for (const size_t skipped : {size_t{0}, glued == std::string_view::npos ? size_t{0} : glued})
        for (const char separator : {',', ';', '\t'}) {
          header.offset = at + skipped;
          header.separator = separator;
          header.names = cells_of(line.substr(skipped), separator);
          if (header.names.size() > 1 && visit(header)) return true;
        }
    }
    at = end + 1;
  }
  return false;
}

csv_table read_csv_table(std::string_view text, const csv_header& header, bool ends_at_empty_line,
                         const std::string& file) {
  const std::string_view rest = text.substr(header.offset);
  const bool quoted = rest.starts_with('"');
  csv_table table{file, header.line, header.separator, header.names, {}, 0};
  const auto rule = [&](std::string_view line) {
    if (line.empty()) return ends_at_empty_line ? csv_line::end : csv_line::record;
    if (line.starts_with("==")) return csv_line::passed_over;
    if (!quoted || line[0] == '"') return csv_line::record;
    ++table.lines_passed_over;
    return csv_line::passed_over;
  };
  table.rows = read_csv(rest, header.separator, rule, file, header.line);
  table.rows.erase(table.rows.begin());
  for (const csv_record& row : table.rows)
    if (row.cells == table.names)
      throw input_error(file, fmt::format("line {}", row.line), "one table", "a second header");
  return table;
}

void check_rows(const csv_table& table) {
  for (const csv_record& row : table.rows)
    if (row.cells.size() != table.names.size())
      throw input_error(table.file, fmt::format("line {}", row.line),
                        fmt::format("{} cells, as the header", table.names.size()),
                        std::to_string(row.cells.size()));
}

void check_names(const csv_table& table) {
  std::set<std::string> seen;
  for (const std::string& name : table.names)
    if (!seen.insert(name).second)
      throw input_error(table.file, "column " + printable(name), "each column once", "a second one");
}

std::string what_is_there(std::string_view text) {
  for (const char* mark : {"==ERROR==", "==WARNING==", "SKIPPED:", "ERROR:"})
    if (const size_t at = text.find(mark); at != std::string_view::npos) {
      std::string_view line = text.substr(at, text.find('\n', at) - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      return "none: " + printable(line);
    }
  return "none; it begins with " + printable(text.substr(0, std::min<size_t>(text.find('\n'), 40)));
}

std::string utf8_text(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("\xff\xfe")) return from_utf16(bytes.substr(2), false, file);
  if (bytes.starts_with("\xfe\xff")) return from_utf16(bytes.substr(2), true, file);
  return std::string(bytes.substr(bytes.starts_with("\xef\xbb\xbf") ? 3 : 0));
}

}  // namespace scansim
