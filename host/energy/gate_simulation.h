// Event-driven simulation of a netlist with the delays and energies of its library: what each clock cycle
// switches, glitches included.
//   a transition costs  internal energy of the arc that caused it (table at load and transition)
//                     + load * V^2 / 2 + what it costs in the pins that it drives (passive energy)
//   a cycle costs besides, per register, what both edges of the clock cost at its pin
// Delays are inertial: a pulse shorter than the delay of its gate is swallowed. Without glitches: a net whose
// value at the end of a cycle differs from that at its beginning made one transition, its last.
// Contract: two-valued; registers start at 0; inputs change together `input_delay` after the clock; a cycle
// lasts until nothing moves any more. The transitions are those of the static timing: fixed per net and edge.
// It does not model wires, clock buffers, clock gates, short circuits of simultaneous inputs.
#pragma once
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "host/energy/gate_timing.h"

namespace scansim {

struct switched_energy {  // pJ
  double combinational = 0, registers = 0, inputs = 0;
  double sum() const { return combinational + registers + inputs; }
  switched_energy& operator+=(const switched_energy& other) {
    combinational += other.combinational, registers += other.registers, inputs += other.inputs;
    return *this;
  }
};

struct gate_activity {
  switched_energy all, settled;  // with and without glitches
  double clock_pj = 0;
  uint64_t cycles = 0, transitions = 0, settled_transitions = 0;
  double last_change = 0;  // ns behind the clock, of any cycle, from time 0 of the clock's edge
};

class gate_simulation {
 public:
  gate_simulation(const gate_netlist& netlist, gate_timing timing, double volts,
                  const timing_setting& setting = {}, double input_delay = 0.2);

  // Sets a bit of an input from this cycle on.
  void set(int net, bool value) { wanted_[static_cast<size_t>(net)] = value; }
  // An edge of the clock, then the inputs, until all is quiet.
  void cycle(bool counted);
  bool value(int net) const { return values_[static_cast<size_t>(net)] != 0; }

  const gate_activity& activity() const { return activity_; }
  double clock_pj_per_cycle() const { return clock_pj_; }

 private:
  enum class net_class : uint8_t { input, combinational, registers };
  struct output_of_cell {
    int net, pin;
    bool is_state, inverted;
    liberty_function function;
  };
  struct event {
    double time;
    uint64_t serial;
    int net;
    bool operator>(const event& other) const {
      return time != other.time ? time > other.time : serial > other.serial;
    }
  };
  struct pending {
    uint64_t serial = 0;  // 0: none
    uint8_t value = 0;
    double energy = 0;
  };

  void add_cell(int c);
  void settle_from_nothing();
  bool evaluate(const liberty_function& function, int c) const;
  void change(int net, uint8_t value, double energy, double now);
  void cell_sees(int c, int pin, int edge, double now);
  void register_sees(int c, int pin, double now);
  void schedule(int c, const output_of_cell& output, int pin, int in_edge, uint8_t value, double now);
  const arc_timing* arc(int c, int from, int to, int in, int out) const;
  void run_events();
  void count_settled();

  const gate_netlist& netlist_;
  const gate_timing timing_;
  double half_square_volts_, input_delay_, clock_pj_ = 0;
  std::vector<uint8_t> values_, before_, wanted_, state_;
  std::vector<net_class> class_;
  std::vector<double> own_energy_[2], last_energy_;  // per net and edge: load and the pins behind
  std::vector<std::vector<output_of_cell>> outputs_;
  std::vector<pending> pending_;
  std::vector<int> touched_, registers_, order_, input_nets_;
  std::priority_queue<event, std::vector<event>, std::greater<>> events_;
  uint64_t serial_ = 0;
  bool counted_ = false;
  gate_activity activity_;
};

}  // namespace scansim
