#include "tests/system/frozen_record.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/system/frozen_digest.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

using nlohmann::json;

constexpr int document_digits = 4;

void compare_fields(const json& recorded, const json& found, const std::string& path,
                    std::vector<std::string>& differences) {
  if (recorded == found) return;
  if (!recorded.is_object() || !found.is_object()) {
    differences.push_back(path + ": recorded " + recorded.dump() + ", found " + found.dump());
    return;
  }
  std::set<std::string> names;
  for (const json* side : {&recorded, &found})
    for (const auto& [name, value] : side->items()) names.insert(name);
  for (const std::string& name : names)
    compare_fields(recorded.value(name, json()), found.value(name, json()),
                   path.empty() ? name : path + "." + name, differences);
}

}  // namespace

void frozen_record::read(const std::string& path) {
  std::ifstream file(path);
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const json entry = json::parse(line, nullptr, false);
    if (entry.is_discarded() || !entry.is_object())
      throw input_error(path, "line " + std::to_string(number), "a JSON object", line);
    if (entry.contains("key_set"))
      key_sets_[entry["key_set"]] = entry["keys"];
    else
      cases_[entry.at("case")] = entry.at("record");
  }
}

void frozen_record::write(const std::string& path) const {
  std::set<std::string> used;
  for (const auto& [name, record] : cases_)
    for (const json& document : record["documents"]) used.insert(document["keys"]);
  std::ofstream file(path);
  for (const auto& [id, keys] : key_sets_)
    if (used.count(id) > 0) file << json{{"key_set", id}, {"keys", keys}}.dump() << "\n";
  for (const auto& [name, record] : cases_) file << json{{"case", name}, {"record", record}}.dump() << "\n";
}

void frozen_record::set(const std::string& name, const case_outcome& outcome) {
  json record = {{"fields", outcome.fields}, {"documents", json::object()}};
  for (const auto& [document, value] : outcome.documents) {
    const json keys = keys_of(value);
    const std::string id = digest(keys.dump());
    key_sets_[id] = keys;
    record["documents"][document] = {{"keys", id}, {"values", digest(value, document_digits)}};
  }
  cases_[name] = record;
}

void frozen_record::keep_only(const std::vector<frozen_case>& cases) {
  std::set<std::string> names;
  for (const frozen_case& one : cases) names.insert(one.name);
  std::erase_if(cases_, [&](const auto& entry) { return names.count(entry.first) == 0; });
}

std::vector<std::string> frozen_record::differences(const std::string& name,
                                                    const case_outcome& outcome) const {
  if (!has(name)) return {"never recorded"};
  const json& record = cases_.at(name);
  std::vector<std::string> differences;
  compare_fields(record["fields"], outcome.fields, "", differences);
  for (const auto& [document, recorded] : record["documents"].items()) {
    const auto found = outcome.documents.find(document);
    if (found == outcome.documents.end()) {
      differences.push_back(document + ": missing");
      continue;
    }
    const key_set present = keys_of(found->second);
    bool whole = true;
    const key_set wanted = key_sets_.at(recorded["keys"]).get<key_set>();
    for (const std::string& key : wanted)
      if (present.count(key) == 0) differences.push_back(document + ": no " + key), whole = false;
    if (whole && digest(found->second, wanted, document_digits) != recorded["values"])
      differences.push_back(document + ": other values at the recorded keys");
  }
  return differences;
}

}  // namespace scansim::test
