#include "models/area/fpga_part.h"

#include <algorithm>

#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t most_part_bytes = 1 << 20;

int64_t part_count(const nlohmann::json& part, const char* key, const std::string& file,
                   const std::string& field) {
  const auto found = part.find(key);
  if (found == part.end() || !found->is_number_unsigned())
    throw input_error(file, field + "." + key, "a count",
                      found == part.end() ? "none" : describe_json(*found));
  return found->get<int64_t>();
}

fpga_part read_part(const nlohmann::json& part, const std::string& file, const std::string& field) {
  for (const char* key : {"part", "source"})
    if (!part.is_object() || !part.contains(key) || !part.at(key).is_string())
      throw input_error(file, field + "." + key, "a text", "none");
  fpga_part read{part.at("part"), 0, 0, 0, 0, 0, part.at("source")};
  read.lut = part_count(part, "lut", file, field), read.ff = part_count(part, "ff", file, field);
  read.dsp = part_count(part, "dsp", file, field), read.bram36 = part_count(part, "bram36", file, field);
  read.uram = part_count(part, "uram", file, field);
  return read;
}

}  // namespace

std::vector<fpga_part> load_fpga_parts(const std::string& file) {
  const mapped_file text(file);
  require_at_most(text, most_part_bytes, file);
  const nlohmann::json rows = parse_json_strict(text.text(), file, "file");
  if (!rows.is_array()) throw input_error(file, "file", "a list of parts", describe_json(rows));
  std::vector<fpga_part> parts;
  for (size_t i = 0; i < rows.size(); ++i)
    parts.push_back(read_part(rows[i], file, "[" + std::to_string(i) + "]"));
  return parts;
}

fpga_part find_fpga_part(const std::string& name, const std::string& file) {
  std::string known;
  for (const fpga_part& part : load_fpga_parts(file)) {
    if (part.name == name) return part;
    known += (known.empty() ? "" : ", ") + part.name;
  }
  throw input_error("fits", "part", "one of " + known + " (" + file + ")", "'" + printable(name) + "'");
}

std::string missing_resource(const modelled_area& area, const fpga_part& part) {
  const auto beyond = [](double need, int64_t has) { return need > static_cast<double>(has); };
  return beyond(area.lut, part.lut)                        ? "area.lut"
         : beyond(area.ff, part.ff)                        ? "area.ff"
         : beyond(static_cast<double>(area.dsp), part.dsp) ? "area.dsp"
         : beyond(area.bram(), part.bram36)                ? "area.bram"
                                                           : "";
}

}  // namespace scansim
