// Typed reading of the metadata key "scansim" of any trace. Contract: keys that are not listed, missing
// required keys and wrong types are input_errors that name "__metadata__.scansim.<key>". It knows no
// operator; the calls' option tables (traces/calls) say which keys there are.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "traces/expect_tolerance.h"
#include "traces/nm_pattern.h"

namespace scansim {

class metadata_reader {
 public:
  static constexpr const char* root_field = "__metadata__.scansim";

  // `file` and `root` are borrowed.
  metadata_reader(const std::string& file, const nlohmann::json& root) : file_(file), root_(root) {}

  [[noreturn]] void fail(const std::string& key, const std::string& expected,
                         const nlohmann::json* found) const;
  const nlohmann::json* find(const char* key) const;
  void check_format() const;  // 1: with another version nothing else can be judged
  void check_keys(const std::vector<std::string>& known) const;
  // Absent is `fallback`; without a fallback the key is required.
  bool read_bool(const char* key, const std::optional<bool>& fallback) const;
  // An integer in [low, high].
  int64_t read_integer(const char* key, int64_t low, int64_t high,
                       const std::optional<int64_t>& fallback) const;
  // One of `names`; its position.
  size_t read_choice(const char* key, const std::vector<std::string>& names,
                     const std::optional<size_t>& fallback) const;
  nm_pattern parse_pattern(const char* key) const;  // of a string that is there
  std::optional<expect_tolerance> read_tolerance() const;
  nlohmann::json read_provenance() const;  // an empty object if absent

 private:
  double read_bound(const nlohmann::json& parent, const char* key) const;

  const std::string& file_;
  const nlohmann::json& root_;
};

}  // namespace scansim
