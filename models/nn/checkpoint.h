// A checkpoint as one set of named tensors: a .safetensors file, the shards that a
// model.safetensors.index.json names, or a folder that holds one of the two. Contract: names are the same
// whatever the file puts in front of them ("backbone.", "model.", nothing): find() takes "backbone.<name>"
// and "lm_head.weight", "head.weight", "head.bias". A missing shard, a tensor that is not in its shard or in
// two of them, two prefixes, and files of another format are input_errors that name the file. It does not
// know which tensors a model has (checkpoint_reader.h).
#pragma once
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "traces/safetensors.h"

namespace scansim {

struct checkpoint_tensor {
  std::string name;  // as find() takes it
  const tensor_entry* entry = nullptr;
  const safetensors_file* file = nullptr;
};

class checkpoint {
 public:
  static checkpoint open(const std::string& path);

  const std::string& path() const { return path_; }  // of the file or of the index
  const std::vector<checkpoint_tensor>& tensors() const { return tensors_; }
  const checkpoint_tensor* find(const std::string& name) const;  // nullptr: none
  // `name` as this file spells it.
  std::string stored_name(const std::string& name) const;
  // Of every file; the first one's where two have a key.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  std::string config_path() const;  // config.json beside it, there or not
  // Why a tensor may be missing: the file names itself one of several ("model-00001-of-00002.safetensors").
  // "": it does not.
  std::string shard_note() const;
  // {"model": path, "model_sha256": of the file or index}, "model_shards": {file: SHA-256} with shards,
  // "model_config_sha256" with a config.json.
  nlohmann::json identity() const;

 private:
  void take(std::unique_ptr<safetensors_file> file);
  void open_shards();
  void find_prefix();
  std::string known_name(const std::string& stored) const;
  void name_tensors();

  std::string path_;
  std::string prefix_ = "backbone.";
  std::vector<std::unique_ptr<safetensors_file>> files_;
  bool sharded_ = false;
  std::vector<checkpoint_tensor> tensors_;
  std::map<std::string, size_t> index_;  // name -> position in tensors_
  std::map<std::string, std::string> metadata_;
};

}  // namespace scansim
