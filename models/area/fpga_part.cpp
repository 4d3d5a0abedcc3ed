#include "models/area/fpga_part.h"

#include <algorithm>

#include "models/area/count_field.h"
#include "traces/file_kind.h"
#include "traces/mapped_file.h"

namespace scansim {
namespace {

constexpr size_t most_part_bytes = 1 << 20;

fpga_part read_part(const nlohmann::json& part, const std::string& file, const std::string& field) {
  for (const char* key : {"part", "source"})
    if (!part.is_object() || !part.contains(key) || !part.at(key).is_string())
      throw input_error(file, field + "." + key, "a text", "none");
  fpga_part read{part.at("part"), 0, 0, 0, 0, 0, part.at("source")};
  read.lut = count_field(part, "lut", file, field), read.ff = count_field(part, "ff", file, field);
  read.dsp = count_field(part, "dsp", file, field), read.bram36 = count_field(part, "bram36", file, field);
  read.uram = count_field(part, "uram", file, field);
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

fpga_part find_fpga_part(const std::string& name, const std::string& file, const std::string& asker) {
  std::string known;
  for (const fpga_part& part : load_fpga_parts(file)) {
    if (part.name == name) return part;
    known += (known.empty() ? "" : ", ") + part.name;
  }
  throw input_error(asker, "fits", "one of " + known, "'" + printable(name) + "'");
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
