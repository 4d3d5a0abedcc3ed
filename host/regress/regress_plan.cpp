#include "host/regress/regress_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "host/regress/covering_machines.h"
#include "host/regress/point_fields.h"
#include "host/regress/regress_job.h"
#include "host/sweep/spec_fields.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "sim/rungs/rung.h"
#include "traces/one_line.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

constexpr int plan_version = 1;
constexpr uint64_t most_seeds = 1'000'000;

// A name that can stand in paths, tags and shells.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
}

class plan_reader : private spec_fields {
 public:
  plan_reader(const std::string& file, const std::string& root) : spec_fields(file), root_(load_yaml(file)) {
    if (!root_.IsMap()) refuse("file", "a map", "no map");
    plan_.file = file;
    plan_.root = root;
  }

  regress_plan read() {
    only_keys(root_, "", {"regress", "name", "seed", "design_points", "memories", "testpoints", "tests"});
    if (integer(root_["regress"], "regress") != plan_version)
      refuse("regress", "the format version 1", root_["regress"].Scalar());
    plan_.name = name(root_["name"], "name");
    if (root_["seed"]) plan_.seed = unsigned_integer(root_["seed"], "seed");
    read_points();
    plan_.memories = read_memories(root_["memories"], "memories");
    read_tests();
    read_testpoints();
    check_mapping();
    std::ifstream text(file(), std::ios::binary);
    plan_.text.assign(std::istreambuf_iterator<char>(text), {});
    return std::move(plan_);
  }

 private:
  std::string name(const YAML::Node& node, const std::string& field) const {
    const std::string text = scalar(node, field);
    if (!is_plain_name(text)) refuse(field, "letters, digits and any of _ - .", "'" + text + "'");
    return text;
  }
  YAML::Node list(const YAML::Node& node, const std::string& field) const {
    if (!node.IsDefined() || !node.IsSequence() || node.size() == 0)
      refuse(field, "a list", node.IsDefined() ? "no list, or an empty one" : "no such key");
    return node;
  }
  std::vector<std::string> names(const YAML::Node& node, const std::string& field) const {
    std::vector<std::string> texts;
    for (const YAML::Node& one : list(node, field)) texts.push_back(scalar(one, field));
    return texts;
  }
  bool truth(const YAML::Node& node, const std::string& field) const {
    const std::string text = scalar(node, field);
    if (text != "true" && text != "false") refuse(field, "true or false", "'" + text + "'");
    return text == "true";
  }

  void read_points();
  plan_point read_point(const YAML::Node& node, const std::string& field) const;
  std::vector<plan_point> read_covering(const YAML::Node& node, const std::string& field) const;
  void read_points_of(plan_test& test, const YAML::Node& node, const std::string& field) const;
  std::vector<std::string> read_memories(const YAML::Node& node, const std::string& field) const;
  void read_tests();
  plan_test read_test(const YAML::Node& node, const std::string& field) const;
  void read_call(plan_test& test, const YAML::Node& node, const std::string& field) const;
  void read_compare(plan_test& test, const YAML::Node& node, const std::string& field) const;
  void read_program(plan_test& test, const YAML::Node& node, const std::string& field) const;
  void read_timeout(plan_test& test, const YAML::Node& node, const std::string& field) const;
  std::vector<drawn_key> read_keys(const YAML::Node& node, const call_kind* kind,
                                   const std::string& field) const;
  void read_testpoints();
  void check_mapping() const;

  YAML::Node root_;
  regress_plan plan_;
};

plan_point plan_reader::read_point(const YAML::Node& node, const std::string& field) const {
  plan_point read;
  if (node.IsMap()) {
    only_keys(node, field + ".", {"base", "set", "label"});
    read.request.config = scalar(node["base"], field + ".base");
    const YAML::Node set = node["set"];
    if (!set.IsDefined() || !set.IsMap() || set.size() == 0)
      refuse(field + ".set", "a map of fields", set.IsDefined() ? "no map" : "no such key");
    for (const auto& entry : set) {
      const std::string key = entry.first.Scalar();
      read.request.overrides.push_back(key + "=" + scalar(entry.second, field + ".set." + key));
    }
    read.label =
        node["label"]
            ? name(node["label"], field + ".label")
            : one_line(fmt::format("{} {}", read.request.config, fmt::join(read.request.overrides, " ")));
  } else {
    read.request.config = scalar(node, field);
    read.label = one_line(read.request.config);
  }
  if (is_yaml_path(read.request.config))
    read.request.config =
        (std::filesystem::path(plan_.root) / read.request.config).lexically_normal().string();
  read.point = made_from(file() + ": " + field, [&] { return load_design(read.request); });
  return read;
}

void plan_reader::read_points() {
  std::set<std::string> labels;
  const YAML::Node entries = list(root_["design_points"], "design_points");
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string field = fmt::format("design_points[{}]", i);
    const bool covering = entries[i].IsMap() && entries[i]["covering"].IsDefined();
    for (plan_point& read : covering ? read_covering(entries[i], field)
                                     : std::vector<plan_point>{read_point(entries[i], field)}) {
      if (!labels.insert(read.label).second)
        refuse("design_points", "every point once", "'" + read.label + "' twice");
      plan_.points.push_back(std::move(read));
    }
  }
}

