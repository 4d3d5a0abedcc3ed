// A JSON object read strictly: each accessor gives the value of a key in the kind asked for, or throws one
// input_error naming file and field path ("metrics[2].unit"). Contract: every number given is finite; a key
// that is absent is an error even where null is allowed. Choose it for formats whose every key is required;
// it borrows the JSON value, which must outlive it.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scansim {

class json_object {
 public:
  // `path` is where `value`, an object, stands in the file; empty for the root.
  json_object(const nlohmann::json& value, const std::string& file, const std::string& path)
      : value_(&value), file_(file), path_(path) {}

  // Throws for a key that is not in `known`.
  void check_keys(const std::vector<std::string>& known) const;
  std::vector<std::string> keys() const;
  bool has(const std::string& key) const { return value_->contains(key); }  // for keys that may be absent

  static constexpr bool may_be_empty = true;
  std::string text(const std::string& key, bool empty_allowed = false) const;
  std::string one_of(const std::string& key, const std::vector<std::string>& values) const;
  bool boolean(const std::string& key) const;
  int64_t whole(const std::string& key, int64_t least, int64_t most = INT64_MAX) const;
  double number(const std::string& key) const;
  double amount(const std::string& key) const;  // >= 0
  json_object object(const std::string& key) const;
  std::vector<json_object> objects(const std::string& key) const;  // an array of objects

  // The same, or nullopt for null.
  std::optional<std::string> optional_text(const std::string& key) const;
  std::optional<int64_t> optional_whole(const std::string& key, int64_t least) const;
  std::optional<double> optional_number(const std::string& key) const;
  std::optional<double> optional_amount(const std::string& key) const;
  std::optional<json_object> optional_object(const std::string& key) const;
  std::optional<std::vector<json_object>> optional_objects(const std::string& key) const;

  // Throws: the value of `key` is not `expected`.
  [[noreturn]] void fail(const std::string& key, const std::string& expected) const;

 private:
  const nlohmann::json& at(const std::string& key, const std::string& expected) const;
  bool is_null(const std::string& key, const std::string& expected) const;
  std::string field(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

  const nlohmann::json* value_;
  std::string file_, path_;
};

}  // namespace scansim
