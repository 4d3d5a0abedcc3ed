#include "host/correlate/correlation_sources.h"

#include <algorithm>
#include <filesystem>

#include "host/page/result_page.h"
#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* expected_files =
    "a profile (gpu record, gpu import) or a result (--json of compare or run)";

std::vector<std::string> files_below(const std::string& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    throw input_error(folder, "DIR", "a folder",
                      failed                       ? failed.message()
                      : fs::exists(folder, failed) ? "a file"
                                                   : "nothing there");
  std::vector<std::string> paths;
  fs::recursive_directory_iterator entries(folder, failed);
  for (; !failed && entries != fs::recursive_directory_iterator(); entries.increment(failed)) {
    std::error_code unknown;
    if (!fs::is_directory(entries->path(), unknown)) paths.push_back(entries->path().string());
  }
  if (failed) throw input_error(folder, "DIR", "a readable folder", failed.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

enum class source_kind { profile, result, correlation };

source_kind kind_of_json(const std::string& path) {
  const mapped_file given(path);  // a pipe is not waited for
  require_text(given.text(), path, expected_files);
  if (const file_kind kind = kind_of(given.text()); kind.name != json_kind_name)
    throw input_error(path, "file", expected_files, kind.name);
  const json document = parse_json_strict(given.text(), path, "file");
  if (document.is_object() && document.contains("schema")) {
    const json& schema = document["schema"];
    if (schema == "scansim-gpu-profile") return source_kind::profile;
    if (schema == correlation_schema) return source_kind::correlation;
    throw input_error(path, "schema", expected_files, describe_json(schema));
  }
  if (document.is_object() && document.contains("schema_version") && document.contains("rungs"))
    return source_kind::result;
  if (document.is_object() && document.contains("traceEvents"))
    throw input_error(path, "file", expected_files,
                      "a trace of events; scansim gpu import --pytorch makes a profile of it");
  throw input_error(path, "file", expected_files, "JSON of another kind");
}

// What lies beside profiles by their own doing is no news.
bool belongs(const std::string& path) {
  const std::string extension = fs::path(path).extension();
  return extension == ".safetensors" || extension == ".md";
}

}  // namespace

correlation_sources read_correlation_sources(const std::string& folder, const std::string& result) {
  correlation_sources sources;
  const std::vector<std::string> paths = files_below(folder);
  std::error_code unknown;
  if (!result.empty() && std::none_of(paths.begin(), paths.end(), [&](const std::string& path) {
        return fs::equivalent(path, result, unknown);
      }))
    sources.results.push_back({result, result_page(result)});
  for (const std::string& path : paths) {
    if (fs::path(path).extension() != ".json") {
      if (!belongs(path)) sources.passed_over.push_back(path);
      continue;
    }
    switch (kind_of_json(path)) {
      case source_kind::profile:
        sources.profiles.push_back({path, load_gpu_profile(path)});
        break;
      case source_kind::result:
        sources.results.push_back({path, result_page(path)});
        break;
      case source_kind::correlation:
        break;
    }
  }
  if (sources.profiles.empty() && sources.results.empty())
    throw input_error(folder, "DIR", expected_files,
                      sources.passed_over.empty()
                          ? "none"
                          : "none, and " + printable(fs::path(sources.passed_over[0]).filename().string()) +
                                (sources.passed_over.size() > 1 ? " with others" : "") +
                                " that is no JSON (pages of profilers come in by scansim gpu import)");
  return sources;
}

}  // namespace scansim
