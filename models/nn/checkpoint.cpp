#include "models/nn/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string own_prefix = "backbone.";
constexpr const char* single_file = "model.safetensors";
constexpr const char* index_file = "model.safetensors.index.json";
constexpr const char* pickled_files[] = {"pytorch_model.bin.index.json", "pytorch_model.bin"};
constexpr size_t largest_index = 64 << 20;

// The usual names of a downloaded model's folder.
std::string file_in(const std::string& folder) {
  std::error_code failed;
  for (const char* name : {single_file, index_file}) {
    const fs::path path = fs::path(folder) / name;
    if (fs::exists(path, failed)) return path.string();
  }
  std::string found = "a directory without them";
  for (const char* name : pickled_files)
    if (fs::exists(fs::path(folder) / name, failed))
      found = fmt::format("a directory with {} (write its tensors with safetensors.torch.save_file)", name);
  throw input_error(folder, "file",
                    fmt::format("a checkpoint, or a folder with {} or {}", single_file, index_file), found);
}

bool is_index(const std::string& path) {
  if (path.ends_with(".json")) return true;
  return kind_of(mapped_file(path).bytes()).name.starts_with("the index of a sharded");
}

// weight_map: tensor -> file beside the index.
std::map<std::string, std::string> read_index(const std::string& path) {
  const mapped_file file(path);
  require_at_most(file, largest_index, path);
  require_text(file.text(), path, "a JSON index of shards");
  const json root = parse_json_strict(file.text(), path, "file");
  const json* listed = root.is_object() && root.contains("weight_map") ? &root["weight_map"] : nullptr;
  if (listed == nullptr || !listed->is_object() || listed->empty())
    throw input_error(path, "weight_map", "an object of tensor: shard, as in " + std::string(index_file),
                      listed == nullptr     ? "nothing"
                      : listed->is_object() ? "an empty object"
                                            : describe_json(*listed));
  std::map<std::string, std::string> shard_of;
  for (const auto& [tensor, shard] : listed->items()) {
    const std::string name = shard.is_string() ? shard.get<std::string>() : "";
    if (name.empty() || fs::path(name).filename() != name)
      throw input_error(path, "weight_map." + printable(tensor), "the name of a file beside the index",
                        describe_json(shard));
    if (name.ends_with(".bin"))
      throw input_error(path, "weight_map." + printable(tensor), "a shard of safetensors",
                        printable(name) +
                            ", a pickle of torch.save (write the tensors with "
                            "safetensors.torch.save_file)");
    shard_of[tensor] = name;
  }
  return shard_of;
}

// Every tensor lies where the index says, and the index names every tensor.
void check_shard(const safetensors_file& shard, const std::string& name,
                 const std::map<std::string, std::string>& shard_of, const std::string& index) {
  for (const tensor_entry& entry : shard.tensors()) {
    const auto listed = shard_of.find(entry.name);
    if (listed == shard_of.end() || listed->second != name)
      throw input_error(
          shard.path(), printable(entry.name), "a tensor that " + index + " gives to this shard",
          listed == shard_of.end() ? "one that it does not name" : "one of " + printable(listed->second));
  }
  for (const auto& [tensor, file] : shard_of)
    if (file == name && shard.find(tensor) == nullptr)
      throw input_error(shard.path(), printable(tensor), "a tensor of this name, as " + index + " says",
                        "none");
}

// What stands before "layers.<number>.mixer."; empty optional: nothing of that form.
std::optional<std::string> prefix_of_mixer(const std::string& name) {
  static const std::string layers = "layers.";
  for (size_t at = name.find(layers); at != std::string::npos; at = name.find(layers, at + 1)) {
    if (at != 0 && name[at - 1] != '.') continue;
    size_t end = at + layers.size();
    while (end < name.size() && name[end] >= '0' && name[end] <= '9') ++end;
    if (end > at + layers.size() && name.compare(end, 7, ".mixer.") == 0) return name.substr(0, at);
  }
  return std::nullopt;
}

// Of the model around the backbone.
bool is_head(std::string_view name) {
  static constexpr std::array<std::string_view, 3> heads = {"lm_head.weight", "head.weight", "head.bias"};
  return std::find(heads.begin(), heads.end(), name) != heads.end();
}

}  // namespace

