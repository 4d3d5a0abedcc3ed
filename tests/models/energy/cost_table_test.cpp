// Cost tables: the shipped ones load, and every malformed line is refused with its line and column.
#include "models/energy/cost_table.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "models/configs/data_directory.h"
#include "traces/input_error.h"

using namespace scansim;
namespace fs = std::filesystem;

namespace {

const std::string header = "event,low_pj,nominal_pj,high_pj,node,level,source\n";

std::string refusal(const std::string& text) {
  const fs::path file =
      fs::temp_directory_path() / ("cost_table_test_" + std::to_string(std::rand()) + ".csv");
  std::ofstream(file, std::ios::binary) << text;
  std::string message;
  try {
    load_cost_table(file.string(), "");
  } catch (const input_error& error) {
    message = std::string(error.what()).substr(file.string().size() + 2);
  }
  fs::remove(file);
  return message;
}

}  // namespace

TEST_CASE("cost_table loads every shipped technology", "[energy][all]") {
  for (const std::string name : {"asic7-hbm2", "asic7-lpddr5", "asic45-ddr4"}) {
    const cost_table table = load_cost_table(name, energy_directory());
    CHECK(table.technology == name);
    CHECK(table.rows.size() == 13);
  }
  const cost_table table = load_cost_table("asic45-ddr4", energy_directory());
  CHECK(table.rows.at("mul_int8").cost.nominal_pj == 0.2);
  CHECK(table.rows.at("dram_read_bytes").level == energy_level::path);
}

TEST_CASE("cost_table takes DRAM from the memory model that ran, else from the technology", "[energy][all]") {
  const cost_table own = load_cost_table("asic7-hbm2", energy_directory());
  for (const std::string memory : {"ideal", "latency", "random"}) {
    const cost_table table = load_costs("asic7-hbm2", memory, energy_directory());
    CHECK(table.dram == "asic7-hbm2");
    CHECK(table.rows.size() == own.rows.size());
  }
  for (const std::string memory : {"dram-ddr4", "dram-lpddr5", "dram-hbm2"}) {
    CAPTURE(memory);
    const cost_table table = load_costs("asic7-hbm2", memory, energy_directory());
    const cost_table dram = load_cost_table(memory, energy_directory());
    CHECK(table.dram == memory);
    CHECK(table.rows.at("mul_int8").cost.nominal_pj == own.rows.at("mul_int8").cost.nominal_pj);
    for (const char* event : {"dram_read_bytes", "dram_write_bytes", "dram_activates", "dram_refreshes"}) {
      CAPTURE(event);
      CHECK(table.rows.at(event).cost.nominal_pj == dram.rows.at(event).cost.nominal_pj);
      CHECK(table.rows.at(event).level == energy_level::device);
    }
    CHECK(dram.rows.size() == 5);
  }
  // Bytes of HBM2 with the activations of whole rows cost what the technology's row says of the sum.
  const cost_table hbm2 = load_cost_table("dram-hbm2", energy_directory());
  const double row = hbm2.rows.at("dram_activates").cost.nominal_pj / 1024;
  CHECK(hbm2.rows.at("dram_read_bytes").cost.nominal_pj + row ==
        Approx(own.rows.at("dram_read_bytes").cost.low_pj).epsilon(1e-3));
}

TEST_CASE("cost_table accepts a well formed table", "[energy][all]") {
  CHECK(refusal(header).empty());
  CHECK(refusal("event, low_pj, nominal_pj, high_pj, node, level, source\r\n# note\r\n\r\n"
                "add_int8, 0, 0.5, 1e0, 7 nm, circuit, assumption\r\n")
            .empty());
}

TEST_CASE("cost_table refuses malformed lines by line and column", "[energy][all]") {
  CHECK(refusal("") == "file: expected a cost table (CSV), found an empty file");
  CHECK(refusal("PK\x03\x04").rfind("file: expected a cost table (CSV), found a zip archive", 0) == 0);
  CHECK(refusal("event,low,nominal,high\n").rfind("line 1: ", 0) == 0);
  CHECK(refusal(header + "add_int8,1,1,1,n,circuit\n") ==
        "line 2: expected 7 cells: event,low_pj,nominal_pj,high_pj,node,level,source, found 6");
  CHECK(refusal(header + "add_int8,-1,1,1,n,circuit,s\n").rfind("line 2, column low_pj: ", 0) == 0);
  CHECK(refusal(header + "add_int8,1,x,1,n,circuit,s\n").rfind("line 2, column nominal_pj: ", 0) == 0);
  CHECK(refusal(header + "add_int8,1,1,inf,n,circuit,s\n").rfind("line 2, column high_pj: ", 0) == 0);
  CHECK(refusal(header + "add_int8,1,nan,1,n,circuit,s\n").rfind("line 2, column nominal_pj: ", 0) == 0);
  CHECK(refusal(header + "add_int8,2,1,3,n,circuit,s\n") ==
        "line 2, column low_pj: expected low_pj <= nominal_pj 1, found \"2\"");
  CHECK(refusal(header + "add_int8,1,4,3,n,circuit,s\n").rfind("line 2, column high_pj: ", 0) == 0);
  CHECK(refusal(header + "\nadd_int8,1,1,1,n,chip,s\n").rfind("line 3, column level: ", 0) == 0);
  CHECK(refusal(header + "add_int8,1,1,1,,circuit,s\n").rfind("line 2, column node: ", 0) == 0);
  CHECK(refusal(header + "add_int8,1,1,1,n,circuit,\n").rfind("line 2, column source: ", 0) == 0);
  CHECK(refusal(header + "adds,1,1,1,n,circuit,s\n").rfind("line 2, column event: ", 0) == 0);
  const std::string row = "add_int8,1,1,1,n,circuit,s\n";
  CHECK(refusal(header + row + row).rfind("line 3, column event: ", 0) == 0);
  CHECK(refusal(std::string((1 << 20) + 1, '#')) ==
        "file: expected at most 1048576 bytes, found 1048577 bytes of text");
  CHECK_THROWS_AS(load_cost_table("none", energy_directory()), input_error);
}
