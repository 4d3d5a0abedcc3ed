// Where two records of the memory port part, on records made by hand.
#include "host/run/port_difference.h"

#include <catch2/catch.hpp>

namespace scansim {
namespace {

using Catch::Matchers::Contains;

constexpr uint64_t beat_bytes = 8;

struct written_beat {
  uint64_t address;
  cycle_t cycle;
};

// One start that writes single beats, over a memory of zeros.
port_run writes(const std::string& rung, const std::vector<written_beat>& beats) {
  port_run run{rung, std::vector<uint8_t>(64, 0), {{}}, {100}};
  for (const written_beat& one : beats) {
    run.events.push_back({port_channel::write_address, 1, one.address, one.cycle, one.cycle});
    run.events.push_back({port_channel::write_data, 1, 0, one.cycle + 1, one.cycle + 2});
  }
  return run;
}

}  // namespace

TEST_CASE("port_difference names the cycle of the run, the signal and the byte", "[run]") {
  const std::vector<written_beat> beats = {{0, 10}, {8, 20}, {16, 30}};
  const port_run above = writes("systemc", beats);
  port_run below = writes("rtl", beats);
  CHECK_FALSE(compare_ports(above, below, beat_bytes));
  below.memory[18] = 7;
  const auto found = compare_ports(above, below, beat_bytes);
  REQUIRE(found);
  CHECK(found->place.cycle == 132);
  CHECK(found->place.signal == "m_axi_wdata_o");
  CHECK_THAT(found->text,
             Contains("in cycle 132: m_axi_wdata_o: beat at 0x10, byte 2: rtl 0x07, systemc 0x00"));
  CHECK_THAT(found->text, !Contains("written over"));
}

TEST_CASE("port_difference says how many beats before it were written over", "[run]") {
  const std::vector<written_beat> beats = {{0, 10}, {8, 20}, {0, 30}, {8, 40}, {0, 50}};
  const port_run above = writes("systemc", beats);
  port_run below = writes("rtl", beats);
  below.memory[8] = 1;  // that of cycle 142; the beats of 112, 122 and 132 are no longer there
  const auto found = compare_ports(above, below, beat_bytes);
  REQUIRE(found);
  CHECK(found->place.cycle == 142);
  CHECK_THAT(found->text, Contains("the bytes of 3 beats before it, written over since, are not compared"));
}

TEST_CASE("port_difference takes the earliest of command, beat and bytes", "[run]") {
  const port_run above = writes("systemc", {{0, 10}, {8, 20}});
  port_run below = writes("rtl", {{0, 10}, {8, 21}});
  const auto command = compare_ports(above, below, beat_bytes);
  REQUIRE(command);
  CHECK(command->place.cycle == 120);
  CHECK(command->place.signal == "m_axi_aw");
  below.memory[3] = 1;
  const auto bytes = compare_ports(above, below, beat_bytes);
  REQUIRE(bytes);
  CHECK(bytes->place.cycle == 112);
  CHECK(bytes->place.signal == "m_axi_wdata_o");
}

}  // namespace scansim
