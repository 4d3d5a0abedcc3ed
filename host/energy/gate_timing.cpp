#include "host/energy/gate_timing.h"

#include <algorithm>

namespace scansim {
namespace {

const liberty_energy* energy_from(const liberty_pin& pin, int from) {
  for (const liberty_energy& one : pin.energies)
    if (one.from == from) return &one;
  return nullptr;
}

bool edge_passes(arc_sense sense, int in, int out) {
  return sense == arc_sense::both || (sense == arc_sense::positive) == (in == out);
}

class timing_walk {
 public:
  timing_walk(const gate_netlist& netlist, const timing_setting& setting)
      : netlist_(netlist), setting_(setting) {}

  gate_timing run() {
    made_.arcs.resize(netlist_.cells.size());
    for (int edge : {0, 1}) {
      made_.load[edge].assign(netlist_.nets.size(), 0);
      made_.edges[edge].assign(netlist_.nets.size(), {});
    }
    find_loads();
    for (const auto& [name, nets] : netlist_.inputs)
      for (const int net : nets)
        for (int edge : {0, 1})
          if (net != netlist_.clock)
            made_.edges[edge][static_cast<size_t>(net)] = {0, setting_.input_transition, true};
    for (int c = 0; c < static_cast<int>(netlist_.cells.size()); ++c)
      if (netlist_.cells[static_cast<size_t>(c)].of->state) launch(c);
    for (const int c : evaluation_order(netlist_)) pass_through(c);
    find_ends();
    return std::move(made_);
  }

 private:
  void find_loads() {
    for (size_t n = 0; n < netlist_.nets.size(); ++n)
      for (const gate_pin& load : netlist_.nets[n].loads) {
        const liberty_pin& pin =
            netlist_.cells[static_cast<size_t>(load.cell)].of->pins[static_cast<size_t>(load.pin)];
        for (int edge : {0, 1}) made_.load[edge][n] += pin.capacitance[edge];
      }
  }

  // The arc of a cell at the transition that its input has; `delay` of the output's edge, both if allowed.
  cell_arc& add_arc(int c, const liberty_arc& arc, int to, const double transition[2]) {
    const gate_cell& cell = netlist_.cells[static_cast<size_t>(c)];
    const auto net = static_cast<size_t>(cell.nets[static_cast<size_t>(to)]);
    const liberty_energy* energy = energy_from(cell.of->pins[static_cast<size_t>(to)], arc.from);
    cell_arc made{arc.from, to, {}};
    for (int in : {0, 1})
      for (int out : {0, 1}) {
        if (!edge_passes(arc.sense, in, out) || arc.delay[out].empty()) continue;
        arc_timing& edge = made.edges[in][out];
        edge.exists = true;
        edge.delay = arc.delay[out].at(made_.load[out][net], transition[in]);
        if (energy != nullptr) edge.energy_pj = energy->energy[out].at(made_.load[out][net], transition[in]);
      }
    return made_.arcs[static_cast<size_t>(c)].emplace_back(made);
  }

  void arrive(int c, const liberty_arc& arc, int in, int out, int to_net, const arc_timing& edge, double at,
              double transition, int from_net) {
    edge_time& time = made_.edges[out][static_cast<size_t>(to_net)];
    const double slow = arc.transition[out].at(made_.load[out][static_cast<size_t>(to_net)], transition);
    if (!time.reached || at + edge.delay > time.arrival) {
      time.arrival = at + edge.delay;
      time.from_cell = c, time.from_net = from_net, time.from_edge = in;
    }
    time.transition = std::max(time.transition, slow);
    time.reached = true;
  }

  void launch(int c) {
    const gate_cell& cell = netlist_.cells[static_cast<size_t>(c)];
    for (int to = 0; to < static_cast<int>(cell.of->pins.size()); ++to) {
      const int net = cell.nets[static_cast<size_t>(to)];
      if (!cell.of->pins[static_cast<size_t>(to)].is_output || net < 0) continue;
      for (const liberty_arc& arc : cell.of->pins[static_cast<size_t>(to)].arcs) {
        const bool clock = arc.kind == arc_kind::clock_to_output;
        const double given = clock ? setting_.clock_transition : setting_.input_transition;
        const double transition[2] = {given, given};
        const cell_arc& made = add_arc(c, arc, to, transition);
        if (!clock) continue;  // an asynchronous reset is no path of the clock
        for (int out : {0, 1}) arrive(c, arc, 1, out, net, made.edges[1][out], 0, given, -1);
      }
    }
  }

  void pass_through(int c) {
    const gate_cell& cell = netlist_.cells[static_cast<size_t>(c)];
    for (int to = 0; to < static_cast<int>(cell.of->pins.size()); ++to) {
      const int net = cell.nets[static_cast<size_t>(to)];
      if (!cell.of->pins[static_cast<size_t>(to)].is_output || net < 0) continue;
      for (const liberty_arc& arc : cell.of->pins[static_cast<size_t>(to)].arcs) {
        const int from = cell.nets[static_cast<size_t>(arc.from)];
        const edge_time* in_time[2] = {&made_.edges[0][static_cast<size_t>(from)],
                                       &made_.edges[1][static_cast<size_t>(from)]};
        const double transition[2] = {in_time[0]->transition, in_time[1]->transition};
        const cell_arc& made = add_arc(c, arc, to, transition);
        for (int in : {0, 1})
          for (int out : {0, 1})
            if (made.edges[in][out].exists && in_time[in]->reached)
              arrive(c, arc, in, out, net, made.edges[in][out], in_time[in]->arrival, transition[in], from);
      }
    }
  }

  void find_ends() {
    for (const gate_cell& cell : netlist_.cells) {
      if (!cell.of->state) continue;
      for (size_t p = 0; p < cell.of->pins.size(); ++p)
        for (const liberty_arc& arc : cell.of->pins[p].arcs)
          if (arc.kind == arc_kind::setup)
            end_at(cell.nets[p], cell.name + "/" + cell.of->pins[p].name, &arc);
    }
    for (const auto& [name, nets] : netlist_.outputs)
      for (size_t i = 0; i < nets.size(); ++i) end_at(nets[i], name + "_" + std::to_string(i), nullptr);
  }

  void end_at(int net, const std::string& name, const liberty_arc* setup) {
    path_end end{name, setup == nullptr, 0, 0};
    int worst = -1;
    for (int edge : {0, 1}) {
      const edge_time& time = made_.edges[edge][static_cast<size_t>(net)];
      if (!time.reached) continue;
      const double before =
          setup == nullptr ? 0 : setup->constraint[edge].at(setting_.clock_transition, time.transition);
      if (worst >= 0 && time.arrival + before <= end.arrival + end.setup) continue;
      end.arrival = time.arrival, end.setup = before, worst = edge;
    }
    if (worst < 0) return;
    if (end.arrival + end.setup > made_.period) {
      made_.period = end.arrival + end.setup;
      trace_back(net, worst);
    }
    made_.ends.push_back(end);
  }

  void trace_back(int net, int edge) {
    made_.path.clear();
    while (net >= 0) {
      made_.path.push_back(netlist_.nets[static_cast<size_t>(net)].name);
      const edge_time& time = made_.edges[edge][static_cast<size_t>(net)];
      net = time.from_net, edge = time.from_edge;
    }
    std::reverse(made_.path.begin(), made_.path.end());
  }

  const gate_netlist& netlist_;
  const timing_setting& setting_;
  gate_timing made_;
};

}  // namespace

gate_timing time_netlist(const gate_netlist& netlist, const timing_setting& setting) {
  return timing_walk(netlist, setting).run();
}

}  // namespace scansim
