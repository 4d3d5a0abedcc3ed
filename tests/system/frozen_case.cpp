#include "tests/system/frozen_case.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/spawned_program.h"
#include "tests/system/frozen_digest.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Keys whose value is the time of a run, or of this machine or build.
const std::set<std::string> of_this_run = {"wall_s", "sim_cycles_per_s", "sim_state_updates_per_s",
                                           "tool_versions", "scansim"};

std::string file_of(const std::string& trace) { return "../" + trace + ".safetensors"; }

// The report without revision and speeds: the table's columns from "sim Hz" on.
std::string without_speeds(const std::string& printed) {
  std::istringstream lines(printed);
  std::string text;
  size_t speeds = std::string::npos;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("sim Hz") != std::string::npos) speeds = line.find("sim Hz");
    if (line.empty()) speeds = std::string::npos;
    line = std::regex_replace(line, std::regex("  revision .*"), "");
    if (speeds != std::string::npos && line.rfind("energy/token:", 0) != 0 && line.size() > speeds) {
      line.resize(speeds);
      line.resize(line.find_last_not_of(' ') + 1);
    }
    text += line + "\n";
  }
  return text;
}

// A command as its reader would start it: folders and the program's place are of this machine.
std::string without_places(const std::string& text, const std::string& program) {
  std::string plain = std::regex_replace(text, std::regex("SCANSIM_[A-Z]+=\\S+ "), "");
  const std::string own = fs::canonical(program).string();
  for (size_t at = plain.find(own); at != std::string::npos; at = plain.find(own))
    plain.replace(at, own.size(), "scansim");
  return plain;
}

json taken(json& object, const char* key) {
  const json value = object.contains(key) ? object[key] : json();
  object.erase(key);
  return value;
}

void drop_values_of_this_run(json& object) {
  for (const std::string& key : of_this_run)
    if (object.contains(key)) object[key] = nullptr;
}

void record_rung(const std::string& name, json rung, case_outcome& outcome) {
  json& fields = outcome.fields["rungs"][name];
  for (const char* key : {"verdict", "compared_with", "finding", "cycles", "output_sha256", "state_sha256"}) {
    fields[key] = taken(rung, key);
    if (fields[key].is_string() && std::strstr(key, "sha256"))
      fields[key] = fields[key].get<std::string>().substr(0, 16);
  }
  fields["counters"] = digest(taken(rung, "counters"), 6);
  fields["energy"] = digest(taken(rung, "energy"), 6);
  drop_values_of_this_run(rung);
  outcome.documents[name] = rung;
}

void record_result(json result, case_outcome& outcome) {
  outcome.fields["verdict"] = taken(result, "verdict");
  drop_values_of_this_run(result);
  const json rungs = taken(result, "rungs");
  for (const auto& [name, rung] : rungs.items()) record_rung(name, rung, outcome);
  outcome.documents["result"] = result;
}

std::string tensor_changed(const std::string& bytes, const std::string& tensor, size_t index, float amount) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const json header = json::parse(bytes.substr(8, length));
  const size_t at =
      8 + length + header.at(tensor).at("data_offsets").at(0).get<size_t>() + index * sizeof(float);
  std::string changed = bytes;
  float value = 0;
  std::memcpy(&value, changed.data() + at, sizeof value);
  value += amount;
  std::memcpy(changed.data() + at, &value, sizeof value);
  return changed;
}

std::string made_file(const frozen_case& one, const std::string& source) {
  if (one.kind == "cut") return source.substr(0, std::stoul(one.words[1]));
  return tensor_changed(source, one.words[1], std::stoul(one.words[2]), std::stof(one.words[3]));
}

std::vector<std::string> command_of(const frozen_case& one) {
  std::vector<std::string> words = {"trace"};
  if (!one.makes_trace()) words.clear();
  for (const std::string& word : one.words)
    words.push_back(word.front() == '@' ? file_of(word.substr(1)) : word);
  if (one.makes_trace()) words.insert(words.end(), {"--out", file_of(one.name)});
  if (words.front() == "compare" || words.front() == "run")
    words.insert(words.end(), {"--json", "result.json"});
  return words;
}

}  // namespace

std::vector<frozen_case> read_cases(const std::string& path) {
  std::vector<frozen_case> cases;
  std::set<std::string> names;
  std::ifstream file(path);
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    frozen_case one;
    if (!(words >> one.kind)) continue;
    words >> one.name;
    for (std::string word; words >> word;) one.words.push_back(word);
    const size_t least = one.kind == "alter" ? 4 : one.kind == "cut" ? 2 : 1;
    const bool known = std::set<std::string>{"trace", "alter", "cut", "case"}.count(one.kind) > 0;
    if (!known || one.words.size() < least || !names.insert(one.name).second)
      throw input_error(path, "line " + std::to_string(number),
                        "trace, alter, cut or case, a name of its own, words", line);
    cases.push_back(one);
  }
  if (cases.empty()) throw input_error(path, "file", "cases", "none");
  return cases;
}

std::vector<frozen_case> selected(const std::vector<frozen_case>& cases, const std::string& pattern) {
  const std::regex wanted(pattern);
  std::set<std::string> needed;
  std::vector<frozen_case> chosen;
  for (auto one = cases.rbegin(); one != cases.rend(); ++one) {  // traces stand in front of their users
    if (needed.count(one->name) == 0 && !std::regex_search(one->name, wanted)) continue;
    if (one->kind == "alter" || one->kind == "cut") needed.insert(one->words.front());
    for (const std::string& word : one->words)
      if (word.front() == '@') needed.insert(word.substr(1));
    chosen.insert(chosen.begin(), *one);
  }
  return chosen;
}

case_outcome case_runner::run(const frozen_case& one) const {
  case_outcome outcome;
  const fs::path own = folder / one.name;
  fs::create_directory(own);
  if (one.kind == "alter" || one.kind == "cut") {
    const std::string made = made_file(one, read_bytes(own / file_of(one.words.front())));
    write_bytes(own / file_of(one.name), made);
    return outcome.fields["file"] = digest(made), outcome;
  }
  fs::create_directory_symlink(bundled, own / "traces");
  program_start start;
  start.words = command_of(one);
  start.words.insert(start.words.begin(), program);
  start.folder = own;
  start.variables = {"SCANSIM_CACHE=" + cache};
  const program_end end = run_program(start);
  outcome.fields["status"] = end.status;
  if (end.status > 1)  // a file of the repository is named by its place there
    outcome.fields["error"] = std::regex_replace(end.err, std::regex(R"(\S*/models/)"), "models/");
  outcome.text = without_places(without_speeds(end.out), program);
  const json printed = json::parse(end.out, nullptr, false);
  if (!printed.is_discarded() && printed.is_object())
    outcome.documents["printed"] = printed;
  else
    outcome.fields["text"] = digest(outcome.text);
  if (fs::exists(own / "result.json"))
    record_result(json::parse(without_places(read_bytes(own / "result.json"), program)), outcome);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(own))
    if (entry.is_regular_file() && entry.path().filename() != "result.json")
      outcome.fields["files"][fs::relative(entry.path(), own).string()] = digest(read_bytes(entry.path()));
  if (one.makes_trace() && fs::exists(own / file_of(one.name)))
    outcome.fields["file"] = digest(read_bytes(own / file_of(one.name)));
  return outcome;
}

}  // namespace scansim::test
