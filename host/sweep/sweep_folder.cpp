#include "host/sweep/sweep_folder.h"

#include <filesystem>
#include <fstream>

#include "host/sweep/sweep_store.h"
#include "traces/input_error.h"
#include "traces/output_file.h"
#include "traces/strict_json.h"

namespace scansim {

void write_run(const std::string& folder, const sweep_spec& spec, const std::string& model) {
  write_output(spec_path(folder), spec.text);
  const nlohmann::json run = {{"root", std::filesystem::absolute(spec.root).lexically_normal().string()},
                              {"model", model}};
  write_output(folder + "/run.json", run.dump(2) + "\n");
}

sweep_folder read_sweep_folder(const std::string& folder) {
  const std::string path = folder + "/run.json";
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw input_error(folder, "run.json", "the folder of a sweep (scansim sweep run)", "no such file");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const nlohmann::json run = nlohmann::json::parse(text, nullptr, false);
  if (!run.is_object() || !run.contains("root") || !run["root"].is_string() || !run.contains("model") ||
      !run["model"].is_string())
    throw input_error(path, "file", "root and model of a sweep", "something else");
  return {load_sweep_spec(spec_path(folder), run["root"]), run["model"]};
}

}  // namespace scansim