std::vector<plan_point> plan_reader::read_covering(const YAML::Node& node, const std::string& field) const {
  only_keys(node, field + ".", {"covering", "starts"});
  const std::string label = name(node["covering"], field + ".covering");
  const std::vector<std::string> starts = names(node["starts"], field + ".starts");
  return made_from(file() + ": " + field + ".starts", [&] { return covering_machines(label, starts); });
}

std::vector<std::string> plan_reader::read_memories(const YAML::Node& node, const std::string& field) const {
  const std::vector<std::string> known = memory_model_names();
  std::vector<std::string> read = names(node, field);
  for (const std::string& one : read)
    if (std::find(known.begin(), known.end(), one) == known.end())
      refuse(field, fmt::format("any of {}", fmt::join(known, ", ")), "'" + one + "'");
  return read;
}

void plan_reader::read_timeout(plan_test& test, const YAML::Node& node, const std::string& field) const {
  if (!node.IsDefined()) return;
  if (!node.IsMap()) refuse(field, "a map of wall_s, cycles, memory_mb", "no map");
  only_keys(node, field + ".", {"wall_s", "cycles", "memory_mb"});
  if (node["wall_s"]) {
    test.limits.wall_s = number(node["wall_s"], field + ".wall_s");
    if (test.limits.wall_s <= 0) refuse(field + ".wall_s", "more than 0", node["wall_s"].Scalar());
  }
  if (node["cycles"]) test.limits.cycles = counted(node["cycles"], field + ".cycles", 1, 1'000'000'000'000);
  if (node["memory_mb"])
    test.limits.memory_mb = counted(node["memory_mb"], field + ".memory_mb", 64, 1'000'000);
}

std::vector<drawn_key> plan_reader::read_keys(const YAML::Node& node, const call_kind* kind,
                                              const std::string& field) const {
  std::vector<drawn_key> keys;
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar(), at = field + "." + key;
    if (kind != nullptr && (key == "operator" || key == "let")) continue;
    const call_key form = kind != nullptr ? call_key_of(*kind, key) : call_key::integer;
    if (form == call_key::none)
      refuse(at, fmt::format("operator, let or one of {}", fmt::join(call_keys(*kind), ", ")),
             "an unknown key");
    keys.push_back({key, form, read_stimulus(entry.second, form, file(), at)});
  }
  return keys;
}

void plan_reader::read_points_of(plan_test& test, const YAML::Node& node, const std::string& field) const {
  const std::vector<std::string> wanted =
      node["points"] ? names(node["points"], field + ".points") : std::vector<std::string>{};
  const auto is_named = [](const plan_point& one, const std::string& label) {
    return one.label == label || (!label.empty() && one.group == label);
  };
  for (const std::string& label : wanted)
    if (std::none_of(plan_.points.begin(), plan_.points.end(),
                     [&](const plan_point& one) { return is_named(one, label); }))
      refuse(field + ".points", "labels of design_points", "'" + label + "'");
  std::optional<expression> where;
  if (node["where"]) where.emplace(scalar(node["where"], field + ".where"), file(), field + ".where");
  for (size_t i = 0; i < plan_.points.size(); ++i) {
    const plan_point& one = plan_.points[i];
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(),
                                        [&](const std::string& label) { return is_named(one, label); }))
      continue;
    const point_fields fields(one.point, file(), field + ".where");
    if (!where || where->holds(fields)) test.points.push_back(i);
  }
  if (test.points.empty()) refuse(field + ".where", "a rule that a design point of the test meets", "none");
}

void plan_reader::read_call(plan_test& test, const YAML::Node& node, const std::string& field) const {
  const YAML::Node drawn = node["stimulus"];
  const std::string at = field + ".stimulus";
  if (node["traces"]) {
    if (drawn.IsDefined() || node["constraint"]) refuse(field + ".traces", "no stimulus beside it", "one");
    test.traces = names(node["traces"], field + ".traces");
    for (const std::string& one : test.traces)
      made_from(file() + ": " + field + ".traces", [&] { return trace_file(one); });
    return;
  }
  if (!drawn.IsDefined() || !drawn.IsMap()) refuse(at, "a map of operator and its keys", "none");
  test.call = &call_kind_named(scalar(drawn["operator"], at + ".operator"), file(), at + ".operator");
  if (drawn["let"]) {
    if (!drawn["let"].IsMap()) refuse(at + ".let", "a map of names", "no map");
    test.helpers = read_keys(drawn["let"], nullptr, at + ".let");
  }
  test.keys = read_keys(drawn, test.call, at);
  if (node["constraint"])
    test.constraint.emplace(scalar(node["constraint"], field + ".constraint"), file(), field + ".constraint");
}

