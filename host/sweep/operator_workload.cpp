#include "host/sweep/operator_workload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "host/operators/operator_list.h"
#include "host/run/run_request.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr const char* prefix = "call.";

struct program_setting {
  const char* name;
  bool compile_options::*field;
};
constexpr program_setting program_settings[] = {{"fused", &compile_options::fused},
                                                {"z_first", &compile_options::z_first}};

bool is_program_setting(const std::string& name) {
  return std::any_of(std::begin(program_settings), std::end(program_settings),
                     [&](const program_setting& one) { return name == one.name; });
}

// --model-width is model_width.
std::string name_of(const generator_option& option) {
  std::string name = option.flag + 2;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

bool truth_of(const std::string& text, const std::string& file, const std::string& field) {
  if (text == "true" || text == "false") return text == "true";
  throw input_error(file, field, "true or false", "'" + text + "'");
}

void give(const generator_option& option, const std::string& text, const std::string& file,
          const std::string& field) {
  const char* end = text.data() + text.size();
  if (option.word != nullptr) {
    *option.word = text;
  } else if (option.toggle != nullptr) {
    if (truth_of(text, file, field)) *option.toggle = option.sets;
  } else if (option.integer != nullptr) {
    const auto [stop, error] = std::from_chars(text.data(), end, *option.integer);
    if (error != std::errc() || stop != end)
      throw input_error(file, field, "a whole number", "'" + text + "'");
  } else {
    const auto [stop, error] = std::from_chars(text.data(), end, *option.real);
    if (error != std::errc() || stop != end) throw input_error(file, field, "a number", "'" + text + "'");
  }
  check_given(option, file, field);
}

std::vector<std::string> option_names(const call_kind& kind) {
  std::vector<std::string> names;
  const std::unique_ptr<call_generator> generator = kind.make_generator();
  for (const generator_option& option : generator->options()) names.push_back(name_of(option));
  return names;
}

bool is_fusable(const call_kind& kind) {
  const operator_rows rows = operator_list();
  return std::any_of(rows.begin(), rows.end(),
                     [&](const operator_row* row) { return row->kind == &kind && row->fusable; });
}

std::string label_of(const operator_workload& w) {
  std::string text = w.kind->name;
  for (const auto& [name, value] : w.options) text += fmt::format(" {} {}", name, value);
  const compile_options program = w.program_options();
  return text + (program.fused ? "" : " unfused") + (program.z_first ? " z first" : "");
}

}  // namespace

compile_options operator_workload::program_options() const {
  compile_options made;
  for (const program_setting& one : program_settings)
    if (const auto given = program.find(one.name); given != program.end()) made.*one.field = given->second;
  return made;
}

const std::vector<std::string>& call_settings() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const char* option : {"pattern", "state_pattern", "state_groups", "weight_format"})
      all.push_back(std::string(prefix) + option);
    for (const program_setting& one : program_settings) all.push_back(std::string(prefix) + one.name);
    return all;
  }();
  return names;
}

std::string call_setting_of(const std::string& name) {
  if (!name.starts_with(prefix)) return "";
  const std::vector<std::string>& known = call_settings();
  const bool found = std::find(known.begin(), known.end(), name) != known.end();
  return found ? name.substr(std::string(prefix).size()) : "";
}

bool takes_setting(const operator_workload& workload, const std::string& setting) {
  if (is_program_setting(setting)) return is_fusable(*workload.kind) && !workload.program.contains(setting);
  if (workload.options.contains(setting)) return false;
  const std::vector<std::string> names = option_names(*workload.kind);
  return std::find(names.begin(), names.end(), setting) != names.end();
}

