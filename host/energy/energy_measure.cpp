#include "host/energy/energy_measure.h"

#include <fmt/format.h>

#include <filesystem>

#include "models/configs/data_directory.h"
#include "models/energy/recipe_check.h"
#include "sim/cosim/passing_folder.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

std::vector<int> nets_of(const std::map<std::string, std::vector<int>>& ports, const port_slice& slice,
                         const std::string& module) {
  const auto port = ports.find(slice.port);
  const auto end = static_cast<size_t>(slice.low + slice.bits);
  if (port == ports.end() || port->second.size() < end)
    throw tool_error(fmt::format("netlist of {}: no port {} of {} bits", module, slice.port, end));
  return {port->second.begin() + slice.low, port->second.begin() + slice.low + slice.bits};
}

energy_parts per_operation(const switched_energy& switched, double clock_pj, double leakage_pj, double ops) {
  return {switched.combinational / ops, switched.registers / ops, switched.inputs / ops, clock_pj / ops,
          leakage_pj / ops};
}

unit_data data_for(const measured_unit& unit, const measure_request& request, const design_point& point) {
  if (unit.source == vector_source::none) return {"", "", data_kind::random, request.seed, {}, nullptr};
  if (request.trace_path.empty())
    throw input_error("command line", "--trace", std::string("a trace whose run drives ") + unit.name,
                      "none");
  return load_unit_data(request.trace_path, point, request.kind, request.seed);
}

const liberty_cell& cell_named(const liberty_library& library, const char* name) {
  const auto found = library.cells.find(name);
  if (found == library.cells.end()) throw input_error(library.file, "cell", name, "none of that name");
  return found->second;
}

}  // namespace

driven_netlist drive_netlist(const gate_netlist& netlist, const gate_timing& timing, double volts,
                             const unit_stimulus& stimulus) {
  std::vector<std::vector<int>> inputs, outputs;
  for (const port_slice& slice : stimulus.inputs)
    inputs.push_back(nets_of(netlist.inputs, slice, netlist.module));
  for (const port_slice& slice : stimulus.outputs)
    outputs.push_back(nets_of(netlist.outputs, slice, netlist.module));
  gate_simulation simulation(netlist, timing, volts);
  driven_netlist made;
  for (size_t cycle = 0; cycle < stimulus.cycles.size(); ++cycle) {
    const stimulus_cycle& now = stimulus.cycles[cycle];
    for (size_t i = 0; i < inputs.size(); ++i)
      for (size_t bit = 0; bit < inputs[i].size(); ++bit)
        simulation.set(inputs[i][bit], (now.in[i] >> bit) & 1);
    simulation.cycle(now.counted);
    made.operations += now.ops;
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!now.out[i]) continue;
      uint64_t found = 0;
      for (size_t bit = 0; bit < outputs[i].size(); ++bit)
        found |= uint64_t{simulation.value(outputs[i][bit])} << bit;
      ++made.compared;
      if (found != *now.out[i] && made.first_difference.empty())
        made.first_difference = fmt::format("cycle {}: {} is {:#x} at gate level, {:#x} on hls", cycle,
                                            stimulus.outputs[i].port, found, *now.out[i]);
    }
  }
  made.activity = simulation.activity();
  return made;
}

double fo4_delay(const liberty_library& library) {
  const liberty_cell& inverter = cell_named(library, "INVX1");
  const liberty_pin &in = inverter.pins[static_cast<size_t>(inverter.pin("A"))],
                    &out = inverter.pins[static_cast<size_t>(inverter.pin("Y"))];
  const liberty_arc& arc = out.arcs.front();
  double transition[2] = {0.1, 0.1}, delay = 0;
  for (int stage = 0; stage < 20; ++stage) {  // until edges no longer change
    const double fall = 4 * in.capacitance[0], rise = 4 * in.capacitance[1];
    const double next_fall = arc.transition[0].at(fall, transition[1]);
    const double next_rise = arc.transition[1].at(rise, transition[0]);
    delay = (arc.delay[0].at(fall, transition[1]) + arc.delay[1].at(rise, transition[0])) / 2;
    transition[0] = next_fall, transition[1] = next_rise;
  }
  return delay;
}

double nand_area(const liberty_library& library) { return cell_named(library, "NAND2X1").area; }

energy_measurement measure_energy(const measure_request& request, const design_point& point,
                                  const progress_callback& progress) {
  const measured_unit& unit = find_measured_unit(request.unit);
  const liberty_library library = read_liberty(liberty_file());
  const unit_data data = data_for(unit, request, point);
  if (unit.source == vector_source::layer && data.layer == nullptr)
    throw input_error(request.trace_path, "operator",
                      std::string("mamba_block, of whose layer ") + unit.name + " is", "selective_scan");
  const unit_stimulus stimulus = unit.drive(data, point, request.size);
  const mapped_netlist mapped = map_to_gates(unit.module(point), library, rtl_directory(), progress);
  const gate_netlist& netlist = mapped.netlist;
  const gate_timing timing = time_netlist(netlist);
  const driven_netlist driven = drive_netlist(netlist, timing, library.volts, stimulus);
  if (driven.operations == 0)
    throw input_error(request.trace_path, "operations", "enough of them to fill the unit", "none");

  energy_measurement found;
  found.unit = unit.name, found.operation = unit.operation, found.module = netlist.module;
  found.trace_path = data.trace_path, found.trace_sha256 = data.trace_sha256, found.kind = data.kind;
  found.point = point, found.tool = netlist.tool, found.library = library.name, found.kept = mapped.kept;
  found.cells = netlist.cells.size(), found.registers = netlist.registers;
  found.area = netlist.area, found.kge = netlist.area / nand_area(library) / 1000;
  found.leakage_nw = netlist.leakage_nw;
  found.operations = driven.operations, found.cycles = driven.activity.cycles,
  found.compared = driven.compared;
  const auto ops = static_cast<double>(driven.operations),
             cycles = static_cast<double>(driven.activity.cycles);
  const double leakage_pj = netlist.leakage_nw * 1e-6 * timing.period * cycles;  // nW * ns = 1e-6 pJ
  found.all = per_operation(driven.activity.all, driven.activity.clock_pj, leakage_pj, ops);
  found.settled = per_operation(driven.activity.settled, driven.activity.clock_pj, leakage_pj, ops);
  found.transitions_per_cycle = static_cast<double>(driven.activity.transitions) / cycles;
  found.settled_per_cycle = static_cast<double>(driven.activity.settled_transitions) / cycles;
  found.period = timing.period, found.fo4 = fo4_delay(library), found.path = timing.path;
  found.scale = scale_to(point.technology);
  found.estimated = estimated_energy(unit.name, point);
  found.scaled = found.all.sum() * found.scale.energy.cost;
  found.last_change = driven.activity.last_change;
  found.first_difference = driven.first_difference;
  if (request.with_sta) {
    const passing_folder folder(fs::temp_directory_path(), "sta");
    found.sta = compare_arrivals(timing, sta_arrivals(netlist, library, {}, folder.path().string()));
  }
  return found;
}

bool agrees(const energy_measurement& found) {
  return found.first_difference.empty() && (!found.sta || found.sta->largest <= most_arrival_difference);
}

}  // namespace scansim
