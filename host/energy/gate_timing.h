// Static timing of a netlist by its library's tables: the latest arrival and the slowest transition of each
// net and edge, the delay and the internal energy of each arc at these, the longest path.
//   load of a net = capacitance of the pins that it drives (no wires);  transition, arrival: the largest over
//   the arcs;  period = max over paths of (arrival at an end + setup)
// Contract: inputs change at 0 with `input_transition`, the clock is ideal: it rises at 0 at every register
// with `clock_transition`. Same rules as OpenSTA's graph-based analysis, arrivals equal to 4 digits.
#pragma once
#include <string>
#include <vector>

#include "host/energy/gate_netlist.h"

namespace scansim {

struct timing_setting {
  double input_transition = 0.1, clock_transition = 0.1;  // ns
};

struct edge_time {
  double arrival = 0, transition = 0;
  bool reached = false;  // false: nothing arrives, the net is tied or never changes
  int from_cell = -1, from_net = -1, from_edge = 0;  // of the path
};

// One input's way to one output, for the edges [of the input][of the output].
struct arc_timing {
  double delay = 0, energy_pj = 0;  // without that of the load
  bool exists = false;
};

struct cell_arc {
  int from = 0, to = 0;  // pins
  arc_timing edges[2][2];
};

struct path_end {
  std::string name;  // net at the register's input, or output port
  bool is_output = false;
  double arrival = 0, setup = 0;
};

struct gate_timing {
  std::vector<double> load[2];              // per net: pF of a fall, of a rise
  std::vector<edge_time> edges[2];          // per net: [0] falls, [1] rises
  std::vector<std::vector<cell_arc>> arcs;  // per cell
  std::vector<path_end> ends;               // of every register's inputs and every output
  double period = 0;                        // ns
  std::vector<std::string> path;            // nets of the longest path, first to last
};

gate_timing time_netlist(const gate_netlist& netlist, const timing_setting& setting = {});

}  // namespace scansim
