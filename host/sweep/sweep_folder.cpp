#include "host/sweep/sweep_folder.h"

#include <filesystem>
#include <sstream>

#include "host/shards/json_shards.h"
#include "host/sweep/sweep_store.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"
#include "traces/strict_json.h"

namespace scansim {

void write_run(const std::string& folder, const sweep_spec& spec, const std::string& model) {
  write_own_file(spec_path(folder), spec.text);
  const nlohmann::json run = {{"root", std::filesystem::absolute(spec.root).lexically_normal().string()},
                              {"model", model}};
  write_own_file(folder + "/run.json", json_text(run, 2) + "\n");
}

void append_asked(const std::string& folder, const nlohmann::json& point) {
  append_json_line(folder + "/asked.jsonl", point);
}

std::vector<std::vector<std::pair<std::string, sweep_value>>> read_asked(const std::string& folder) {
  std::vector<std::vector<std::pair<std::string, sweep_value>>> rows;
  std::istringstream lines(text_if_there(folder + "/asked.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json read = nlohmann::json::parse(line, nullptr, false);
    if (lines.eof() || !read.is_object()) continue;
    auto& row = rows.emplace_back();
    for (const auto& [name, value] : read.items()) {
      if (value.is_number())
        row.emplace_back(name, value.get<double>());
      else if (value.is_string())
        row.emplace_back(name, value.get<std::string>());
    }
  }
  return rows;
}

sweep_folder read_sweep_folder(const std::string& folder, const std::string& fits) {
  const std::string path = folder + "/run.json";
  std::error_code failed;
  if (!std::filesystem::exists(path, failed))
    throw input_error(folder, "run.json", "the folder of a sweep (scansim sweep run)", "no such file");
  const nlohmann::json run = parse_json_strict(mapped_file(path).text(), path, "file");
  if (!run.is_object() || run.size() != 2 || !run.contains("root") || !run["root"].is_string() ||
      !run.contains("model") || !run["model"].is_string())
    throw input_error(path, "file", "root and model of a sweep", "something else");
  sweep_folder read{load_sweep_spec(spec_path(folder), run["root"], fits), run["model"]};
  read.spec.asked = read_asked(folder);
  return read;
}

}  // namespace scansim
