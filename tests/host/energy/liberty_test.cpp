// The cell library: tables, functions and what is refused, on a library of round numbers and, where it is
// installed, on osu018.
#include "host/energy/liberty.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "host/energy/energy_measure.h"
#include "host/energy/liberty_function.h"
#include "tests/host/energy/toy_netlist.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("liberty tables are bilinear, beyond their ends by the last piece", "[energy]") {
  const liberty_table table{{0, 1, 3}, {0, 2}, {0, 2, 10, 12, 50, 52}};
  CHECK(table.at(0, 0) == 0);
  CHECK(table.at(0.5, 1) == 6);
  CHECK(table.at(2, 0) == 30);
  CHECK(table.at(4, 0) == 70);
  CHECK(table.at(-1, 0) == -10);
  CHECK(table.at(0, 4) == 4);
  const liberty_table line{{}, {0, 2}, {1, 5}};
  CHECK(line.at(99, 1) == 3);
}

TEST_CASE("liberty functions are truth tables", "[energy]") {
  const std::vector<std::string> pins = {"A", "B", "C", "D"};
  const auto table = [&](const std::string& text) {
    const auto made = function_from_text(text, pins, "f", "function");
    REQUIRE(made);
    return made->table;
  };
  CHECK(table("(A B)") == 0b1000);
  CHECK(table("A+B") == 0b1110);
  CHECK(table("(!A)") == 0b01);
  CHECK(table("A'") == 0b01);
  CHECK(table("A^B") == 0b0110);
  CHECK(table("(!((A B) + C))") == 0b00000111);
  CHECK(table("A | B & C") == 0b11101010);
  CHECK(table("!A B") == 0b0100);
  for (const std::string text : {"A B)", "(A", "A & ", "E", "A ? B"})
    CHECK_THROWS_AS(function_from_text(text, pins, "f", "function"), input_error);
}

TEST_CASE("liberty reads cells, pins, arcs and energies", "[energy]") {
  const liberty_library library = liberty_from_text(test::toy_library_text(), "toy.lib");
  CHECK(library.volts == 2);
  CHECK(library.cells.size() == 3);
  CHECK(library.left_out.at("LATCH") == "a latch");
  const liberty_cell& flop = library.cells.at("DFFPOSX1");
  REQUIRE(flop.state);
  CHECK(flop.pins[static_cast<size_t>(flop.state->clock)].name == "CLK");
  CHECK_FALSE(flop.state->falling);
  CHECK(flop.pins[static_cast<size_t>(flop.pin("D"))].arcs.front().constraint[1].at(0.3, 0.2) == 0.5);
  CHECK(flop.pins[static_cast<size_t>(flop.pin("CLK"))].energies.front().energy[0].at(0, 0.7) == 2);
  const liberty_pin& y = library.cells.at("NAND2X1").pins[2];
  CHECK(y.function->table == 0b0111);
  CHECK(y.arcs[0].delay[1].at(0, 0.5) == 1.5);
  CHECK(y.energies[1].energy[0].at(0, 0) == 8);
  CHECK(nand_area(library) == 16);
}

TEST_CASE("liberty refuses with file and line", "[energy]") {
  const std::string good = test::toy_library_text();
  const auto refuses = [](const std::string& text, const std::string& part) {
    CHECK_THROWS_WITH(liberty_from_text(text, "toy.lib"),
                      Catch::Contains("toy.lib: line") && Catch::Contains(part));
  };
  refuses(replaced(good, "time_unit : \"1ns\"", "time_unit : \"1ps\""), "time_unit: expected 1ns, found 1ps");
  refuses(replaced(good, "area : 10", "area : ten"), "area: expected a number, found \"ten\"");
  refuses(replaced(good, "values (\"1, 1\", \"2, 2\")", "values (\"1, 1\", \"2\")"),
          "expected 4 numbers, found 3");
  refuses(replaced(good, "related_pin : \"A\"", "related_pin : \"Z\""),
          "expected a pin of the cell, found \"Z\"");
  refuses(replaced(good, "index_1 (\"0, 1\"); index_2 (\"0, 1\"); values",
                   "index_1 (\"1, 0\"); index_2 (\"0, 1\"); values"),
          "expected rising numbers");
  refuses(good.substr(0, good.size() / 2), "expected");
  CHECK_THROWS_AS(liberty_from_text("cell (X) {}", "toy.lib"), input_error);
  CHECK_THROWS_AS(read_liberty("/no/such/file.lib"), input_error);
}

TEST_CASE("liberty of Debian's osu018: all but latch and three-state cells", "[energy]") {
  std::string file;
  try {
    file = liberty_file();
  } catch (const tool_error& missing) {
    WARN("not run: " << missing.what());
    return;
  }
  const liberty_library library = read_liberty(file);
  CHECK(library.volts == 1.8);
  CHECK(library.cells.size() == 29);
  CHECK(library.left_out.size() == 3);
  const liberty_cell& gate = library.cells.at("AND2X1");
  CHECK(gate.pins[2].arcs[0].delay[1].at(0.025, 0.18) == 0.106523);
  CHECK(gate.pins[2].energies[1].energy[0].at(0.075, 0.6) == 0.099495);
  CHECK(fo4_delay(library) == Approx(0.0992).margin(0.0005));
}
