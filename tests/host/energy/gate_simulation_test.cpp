// The gate simulator: what switches when, what is a glitch, what a pulse too short does, and every pJ of it,
// by hand on a library of round numbers.
#include "host/energy/gate_simulation.h"

#include <catch2/catch.hpp>

#include "host/energy/energy_measure.h"
#include "tests/host/energy/toy_netlist.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

const liberty_library& toy() {
  static const liberty_library library = liberty_from_text(test::toy_library_text(), "toy.lib");
  return library;
}

// y = !(a & !a): 1, with a pulse when a rises.
gate_netlist hazard() {
  return test::toy_netlist()
      .input("a", {3})
      .output("y", {5})
      .cell("INVX1", {{"A", 3}, {"Y", 4}})
      .cell("NAND2X1", {{"A", 3}, {"B", 4}, {"Y", 5}})
      .make(toy());
}

int input_net(const gate_netlist& netlist, const std::string& port) {
  return netlist.inputs.at(port).front();
}

}  // namespace

TEST_CASE("gate_simulation: a hazard is energy that the settled values do not have", "[energy]") {
  const gate_netlist netlist = hazard();
  const gate_timing timing = time_netlist(netlist);
  gate_simulation simulation(netlist, timing, 2);
  const int y = netlist.outputs.at("y").front();
  CHECK(simulation.value(y));
  simulation.set(input_net(netlist, "a"), true);
  simulation.cycle(true);
  CHECK(simulation.value(y));
  // a rises: 0.75 pF at 2 V, half of C V^2: 1.5. !a falls: 0.2 + 0.25 pF: 0.5. y falls by A and rises by B,
  // loads nothing: 2 + 4.
  const gate_activity& found = simulation.activity();
  CHECK(found.all.inputs == Approx(1.5));
  CHECK(found.all.combinational == Approx(0.7 + 6));
  CHECK(found.settled.combinational == Approx(0.7));
  CHECK(found.transitions == 4);
  CHECK(found.settled_transitions == 2);
  // a at 0.2, !a falls 2 + 0.25 later, y 1.5 behind.
  CHECK(found.last_change == Approx(0.2 + 2.25 + 1.5));
  simulation.set(input_net(netlist, "a"), false);  // no pulse: y is 1 while a is 0
  simulation.cycle(true);
  CHECK(found.transitions == 6);
  CHECK(found.settled_transitions == 4);
}

TEST_CASE("gate_simulation swallows a pulse shorter than the gate's delay", "[energy]") {
  liberty_library quick = toy();
  for (liberty_arc& arc : quick.cells.at("INVX1").pins[1].arcs)
    for (auto& table : arc.delay)
      for (double& value : table.values) value = 0.1;  // far below the nand's 1 ns
  const gate_netlist netlist = test::toy_netlist()
                                   .input("a", {3})
                                   .output("y", {5})
                                   .cell("INVX1", {{"A", 3}, {"Y", 4}})
                                   .cell("NAND2X1", {{"A", 3}, {"B", 4}, {"Y", 5}})
                                   .make(quick);
  const gate_timing timing = time_netlist(netlist);
  gate_simulation simulation(netlist, timing, 2);
  simulation.set(input_net(netlist, "a"), true);
  simulation.cycle(true);
  CHECK(simulation.activity().transitions == 2);
}

TEST_CASE("gate_simulation: registers, their clock and their pins", "[energy]") {
  const gate_netlist netlist = test::toy_netlist()
                                   .input("clk_i", {2})
                                   .input("d", {3})
                                   .output("q", {4})
                                   .cell("DFFPOSX1", {{"CLK", 2}, {"D", 3}, {"Q", 4}})
                                   .make(toy());
  gate_simulation simulation(netlist, time_netlist(netlist), 2);
  const int q = netlist.outputs.at("q").front();
  // Both edges: 0.5 pF twice at half of C V^2: 2, passive 1 + 2.
  CHECK(simulation.clock_pj_per_cycle() == Approx(5));
  simulation.set(input_net(netlist, "d"), true);
  simulation.cycle(true);  // d rises: 0.25 pF: 0.5, passive 0.5
  CHECK_FALSE(simulation.value(q));
  CHECK(simulation.activity().all.inputs == Approx(1));
  simulation.cycle(true);  // q rises: 16
  CHECK(simulation.value(q));
  CHECK(simulation.activity().all.registers == Approx(16));
  simulation.set(input_net(netlist, "d"), false);
  simulation.cycle(false);  // not counted
  simulation.cycle(true);   // q falls: 32
  CHECK_FALSE(simulation.value(q));
  CHECK(simulation.activity().all.registers == Approx(48));
  CHECK(simulation.activity().cycles == 3);
  CHECK(simulation.activity().clock_pj == Approx(15));
}

TEST_CASE("drive_netlist finds a swapped pin, a wrong arc and a wrong coefficient", "[energy]") {
  // y = !(a & !b): not symmetric.
  const auto gates = [&](bool swapped) {
    return test::toy_netlist()
        .input("a", {3})
        .input("b", {4})
        .output("y", {6})
        .cell("INVX1", {{"A", swapped ? 3 : 4}, {"Y", 5}})
        .cell("NAND2X1", {{"A", swapped ? 4 : 3}, {"B", 5}, {"Y", 6}});
  };
  unit_stimulus stimulus;
  const int a = stimulus.input("a", 1), b = stimulus.input("b", 1), y = stimulus.output("y", 1);
  for (size_t i = 0; i < 16; ++i) {
    const bool av = (0x5b93u >> i) & 1, bv = (0xb2c4u >> i) & 1;
    stimulus.set(i, a, av), stimulus.set(i, b, bv), stimulus.expect(i, y, !(av && !bv));
    stimulus.at(i).counted = true, stimulus.at(i).ops = 1;
  }
  const gate_netlist netlist = gates(false).make(toy());
  const driven_netlist good = drive_netlist(netlist, time_netlist(netlist), 2, stimulus);
  CHECK(good.first_difference.empty());
  CHECK(good.compared == 16);
  CHECK(good.operations == 16);
  const gate_netlist swapped = gates(true).make(toy());
  CHECK_THAT(drive_netlist(swapped, time_netlist(swapped), 2, stimulus).first_difference,
             Catch::Contains("y is") && Catch::Contains("on hls"));
  const auto energy_with = [&](const liberty_library& library) {
    const gate_netlist other = gates(false).make(library);
    return drive_netlist(other, time_netlist(other), 2, stimulus).activity.all.sum();
  };
  liberty_library wrong_coefficient = toy(), wrong_arc = toy();
  wrong_coefficient.cells.at("NAND2X1").pins[2].energies[1].energy[1].values[0] += 0.1;
  CHECK(energy_with(wrong_coefficient) != Approx(good.activity.all.sum()).epsilon(1e-6));
  std::swap(wrong_arc.cells.at("NAND2X1").pins[2].energies[0].from,
            wrong_arc.cells.at("NAND2X1").pins[2].energies[1].from);
  CHECK(energy_with(wrong_arc) != Approx(good.activity.all.sum()).epsilon(1e-6));
  CHECK_THROWS_AS(drive_netlist(netlist, time_netlist(netlist), 2,
                                [] {
                                  unit_stimulus other;
                                  other.input("c", 1);
                                  return other;
                                }()),
                  tool_error);
}
