#include "host/cli/output_check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& expected, const std::string& found) {
  throw input_error("command line", option, expected, found);
}

bool is_file(const file_identity& identity, const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && identity == file_identity{status.st_dev, status.st_ino, {}};
}

bool is_among(const file_identity& identity, const std::string& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) return is_file(identity, path);
  for (fs::recursive_directory_iterator entry(path, failed), end; !failed && entry != end;
       entry.increment(failed))
    if (is_file(identity, entry->path().string())) return true;
  return false;
}

void check_target(const named_output& output, const output_target& target) {
  if (!target.writable()) refuse(output.option, target.expected, target.found);
  if (output.binary && target.terminal)
    refuse(output.option, "a file or a pipe", output.path + " (a terminal)");
  if (target.kind != output_kind::file) return;
  if (!output.path.ends_with(output.extension))
    refuse(output.option, "a name that ends in " + output.extension, output.path);
  if (const std::string reason = why_no_file(target); !reason.empty())
    refuse(output.option, "a file that can be made", reason);
}

// Also a stream that was redirected into a file: replacing it would part the two.
void check_streams(const named_output& output, const output_target& target) {
  if (target.kind != output_kind::file || !target.exists) return;
  for (const auto& [descriptor, name] :
       {std::pair(STDOUT_FILENO, "output"), std::pair(STDERR_FILENO, "error")}) {
    struct stat status {};
    if (fstat(descriptor, &status) == 0 && target.identity == file_identity{status.st_dev, status.st_ino, {}})
      refuse(output.option, std::string("another file than that of standard ") + name, output.path);
  }
}

bool are_one(const output_target& one, const output_target& other) {
  if (one.kind == output_kind::descriptor && other.kind == output_kind::descriptor &&
      one.descriptor == other.descriptor)
    return true;
  struct stat status {};
  const bool device =
      one.kind == output_kind::through && stat(one.path.c_str(), &status) == 0 && S_ISCHR(status.st_mode);
  return !device && one.identity == other.identity;
}

}  // namespace

std::vector<output_target> check_outputs(const std::vector<named_output>& outputs,
                                         const std::vector<std::string>& inputs) {
  std::vector<output_target> targets;
  std::vector<const named_output*> names;
  for (const named_output& output : outputs) {
    if (output.path.empty()) continue;
    output_target target = find_output_target(output.path);
    check_target(output, target);
    check_streams(output, target);
    for (const std::string& input : inputs)
      if (is_among(target.identity, input))
        refuse(output.option, "another file than one that is read", output.path);
    for (size_t k = 0; k < targets.size(); ++k)
      if (are_one(targets[k], target))
        refuse(output.option, "another file than that of " + names[k]->option, output.path);
    targets.push_back(std::move(target));
    names.push_back(&output);
  }
  return targets;
}

void check_output_folder(const std::string& option, const std::string& path) {
  if (path.empty()) return;
  if (path == "-") refuse(option, "a folder", path);
  std::error_code failed;
  fs::path there = fs::absolute(path);
  while (!fs::exists(fs::symlink_status(there, failed)) && there.has_relative_path())
    there = there.parent_path();
  if (!fs::is_directory(there, failed)) refuse(option, "a folder", path);
  output_target inside;
  inside.path = there.string() + "/inside";
  if (const std::string reason = why_no_file(inside); !reason.empty())
    refuse(option, "a folder that can be written", path + reason.substr(inside.path.size()));
}

std::vector<std::string> model_inputs(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::vector<std::string> inputs = {path, (folder / "config.json").string()};
  if (!path.ends_with(".index.json")) return inputs;
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return inputs;
  std::ifstream stream(path);
  const nlohmann::json index = nlohmann::json::parse(stream, nullptr, false);
  const auto shards = index.is_object() ? index.find("weight_map") : index.end();
  if (shards == index.end() || !shards->is_object()) return inputs;  // whoever reads it says so
  std::set<std::string> names;
  for (const nlohmann::json& shard : *shards)
    if (shard.is_string()) names.insert(shard.get<std::string>());
  for (const std::string& name : names) inputs.push_back((folder / name).string());
  return inputs;
}

std::vector<std::string> design_inputs(const std::string& config) {
  const std::string data = data_directory();
  std::vector<std::string> inputs = {config,          config_directory(),    energy_directory(),
                                     rtl_directory(), gpu_model_directory(), gpu_profile_directory()};
  inputs.push_back(data + "/sim/cosim");
  inputs.push_back(memory_directory());
  inputs.push_back(data + "/host/area");
  return inputs;
}

}  // namespace scansim