checkpoint checkpoint::open(const std::string& path) {
  std::error_code failed;
  checkpoint opened;
  opened.path_ = fs::is_directory(path, failed) ? file_in(path) : path;
  opened.sharded_ = is_index(opened.path_);
  if (opened.sharded_)
    opened.open_shards();
  else
    opened.take(std::make_unique<safetensors_file>(safetensors_file::open(opened.path_)));
  opened.find_prefix();
  opened.name_tensors();
  return opened;
}

void checkpoint::take(std::unique_ptr<safetensors_file> file) {
  for (const auto& [key, value] : file->metadata()) metadata_.emplace(key, value);
  files_.push_back(std::move(file));
}

void checkpoint::open_shards() {
  const std::map<std::string, std::string> shard_of = read_index(path_);
  std::map<std::string, std::string> first_tensor;  // of each shard
  for (const auto& [tensor, shard] : shard_of) first_tensor.emplace(shard, tensor);
  const fs::path folder = fs::path(path_).parent_path();
  std::error_code failed;
  for (const auto& [shard, tensor] : first_tensor)
    if (!fs::exists(folder / shard, failed))
      throw input_error(path_, "weight_map." + printable(tensor), "a shard beside the index",
                        "no file " + printable(shard));
  for (const auto& [shard, tensor] : first_tensor) {
    const std::string file = (folder / shard).string();
    auto opened = std::make_unique<safetensors_file>(safetensors_file::open(file));
    check_shard(*opened, shard, shard_of, fs::path(path_).filename().string());
    take(std::move(opened));
  }
}

void checkpoint::find_prefix() {
  std::optional<std::string> found;
  for (const auto& file : files_) {
    for (const tensor_entry& entry : file->tensors()) {
      const std::optional<std::string> prefix = prefix_of_mixer(entry.name);
      if (prefix && found && *prefix != *found)
        throw input_error(file->path(), printable(entry.name),
                          fmt::format("one model, layers under \"{}\"", printable(*found)),
                          fmt::format("layers under \"{}\" too", printable(*prefix)));
      if (prefix) found = prefix;
    }
  }
  if (found) prefix_ = *found;
}

std::string checkpoint::known_name(const std::string& stored) const {
  if (is_head(stored)) return stored;
  if (!stored.starts_with(prefix_)) {
    // A head beside the backbone, under what is in front of both.
    const size_t last = prefix_.size() < 2 ? std::string::npos : prefix_.rfind('.', prefix_.size() - 2);
    const std::string around = last == std::string::npos ? "" : prefix_.substr(0, last + 1);
    if (!around.empty() && stored.starts_with(around) && is_head(stored.substr(around.size())))
      return stored.substr(around.size());
    return ":" + stored;  // no name that anybody asks for
  }
  const std::string rest = stored.substr(prefix_.size());
  return is_head(rest) ? rest : own_prefix + rest;
}

std::string checkpoint::stored_name(const std::string& name) const {
  return name.starts_with(own_prefix) ? prefix_ + name.substr(own_prefix.size()) : name;
}

void checkpoint::name_tensors() {
  for (const auto& file : files_) {
    for (const tensor_entry& entry : file->tensors()) {
      const std::string name = known_name(entry.name);
      const auto [at, fresh] = index_.emplace(name, tensors_.size());
      if (!fresh)
        throw input_error(file->path(), printable(entry.name), "no second tensor for " + printable(name),
                          printable(tensors_[at->second].entry->name) + " beside it");
      tensors_.push_back({name, &entry, file.get()});
    }
  }
}

const checkpoint_tensor* checkpoint::find(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

std::string checkpoint::config_path() const {
  return (fs::path(path_).parent_path() / "config.json").string();
}

std::string checkpoint::shard_note() const {
  const size_t at = path_.rfind("-of-");
  const bool shard = at != std::string::npos && path_.ends_with(".safetensors") &&
                     path_.find_first_not_of("0123456789", at + 4) == path_.size() - 12;
  return shard ? "one of several shards: give the .index.json beside it" : "";
}

json checkpoint::identity() const {
  json facts = {{"model", path_}, {"model_sha256", sha256_of_file(path_)}};
  std::error_code failed;
  const std::string config = config_path();
  if (fs::exists(config, failed)) facts["model_config_sha256"] = sha256_of_file(config);
  if (!sharded_) return facts;
  for (const auto& file : files_)
    facts["model_shards"][fs::path(file->path()).filename().string()] =
        sha256_hex(file->file_data(), file->file_bytes());
  return facts;
}

}  // namespace scansim
