#include "host/energy/gate_simulation.h"

#include <algorithm>

#include "traces/input_error.h"

namespace scansim {
namespace {

size_t at(int index) { return static_cast<size_t>(index); }

const liberty_energy* passive_energy(const liberty_pin& pin) {
  for (const liberty_energy& one : pin.energies)
    if (one.from < 0) return &one;
  return nullptr;
}

}  // namespace

gate_simulation::gate_simulation(const gate_netlist& netlist, gate_timing timing, double volts,
                                 const timing_setting& setting, double input_delay)
    : netlist_(netlist),
      timing_(std::move(timing)),
      half_square_volts_(volts * volts / 2),
      input_delay_(input_delay),
      values_(netlist.nets.size(), 0),
      wanted_(netlist.nets.size(), 0),
      state_(netlist.cells.size(), 0),
      class_(netlist.nets.size(), net_class::input),
      last_energy_(netlist.nets.size(), 0),
      outputs_(netlist.cells.size()),
      pending_(netlist.nets.size()),
      order_(evaluation_order(netlist)) {
  for (int c = 0; c < static_cast<int>(netlist.cells.size()); ++c) add_cell(c);
  for (int edge : {0, 1}) own_energy_[edge].assign(netlist.nets.size(), 0);
  for (size_t n = 0; n < netlist.nets.size(); ++n) {
    if (netlist.nets[n].tied >= 0) values_[n] = static_cast<uint8_t>(netlist.nets[n].tied);
    for (int edge : {0, 1}) {
      double& own = own_energy_[edge][n];
      const bool is_clock = static_cast<int>(n) == netlist.clock;
      own = (timing_.load[0][n] + timing_.load[1][n]) / 2 * half_square_volts_;
      const double slow = is_clock ? setting.clock_transition : timing_.edges[edge][n].transition;
      for (const gate_pin& load : netlist.nets[n].loads)
        if (const auto* passive = passive_energy(netlist.cells[at(load.cell)].of->pins[at(load.pin)]))
          own += passive->energy[edge].at(0, slow);
      if (is_clock) clock_pj_ += own;
    }
  }
  for (const auto& [name, nets] : netlist.inputs)
    for (const int net : nets)
      if (net != netlist.clock) input_nets_.push_back(net);
  settle_from_nothing();
}

void gate_simulation::add_cell(int c) {
  const gate_cell& cell = netlist_.cells[at(c)];
  if (cell.of->state) {
    registers_.push_back(c);
    if (cell.of->state->falling || cell.nets[at(cell.of->state->clock)] != netlist_.clock)
      throw tool_error("simulation of " + netlist_.module + ": register " + cell.name +
                       " is not clocked by the rise of clk_i");
  }
  for (int pin = 0; pin < static_cast<int>(cell.nets.size()); ++pin) {
    const liberty_pin& of = cell.of->pins[at(pin)];
    if (!of.is_output || cell.nets[at(pin)] < 0) continue;
    outputs_[at(c)].push_back(
        {cell.nets[at(pin)], pin, !of.function, of.inverted_state, of.function.value_or(liberty_function{})});
    class_[at(cell.nets[at(pin)])] = cell.of->state ? net_class::registers : net_class::combinational;
  }
}

bool gate_simulation::evaluate(const liberty_function& function, int c) const {
  const gate_cell& cell = netlist_.cells[at(c)];
  uint64_t bits = 0;
  for (size_t i = 0; i < function.inputs.size(); ++i)
    bits |= uint64_t{values_[at(cell.nets[at(function.inputs[i])])]} << i;
  return function(bits);
}

// All registers and inputs 0, without time.
void gate_simulation::settle_from_nothing() {
  for (const int c : registers_)
    for (const output_of_cell& output : outputs_[at(c)]) values_[at(output.net)] = output.inverted;
  for (const int c : order_)
    for (const output_of_cell& output : outputs_[at(c)])
      values_[at(output.net)] = evaluate(output.function, c);
}

const arc_timing* gate_simulation::arc(int c, int from, int to, int in, int out) const {
  for (const cell_arc& one : timing_.arcs[at(c)])
    if (one.from == from && one.to == to && one.edges[in][out].exists) return &one.edges[in][out];
  return nullptr;
}

void gate_simulation::schedule(int c, const output_of_cell& output, int pin, int in_edge, uint8_t value,
                               double now) {
  pending& waiting = pending_[at(output.net)];
  if (waiting.serial != 0) {
    if (waiting.value == value) return;
    waiting.serial = 0;  // a pulse shorter than the gate's delay
    if (values_[at(output.net)] == value) return;
  } else if (values_[at(output.net)] == value) {
    return;
  }
  const arc_timing* way = arc(c, pin, output.pin, in_edge, value);
  if (way == nullptr)
    throw tool_error("simulation of " + netlist_.module + ": cell " + netlist_.cells[at(c)].of->name +
                     " has no arc from " + netlist_.cells[at(c)].of->pins[at(pin)].name +
                     " for what it does");
  waiting = {++serial_, value, way->energy_pj};
  events_.push({now + way->delay, serial_, output.net});
}

void gate_simulation::cell_sees(int c, int pin, int edge, double now) {
  for (const output_of_cell& output : outputs_[at(c)])
    schedule(c, output, pin, edge, evaluate(output.function, c), now);
}

// A pin other than the clock: only its asynchronous ones do anything at once.
void gate_simulation::register_sees(int c, int pin, double now) {
  const liberty_register& state = *netlist_.cells[at(c)].of->state;
  const bool clears = state.clear && evaluate(*state.clear, c);
  const bool presets = !clears && state.preset && evaluate(*state.preset, c);
  if (!clears && !presets) return;
  state_[at(c)] = presets;
  for (const output_of_cell& output : outputs_[at(c)]) {
    const uint8_t value = static_cast<uint8_t>(presets != output.inverted);
    schedule(c, output, pin, 0, value, now);
  }
}

void gate_simulation::change(int net, uint8_t value, double energy, double now) {
  if (values_[at(net)] == value) return;
  values_[at(net)] = value;
  last_energy_[at(net)] = energy + own_energy_[value][at(net)];
  if (counted_) {
    switched_energy& to = activity_.all;
    (class_[at(net)] == net_class::input           ? to.inputs
     : class_[at(net)] == net_class::combinational ? to.combinational
                                                   : to.registers) += last_energy_[at(net)];
    ++activity_.transitions;
    activity_.last_change = std::max(activity_.last_change, now);
  }
  touched_.push_back(net);
  for (const gate_pin& load : netlist_.nets[at(net)].loads) {
    if (netlist_.cells[at(load.cell)].of->state)
      register_sees(load.cell, load.pin, now);
    else
      cell_sees(load.cell, load.pin, value, now);
  }
}

void gate_simulation::run_events() {
  while (!events_.empty()) {
    const event next = events_.top();
    events_.pop();
    pending& waiting = pending_[at(next.net)];
    if (waiting.serial != next.serial) continue;
    const pending due = waiting;
    waiting.serial = 0;
    change(next.net, due.value, due.energy, next.time);
  }
}

void gate_simulation::cycle(bool counted) {
  counted_ = counted;
  touched_.clear();
  before_ = values_;
  std::vector<uint8_t> next(registers_.size());
  for (size_t i = 0; i < registers_.size(); ++i) {
    const liberty_register& state = *netlist_.cells[at(registers_[i])].of->state;
    const int c = registers_[i];
    next[i] = state.clear && evaluate(*state.clear, c)     ? 0
              : state.preset && evaluate(*state.preset, c) ? 1
                                                           : evaluate(state.next, c);
  }
  for (size_t i = 0; i < registers_.size(); ++i) {
    const int c = registers_[i];
    state_[at(c)] = next[i];
    for (const output_of_cell& output : outputs_[at(c)])
      schedule(c, output, netlist_.cells[at(c)].of->state->clock, 1,
               static_cast<uint8_t>((next[i] != 0) != output.inverted), 0);
  }
  for (const int net : input_nets_) {
    if (wanted_[at(net)] == values_[at(net)]) continue;
    pending_[at(net)] = {++serial_, wanted_[at(net)], 0};
    events_.push({input_delay_, serial_, net});
  }
  run_events();
  if (!counted) return;
  ++activity_.cycles;
  activity_.clock_pj += clock_pj_;
  count_settled();
}

void gate_simulation::count_settled() {
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (const int net : touched_) {
    if (values_[at(net)] == before_[at(net)]) continue;
    switched_energy& to = activity_.settled;
    (class_[at(net)] == net_class::input           ? to.inputs
     : class_[at(net)] == net_class::combinational ? to.combinational
                                                   : to.registers) += last_energy_[at(net)];
    ++activity_.settled_transitions;
  }
}

}  // namespace scansim
