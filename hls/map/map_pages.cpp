#include "hls/map/map_pages.h"

#include <cstdio>
#include <functional>
#include <vector>

#include "hls/map/machine_map.h"

namespace scansim::map {
namespace {

using row = std::vector<std::string>;

std::string line_of(const row& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += cell.empty() ? " |" : " " + cell + " |";
  return line + "\n";
}

std::string table_of(const row& head, const std::vector<row>& rows) {
  std::string text = line_of(head) + "|";
  for (size_t i = 0; i < head.size(); ++i) text += "---|";
  text += "\n";
  for (const row& cells : rows) text += line_of(cells);
  return text;
}

std::string code(const std::string& text) { return "`" + text + "`"; }

std::string hexadecimal(uint32_t value, const char* format) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// "15..0", "8"; of fields of several words: "3, 4", with the bits of the last one where it is not whole.
row place_of(const descriptor_field& field) {
  const int end = field.first_bit() + field.bits;
  const int last_word = (end - 1) / 32, last_bit = (end - 1) % 32;
  if (last_word == field.word) {
    const std::string low = std::to_string(field.lsb);
    return {std::to_string(field.word), field.bits == 1 ? low : std::to_string(last_bit) + ".." + low};
  }
  const std::string low = field.lsb == 0 ? "" : "from " + std::to_string(field.lsb);
  const std::string high = last_bit == 31 ? "" : "to " + std::to_string(last_bit);
  return {std::to_string(field.word) + ", " + std::to_string(last_word),
          low + (low.empty() || high.empty() ? "" : " ") + high};
}

std::string layout_table(const descriptor_layout& layout) {
  std::vector<row> rows;
  for (const descriptor_field& field : layout.fields) {
    if (std::string_view(field.name) == opcode_field.name) continue;
    row cells = place_of(field);
    cells.push_back(code(field.name));
    cells.push_back(field.meaning);
    rows.push_back(cells);
  }
  return table_of({"word", "bits", "field", ""}, rows);
}

std::string opcode_table() {
  std::vector<row> rows;
  for (const opcode_row& of : opcodes)
    rows.push_back({std::to_string(static_cast<uint32_t>(of.code)), code(of.name), of.meaning});
  return table_of({"opcode", "name", ""}, rows);
}

std::string csr_table() {
  std::vector<row> rows;
  for (const csr::csr_row& of : csr::csrs)
    rows.push_back({hexadecimal(of.address, "0x%02x"), code(of.name), of.writable ? "yes" : "", of.meaning});
  return table_of({"address", "register", "written", ""}, rows);
}

std::string parameter_table() {
  std::vector<row> rows;
  uint32_t address = csr::parameters;
  for (const parameter_row& of : parameters) {
    rows.push_back(
        {of.has_csr ? hexadecimal(address, "0x%02x") : "", code(of.key), code(of.rtl_parameter), of.meaning});
    if (of.has_csr) address += 4;
  }
  return table_of({"address", "parameter", "in RTL", ""}, rows);
}

std::string error_table() {
  std::vector<row> rows;
  for (const csr::error_row& of : csr::errors)
    rows.push_back({std::to_string(static_cast<uint32_t>(of.code)), code(of.name), of.scan, of.units});
  return table_of({"code", "name", "of a scan", "of opcodes 2..8"}, rows);
}

// A row a block: its first counter's number, its counters by class; a further row where a cell would be long.
std::string counter_table(size_t first, size_t end) {
  constexpr size_t cell_width = 48;
  std::vector<row> rows;
  for (size_t i = first; i < end; ++i) {
    const counter_name& of = counter_names[i];
    const size_t column = 2 + static_cast<size_t>(of.kind);
    const bool block = i == first || counter_names[i - 1].block != of.block;
    if (block) {
      rows.push_back({std::to_string(i), code(std::string(of.block)), "", "", ""});
    } else if (rows.back()[column].size() + of.event.size() > cell_width) {
      rows.push_back({"", "", "", "", ""});
    }
    std::string& cell = rows.back()[column];
    cell += (cell.empty() ? "" : ", ") + std::string(of.event);
  }
  return table_of({"first", "block", "time", "events", "data"}, rows);
}

template <class Names>
std::string name_table(const Names& names) {
  std::vector<row> rows;
  for (const char* name : names) rows.push_back({std::to_string(rows.size()), code(name)});
  return table_of({"code", "name"}, rows);
}

std::string depth_table() {
  std::vector<row> rows;
  for (const depth_row& of : depths) rows.push_back({code(of.name), std::to_string(of.value), of.meaning});
  return table_of({"name", "", ""}, rows);
}

// The table of that name; empty for none.
std::string table_named(const std::string& name) {
  for (const descriptor_layout& layout : descriptor_layouts)
    if (name == layout.name) return layout_table(layout);
  const std::pair<const char*, std::function<std::string()>> tables[] = {
      {"opcodes", opcode_table},
      {"csrs", csr_table},
      {"parameters", parameter_table},
      {"errors", error_table},
      {"scan-counters", [] { return counter_table(0, first_unit_counter); }},
      {"unit-counters", [] { return counter_table(first_unit_counter, num_counters); }},
      {"scratch-reads", [] { return name_table(scratch_targets); }},
      {"scratch-writes", [] { return name_table(scratch_sources); }},
      {"scratch-modes", [] { return name_table(scratch_modes); }},
      {"depths", depth_table},
  };
  for (const auto& [known, write] : tables)
    if (name == known) return write();
  return {};
}

}  // namespace

bool fill_page(const std::string& text, std::string& page, std::string& complaint) {
  const std::string open = "<!-- map: ", shut = " -->\n", end = "<!-- /map -->";
  page.clear();
  size_t done = 0;
  for (size_t at; (at = text.find(open, done)) != std::string::npos;) {
    const size_t name_at = at + open.size(), name_end = text.find(shut, name_at);
    const size_t behind = name_end == std::string::npos ? name_end : text.find(end, name_end);
    if (behind == std::string::npos) {
      complaint = "a marker without its end: " + text.substr(at, 40);
      return false;
    }
    const std::string name = text.substr(name_at, name_end - name_at), table = table_named(name);
    if (table.empty()) {
      complaint = "no table of the name " + name;
      return false;
    }
    page += text.substr(done, name_end + shut.size() - done) + table;
    done = behind;
  }
  page += text.substr(done);
  return true;
}

}  // namespace scansim::map
