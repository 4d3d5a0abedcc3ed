#include "host/run/machine_rung.h"

#include <nlohmann/json.hpp>

#include "host/run/named_counters.h"
#include "models/configs/data_directory.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

std::string sha256_of(const std::vector<named_integers>& outputs) {
  const std::vector<int32_t>& y = outputs.front().values;
  return sha256_hex(y.data(), y.size() * sizeof(int32_t));
}

// A machine without units has none of theirs.
bool has_block(const std::string& block, const design_point& point) {
  for (const switching_unit_row& unit : switching_unit_rows(point))
    if (block == unit.block) return true;
  return false;
}

void describe_time(rung_result& entry, const rung& row, const program_result& result,
                   const machine_setting& setting) {
  if (row.time == rung_time::none) return;
  entry.cycles = result.counters[counter_index("machine", "cycles")];
  entry.cycles_estimated = row.time == rung_time::estimate;
  if (row.time != rung_time::cycles) return;
  const cost_table costs = load_costs(setting.point.technology, setting.memory_model, energy_directory());
  entry.energy = estimate_energy(costed_counters(entry), setting.point, costs);
}

}  // namespace

program_result run_machine_rung(rung_result& entry, operator_case& call, const rung& row,
                                const machine_setting& setting, run_observer& observer) {
  const program& made = call.compiled(setting.options);
  program_result result;
  {
    const auto hold = row.waves ? observer.hold() : nullptr;  // something to clean up
    const std::string waves = row.waves && setting.waves != nullptr ? setting.waves->begin() : "";
    const device_options options{.memory_model = setting.memory_model,
                                 .seed = setting.seed,
                                 .wave_path = waves,
                                 .waves = setting.window,
                                 .most_cycles = setting.most_cycles,
                                 .build = setting.rtl_build,
                                 .activity = row.activity ? setting.activity : activity_request{},
                                 .switching = row.switching && setting.switching};
    const auto machine = row.make(setting.point, options, observer.callback());
    observer.begin_step(row.name);
    result = run_program(*machine, made, setting.point);
  }
  observer.check();
  entry.counters = named_counters(result.counters, setting.point);
  entry.wall_s = result.wall_s;
  entry.traffic = made.traffic;
  entry.products = made.products;
  entry.weight_passes = made.weight_passes;
  entry.moved = true;
  if (row.outputs == rung_outputs::integer) {
    entry.output_sha256 = sha256_of(result.outputs);
    entry.state_sha256 = state_sha256(made, result);
  }
  entry.memory = result.memory;
  entry.simulated = result.simulated;
  for (const switching_count& one : result.switching)
    if (has_block(one.block, setting.point)) entry.switching[one.block][one.event] = one.count;
  describe_time(entry, row, result, setting);
  if (!entry.switching.empty())
    entry.gates = estimate_switching(entry.switching, entry.cycles, setting.point,
                                     load_switching_model(energy_directory()));
  return result;
}

void describe_arithmetic(rung_result& entry, operator_case& call, const golden_result& golden) {
  entry.counters[call.facts().operator_name] = golden.counters;
  entry.output_sha256 = sha256_of(golden.outputs);
  entry.state_sha256 = golden.state_sha256;
  for (const auto& [tensor, bytes] : call.compulsory()) entry.traffic.push_back({tensor, 0, 0, bytes});
}

operator_facts facts_of(nlohmann::json facts) {
  if (facts.is_null()) return nullptr;
  return std::make_shared<const nlohmann::json>(std::move(facts));
}

}  // namespace scansim
