// The file of recorded cases: what `scansim` did, one line of JSON a case, in order of their names, and in
// front of them the sets of keys that their documents had, each once. Contract: `differences` is empty
// exactly if the outcome has the recorded fields and, in its documents, every recorded key with its type and
// value. Documents may have keys more.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/system/frozen_case.h"

namespace scansim::test {

class frozen_record {
 public:
  void read(const std::string& path);  // throws input_error
  void write(const std::string& path) const;

  void set(const std::string& name, const case_outcome& outcome);
  void keep_only(const std::vector<frozen_case>& cases);  // forgets cases that are no longer listed
  bool has(const std::string& name) const { return cases_.count(name) > 0; }
  // One line each: field, recorded, found.
  std::vector<std::string> differences(const std::string& name, const case_outcome& outcome) const;

 private:
  std::map<std::string, nlohmann::json> cases_;     // fields, and documents {name: {keys, values}}
  std::map<std::string, nlohmann::json> key_sets_;  // by digest
};

}  // namespace scansim::test