void plan_reader::read_compare(plan_test& test, const YAML::Node& node, const std::string& field) const {
  read_call(test, node, field);
  read_points_of(test, node, field);
  test.memories = node["memories"] ? read_memories(node["memories"], field + ".memories") : plan_.memories;
  test.rungs = node["rungs"] ? names(node["rungs"], field + ".rungs") : rungs_with_machine_values();
  for (const std::string& rung : test.rungs)
    if (find_rung(rung) == nullptr)
      refuse(field + ".rungs", "any of " + names_of_rungs(rung_list(), any_rung), "'" + rung + "'");
  if (node["recorded"]) test.recorded = truth(node["recorded"], field + ".recorded");
  if (node["may_refuse"]) test.may_refuse = truth(node["may_refuse"], field + ".may_refuse");
}

void plan_reader::read_program(plan_test& test, const YAML::Node& node, const std::string& field) const {
  test.command = names(node["command"], field + ".command");
}

plan_test plan_reader::read_test(const YAML::Node& node, const std::string& field) const {
  if (!node.IsMap()) refuse(field, "a map", "no map");
  plan_test test;
  test.name = name(node["name"], field + ".name");
  const std::string kind = scalar(node["kind"], field + ".kind");
  std::vector<std::string> known = {"name", "kind", "seeds", "timeout", "budget_s", "rtl_build"};
  if (kind == "compare")
    for (const char* key : {"stimulus", "traces", "constraint", "points", "where", "memories", "rungs",
                            "recorded", "may_refuse"})
      known.emplace_back(key);
  else if (kind == "program")
    test.kind = test_kind::program, known.emplace_back("command");
  else
    refuse(field + ".kind", "compare or program", "'" + kind + "'");
  only_keys(node, field + ".", known);
  if (node["seeds"]) test.seeds = counted(node["seeds"], field + ".seeds", 1, most_seeds);
  if (node["budget_s"]) {
    test.budget_s = number(node["budget_s"], field + ".budget_s");
    if (*test.budget_s <= 0) refuse(field + ".budget_s", "more than 0", node["budget_s"].Scalar());
  }
  read_timeout(test, node["timeout"], field + ".timeout");
  if (node["rtl_build"])
    test.rtl_build =
        rtl_kind_named(scalar(node["rtl_build"], field + ".rtl_build"), file() + ": " + field + ".rtl_build");
  if (test.kind == test_kind::compare)
    read_compare(test, node, field);
  else
    read_program(test, node, field);
  return test;
}

void plan_reader::read_tests() {
  for (const YAML::Node& node : list(root_["tests"], "tests")) {
    plan_.tests.push_back(read_test(node, fmt::format("tests[{}]", plan_.tests.size())));
    const std::string& made = plan_.tests.back().name;
    if (std::count_if(plan_.tests.begin(), plan_.tests.end(),
                      [&](const plan_test& one) { return one.name == made; }) > 1)
      refuse("tests", "every name once", "'" + made + "' twice");
  }
}

void plan_reader::read_testpoints() {
  for (const YAML::Node& node : list(root_["testpoints"], "testpoints")) {
    const std::string field = fmt::format("testpoints[{}]", plan_.testpoints.size());
    if (!node.IsMap()) refuse(field, "a map", "no map");
    only_keys(node, field + ".", {"name", "desc", "stage", "tags", "tests"});
    plan_testpoint read;
    read.name = name(node["name"], field + ".name");
    read.desc = scalar(node["desc"], field + ".desc");
    read.stage = scalar(node["stage"], field + ".stage");
    if (std::find(plan_stages.begin(), plan_stages.end(), read.stage) == plan_stages.end())
      refuse(field + ".stage", fmt::format("one of {}", fmt::join(plan_stages, ", ")),
             "'" + read.stage + "'");
    if (node["tags"]) read.tags = names(node["tags"], field + ".tags");
    read.tests = names(node["tests"], field + ".tests");
    for (const plan_testpoint& other : plan_.testpoints)
      if (other.name == read.name) refuse("testpoints", "every name once", "'" + read.name + "' twice");
    plan_.testpoints.push_back(std::move(read));
  }
}

// A claim that nothing tests, and a test that shows nothing, are errors of the plan.
void plan_reader::check_mapping() const {
  for (size_t i = 0; i < plan_.testpoints.size(); ++i)
    for (const std::string& test : plan_.testpoints[i].tests)
      if (std::none_of(plan_.tests.begin(), plan_.tests.end(),
                       [&](const plan_test& one) { return one.name == test; }))
        refuse(fmt::format("testpoints[{}].tests", i), "names of tests", "'" + test + "'");
  for (size_t i = 0; i < plan_.tests.size(); ++i) {
    const std::string& test = plan_.tests[i].name;
    if (std::none_of(plan_.testpoints.begin(), plan_.testpoints.end(), [&](const plan_testpoint& one) {
          return std::find(one.tests.begin(), one.tests.end(), test) != one.tests.end();
        }))
      refuse(fmt::format("tests[{}].name", i), "a test that a testpoint names", "'" + test + "'");
  }
}

}  // namespace

const plan_test& regress_plan::test(const std::string& test_name) const {
  return *std::find_if(tests.begin(), tests.end(),
                       [&](const plan_test& one) { return one.name == test_name; });
}

regress_plan load_regress_plan(const std::string& file, const std::string& root) {
  return plan_reader(file, root).read();
}

}  // namespace scansim