sweep_workload read_operator_workload(const YAML::Node& map, const std::string& file,
                                      const std::string& where) {
  operator_workload w;
  const YAML::Node name = map["operator"];
  w.kind = &call_kind_named(name.IsScalar() ? name.Scalar() : "", file, where + ".operator");
  const std::vector<std::string> known = call_keys(*w.kind);
  for (const auto& entry : map) {
    const std::string key = entry.first.Scalar(), field = where + "." + key;
    if (key == "operator" || key == "weight") continue;
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw input_error(file, field, fmt::format("weight or one of {}", fmt::join(known, ", ")),
                        "an unknown key");
    if (!entry.second.IsScalar()) throw input_error(file, field, "one value", "a list, a map or nothing");
    if (is_program_setting(key))
      w.program[key] = truth_of(entry.second.Scalar(), file, field);
    else
      w.options[key] = entry.second.Scalar();
  }
  const std::unique_ptr<call> drawn = made_from(file + ": " + where, [&] { return drawn_call(w); });
  sweep_workload workload;
  workload.name = label_of(w);
  workload.form.shape.batch = 1, workload.form.shape.length = static_cast<int64_t>(drawn->tokens());
  workload.state_updates = drawn->state_updates();
  workload.identity = identity_of(w);
  workload.call = std::make_shared<const operator_workload>(std::move(w));
  return workload;
}

bool fits_setting(const std::string& setting, const sweep_value& value) {
  return !is_program_setting(setting) || text_of(value) == "true" || text_of(value) == "false";
}

operator_workload with_settings(const operator_workload& workload,
                                const std::vector<std::pair<std::string, sweep_value>>& parameters) {
  operator_workload w = workload;
  for (const auto& [name, value] : parameters) {
    const std::string setting = call_setting_of(name);
    if (setting.empty() || !takes_setting(w, setting)) continue;
    if (is_program_setting(setting))
      w.program[setting] = truth_of(text_of(value), "space", name);
    else
      w.options[setting] = text_of(value);
  }
  return w;
}

nlohmann::json identity_of(const operator_workload& workload) {
  const compile_options program = workload.program_options();
  nlohmann::json identity = {{"operator", workload.kind->name}, {"options", workload.options}};
  for (const program_setting& one : program_settings) identity[one.name] = program.*one.field;
  return identity;
}

const call_kind& call_kind_named(const std::string& name, const std::string& file, const std::string& field) {
  for (const call_kind* kind : call_list())
    if (name == kind->name) return *kind;
  throw input_error(file, field, fmt::format("one of {}", fmt::join(call_names(), ", ")), "'" + name + "'");
}

call_key call_key_of(const call_kind& kind, const std::string& name) {
  if (is_program_setting(name)) return is_fusable(kind) ? call_key::program : call_key::none;
  const std::unique_ptr<call_generator> generator = kind.make_generator();
  for (const generator_option& option : generator->options()) {
    if (name_of(option) != name) continue;
    if (option.integer != nullptr) return call_key::integer;
    if (option.real != nullptr) return call_key::real;
    return option.word != nullptr ? call_key::word : call_key::toggle;
  }
  return call_key::none;
}

std::vector<std::string> call_keys(const call_kind& kind) {
  std::vector<std::string> names = option_names(kind);
  for (const program_setting& one : program_settings)
    if (is_fusable(kind)) names.emplace_back(one.name);
  return names;
}

std::unique_ptr<call> drawn_call(const operator_workload& workload, uint64_t seed) {
  const std::unique_ptr<call_generator> generator = workload.kind->make_generator();
  for (const generator_option& option : generator->options())
    if (const auto given = workload.options.find(name_of(option)); given != workload.options.end())
      give(option, given->second, workload.kind->name, given->first);
  return generator->generate(seed);
}

program make_operator_workload(const operator_workload& workload, const design_point& point) {
  return make_operator_program(*drawn_call(workload), workload.program_options(), point, workload.kind->name);
}

std::string generate_arguments(const operator_workload& workload, uint64_t seed) {
  std::string text = fmt::format("--operator {}", workload.kind->name);
  const std::unique_ptr<call_generator> generator = workload.kind->make_generator();
  for (const generator_option& option : generator->options()) {
    const auto given = workload.options.find(name_of(option));
    if (given == workload.options.end()) continue;
    if (option.toggle == nullptr)
      text += fmt::format(" {} {}", option.flag, shell_word(given->second));
    else if (given->second == "true")
      text += fmt::format(" {}", option.flag);
  }
  return text + fmt::format(" --seed {}", seed);
}

}  // namespace scansim
