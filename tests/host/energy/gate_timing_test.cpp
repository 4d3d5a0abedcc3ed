// Static timing: a chain by hand, and random netlists of osu018 against OpenSTA, both where they are
// installed.
#include "host/energy/gate_timing.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "host/energy/gate_synthesis.h"
#include "host/energy/sta_check.h"
#include "tests/host/energy/toy_netlist.h"
#include "traces/input_error.h"

using namespace scansim;

TEST_CASE("gate_timing adds delays along the latest path", "[energy]") {
  const liberty_library library = liberty_from_text(test::toy_library_text(), "toy.lib");
  // q -> inverter -> nand (B) -> d;  the inverter drives 0.25 pF, the nand the register's 0.25 pF.
  const gate_netlist netlist = test::toy_netlist()
                                   .input("clk_i", {2})
                                   .input("a", {3})
                                   .output("y", {4})
                                   .cell("DFFPOSX1", {{"CLK", 2}, {"D", 6}, {"Q", 4}})
                                   .cell("INVX1", {{"A", 4}, {"Y", 5}})
                                   .cell("NAND2X1", {{"A", 3}, {"B", 5}, {"Y", 6}})
                                   .make(library);
  const gate_timing timing = time_netlist(netlist);
  // fall of q 0.75, rise of the inverter 1 + 0.25, nand 1.5, setup 0.5; rise of q 0.5, fall 2.25, 1.5, 0.5.
  CHECK(timing.period == Approx(0.5 + 2.25 + 1.5 + 0.5));
  CHECK(timing.path.size() == 3);
  REQUIRE(timing.ends.size() == 2);
  CHECK(timing.ends[1].arrival == 0.75);
  CHECK(netlist.area == 66);
  CHECK(netlist.leakage_nw == 7);
}

TEST_CASE("gate_netlist refuses what no mapper writes", "[energy]") {
  const liberty_library library = liberty_from_text(test::toy_library_text(), "toy.lib");
  const auto inverter = [](int from, int to) {
    return test::toy_netlist().input("a", {3}).output("y", {4}).cell("INVX1", {{"A", from}, {"Y", to}});
  };
  CHECK_NOTHROW(inverter(3, 4).make(library));
  CHECK_THROWS_WITH(inverter(9, 4).make(library), Catch::Contains("has no driver"));
  CHECK_THROWS_WITH(inverter(3, 3).make(library), Catch::Contains("two drivers"));
  CHECK_THROWS_WITH(inverter(3, 4).cell("XORX9", {{"A", 3}}).make(library), Catch::Contains("XORX9"));
  CHECK_THROWS_WITH(inverter(3, 4).cell("INVX1", {{"Y", 7}}).make(library), Catch::Contains("is open"));
  CHECK_THROWS_WITH(netlist_from_json("{}", "toy", library), Catch::Contains("cannot be read"));
  const gate_netlist loop = test::toy_netlist()
                                .output("y", {4})
                                .cell("INVX1", {{"A", 4}, {"Y", 5}})
                                .cell("INVX1", {{"A", 5}, {"Y", 4}})
                                .make(library);
  CHECK_THROWS_WITH(evaluation_order(loop), Catch::Contains("a loop"));
}

TEST_CASE("gate_netlist: the compact text is the same netlist", "[energy]") {
  const liberty_library library = liberty_from_text(test::toy_library_text(), "toy.lib");
  const std::string text =
      test::toy_netlist().input("a", {3}).output("y", {4}).cell("INVX1", {{"A", 3}, {"Y", 4}}).text();
  const gate_netlist made = netlist_from_json(compact_netlist(text, "toy"), "toy", library);
  CHECK(netlist_verilog(made) == netlist_verilog(netlist_from_json(text, "toy", library)));
}

namespace {

// Gates of every kind over what came before, registers in between.
gate_netlist random_netlist(const liberty_library& library, unsigned seed) {
  std::mt19937 random(seed);
  test::toy_netlist made;
  std::vector<int> known;
  for (int i = 0; i < 6; ++i) known.push_back(10 + i), made.input("x" + std::to_string(i), {10 + i});
  made.input("clk_i", {2});
  std::vector<const liberty_cell*> kinds;
  for (const auto& [name, cell] : library.cells)
    if (name != "DFFSR" && name != "DFFNEGX1") kinds.push_back(&cell);
  int next = 100;
  for (int i = 0; i < 300; ++i) {
    const liberty_cell& kind = *kinds[random() % kinds.size()];
    nlohmann::json pins;
    std::vector<std::pair<std::string, int>> list;
    for (const liberty_pin& pin : kind.pins)
      list.emplace_back(pin.name,
                        pin.is_clock ? 2
                        : pin.is_output
                            ? next++
                            : known[known.size() - 1 - random() % std::min<size_t>(known.size(), 30)]);
    made.cell_of(kind.name, list);
    for (const auto& [pin, net] : list)
      if (net >= 100 && net > known.back()) known.push_back(net);
  }
  for (int i = 0; i < 30; ++i)
    made.output("y" + std::to_string(i), {known[known.size() - 1 - static_cast<size_t>(i)]});
  return made.make(library);
}

}  // namespace

TEST_CASE("gate_timing equals OpenSTA to four digits", "[energy]") {
  std::string missing;
  try {
    liberty_file();
    if (!sta_is_installed()) missing = "sta is not installed (Debian's opensta)";
  } catch (const tool_error& error) {
    missing = error.what();
  }
  if (!missing.empty()) {
    WARN("not run: " << missing);
    return;
  }
  const liberty_library library = read_liberty(liberty_file());
  std::string folder = (std::filesystem::temp_directory_path() / "gate_timing_test_XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const gate_netlist netlist = random_netlist(library, seed);
    const timing_setting setting{0.05 * seed, 0.3 / seed};
    const auto sta = sta_arrivals(netlist, library, setting, folder);
    const gate_timing timing = time_netlist(netlist, setting);
    const arrival_difference found = compare_arrivals(timing, sta);
    INFO("seed " << seed << ": " << found.where);
    CHECK(found.compared > 30);
    CHECK(found.largest < 1e-4);
    // Planted: one coefficient of one arc of a cell that every path has, off by 1 %.
    liberty_library wrong = library;
    for (auto& [name, cell] : wrong.cells)
      for (liberty_pin& pin : cell.pins)
        for (liberty_arc& arc : pin.arcs)
          if (name == "XOR2X1")
            for (double& value : arc.delay[0].values) value *= 1.01;
    CHECK(compare_arrivals(time_netlist(random_netlist(wrong, seed), setting), sta).largest > 1e-4);
  }
  std::filesystem::remove_all(folder);
}
