// One call of an operator as a workload of a sweep: what `trace generate --operator NAME` draws with these
// options, as the program that `compare` makes of it. How it is computed may be a parameter of the space:
//   call.pattern  call.state_pattern  call.state_groups  call.weight_format   options of the generator
//   call.fused  call.z_first    true or false: which program of a layer (host/operators/compile_options.h)
// Contract: a parameter goes to every workload that has the option and does not give it itself; the call
// itself (sizes, tokens) is the same at every point. Values are drawn: descriptors of N:M weights depend on
// none of them.
#pragma once
#include <yaml-cpp/yaml.h>

#include <map>

#include "host/operators/compile_options.h"
#include "host/program/program.h"
#include "host/sweep/sweep_spec.h"
#include "traces/calls/call_list.h"

namespace scansim {

struct operator_workload {
  const call_kind* kind = nullptr;
  std::map<std::string, std::string> options;  // of the generator, by name: model_width
  std::map<std::string, bool> program;         // fields of compile_options that are given

  compile_options program_options() const;
};

// The option behind "call."; empty: another kind of name, or none that a space may set.
std::string call_setting_of(const std::string& name);
const std::vector<std::string>& call_settings();  // call.pattern, ...

// Whether the option is there and not given.
bool takes_setting(const operator_workload& workload, const std::string& setting);

// Fills name, identity and tokens. `where` names the entry of the sweep file.
sweep_workload read_operator_workload(const YAML::Node& map, const std::string& file,
                                      const std::string& where);

// Whether the setting can have the value, whatever the call; the rest shows when one is drawn.
bool fits_setting(const std::string& setting, const sweep_value& value);

// With the settings of a point, of its parameters. Errors: input_error naming the setting.
operator_workload with_settings(const operator_workload& workload,
                                const std::vector<std::pair<std::string, sweep_value>>& parameters);
// What besides the design point its time depends on.
nlohmann::json identity_of(const operator_workload& workload);

// Of workloads: values are drawn, and descriptors depend on none of them.
inline constexpr uint64_t drawing_seed = 1;

// Errors: input_error for options that fit no call, and for a call that the machine cannot run.
std::unique_ptr<call> drawn_call(const operator_workload& workload, uint64_t seed = drawing_seed);
program make_operator_workload(const operator_workload& workload, const design_point& point);

// Options of `scansim trace generate` that draw it.
std::string generate_arguments(const operator_workload& workload, uint64_t seed = drawing_seed);

// What an operator's call may be told, by the name of the key: options of the generator and fields of
// compile_options.
enum class call_key { none, integer, real, word, toggle, program };
call_key call_key_of(const call_kind& kind, const std::string& name);
std::vector<std::string> call_keys(const call_kind& kind);
const call_kind& call_kind_named(const std::string& name, const std::string& file, const std::string& field);

}  // namespace scansim
