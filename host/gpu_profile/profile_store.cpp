#include "host/gpu_profile/profile_store.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> json_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  if (!fs::exists(folder, failed)) return paths;
  fs::recursive_directory_iterator entries(folder, failed);
  for (; !failed && entries != fs::recursive_directory_iterator(); entries.increment(failed))
    if (entries->path().extension() == ".json") paths.push_back(entries->path().string());
  if (failed) throw input_error(folder, "GPU profiles", "a readable folder", failed.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::vector<stored_profile> find_profiles(const std::string& folder, const std::string& trace_sha256,
                                          const std::string& precision) {
  std::vector<stored_profile> found;
  for (const std::string& path : json_files(folder)) {
    gpu_profile profile = load_gpu_profile(path);
    if (profile.trace.sha256 == trace_sha256 && profile.kernel.precision == precision &&
        profile.find_metric("time") != nullptr)
      found.push_back({path, std::move(profile)});
  }
  const auto order = [](const stored_profile& one) {
    return std::tuple(one.profile.device.name, one.profile.origin != "recorder", one.path);
  };
  std::sort(found.begin(), found.end(), [&](const stored_profile& left, const stored_profile& right) {
    return order(left) < order(right);
  });
  return found;
}

const stored_profile* pick_profile(const std::vector<stored_profile>& found, const std::string& device) {
  const std::string wanted = lower_case(device);
  const stored_profile* picked = nullptr;
  for (const stored_profile& one : found) {
    if (lower_case(one.profile.device.name).find(wanted) == std::string::npos) continue;
    if (one.profile.origin == "recorder") return &one;
    if (picked == nullptr) picked = &one;
  }
  return picked;
}

recorded_outputs load_recorded_outputs(const stored_profile& stored) {
  const profile_outputs& named = stored.profile.outputs.value();
  const std::string path = (fs::path(stored.path).parent_path() / named.file).string();
  std::error_code failed;
  if (!fs::is_regular_file(path, failed))
    throw input_error(stored.path, "outputs.file", "a file beside the profile", printable(named.file));
  if (sha256_of_file(path) != named.sha256)
    throw input_error(path, "file", "the SHA-256 of its profile, " + named.sha256, "another");
  const safetensors_file file = safetensors_file::open(path);
  const auto trace = file.metadata().find("trace_sha256");
  if (trace == file.metadata().end() || trace->second != stored.profile.trace.sha256)
    throw input_error(path, "__metadata__.trace_sha256", "the trace of its profile", "another or none");
  const tensor_entry* y = file.find("y");
  if (y == nullptr) throw input_error(path, "y", "a tensor", "none");
  const tensor_entry* h_last = file.find("h_last");
  if (h_last == nullptr) h_last = file.find("final_states");
  return {file.read_floats(*y), h_last ? file.read_floats(*h_last) : std::vector<float>{}};
}

}  // namespace scansim
