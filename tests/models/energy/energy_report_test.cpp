// The sum over counters: parts sum to the total, levels stay apart, nothing that is counted is dropped.
#include "models/energy/energy_report.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "hls/map/counter_map.h"
#include "models/configs/data_directory.h"
#include "models/energy/energy_recipes.h"
#include "models/energy/machine_size.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

const std::vector<std::pair<std::string, std::vector<std::string>>> machine_events = {
    {"delta_softplus", {"softplus_ops", "mac_delta", "saturations_delta"}},
    {"scan_serial",
     {"state_updates", "exp_ops", "state_sram_read_bits", "state_sram_write_bits", "slot_read_bits",
      "slot_write_bits", "param_read_bits", "bc_read_bits", "saturations_state"}},
    {"gate_silu", {"silu_ops", "mac_gate"}},
    {"buffers", {"buffer_write_bits", "buffer_read_bits"}},
    {"dma", {"dram_read_bytes", "dram_write_bytes", "read_bursts"}}};

event_counters random_counters(uint64_t seed) {
  std::mt19937_64 random(seed);
  event_counters counters;
  for (const auto& [block, events] : machine_events) {
    for (const std::string& event : events) counters[block][event] = random() >> (random() % 60 + 4);
  }
  return counters;
}

design_point point_of(const std::string& name) { return load_design_point(name, config_directory()); }
cost_table table_of(const std::string& name) { return load_cost_table(name, energy_directory()); }

double nominal_cost(const std::string& event, const design_point& point, const cost_table& table) {
  return cost_of_event("scan_serial", event, point, table).cost.nominal_pj;
}

void check_same(const energy_range& left, const energy_range& right) {
  CHECK(left.low_pj == Approx(right.low_pj).epsilon(1e-12));
  CHECK(left.nominal_pj == Approx(right.nominal_pj).epsilon(1e-12));
  CHECK(left.high_pj == Approx(right.high_pj).epsilon(1e-12));
}

}  // namespace

TEST_CASE("energy_report parts sum to the total at every design point", "[energy][all]") {
  for (const std::string& name : list_design_points(config_directory())) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(name, seed);
      const design_point point = point_of(name);
      const energy_report report = estimate_energy(random_counters(seed), point, table_of(point.technology));
      CHECK(report.events.size() == 16);
      energy_range events, blocks, levels;
      for (const event_energy& entry : report.events) {
        events += entry.total;
        CHECK(entry.per_event.low_pj > 0);
        CHECK(entry.total.low_pj <= entry.total.nominal_pj);
        CHECK(entry.total.nominal_pj <= entry.total.high_pj);
      }
      for (const block_energy& entry : report.blocks) blocks += entry.total;
      for (const level_energy& entry : report.levels) levels += entry.total;
      check_same(events, report.system_estimate);
      check_same(blocks, report.system_estimate);
      check_same(levels, report.system_estimate);
    }
  }
}

TEST_CASE("energy_report charges every cycle for leakage and for the DRAM's background", "[energy][all]") {
  const design_point point = point_of("base");
  const cost_table table = table_of("asic7-hbm2");
  const event_counters work = {{"scan_serial", {{"state_updates", 1000}}}};
  const auto energy = [&](const design_point& at, uint64_t cycles) {
    event_counters counters = work;
    counters["machine"]["cycles"] = cycles;
    return estimate_energy(counters, at, table);
  };
  CHECK(energy(point, 0).events.size() == 1);
  const energy_report slow = energy(point, 2000), swift = energy(point, 1000);
  REQUIRE(slow.events.size() == 4);
  check_same(slow.system_estimate + energy(point, 0).system_estimate,
             swift.system_estimate + swift.system_estimate);
  // One cycle of 1 ns at 456 mW; half the clock, twice the time of a cycle.
  CHECK(swift.events[0].event == "dram_background");
  CHECK(swift.events[0].per_event.nominal_pj == Approx(456));
  design_point half = point;
  half.clock_mhz = point.clock_mhz / 2;
  CHECK(energy(half, 1000).events[0].per_event.nominal_pj == Approx(912));
  // Counted again, it is counted once.
  check_same(estimate_energy(with_cycle_events({{"machine", {{"cycles", 7}}}}), point, table).system_estimate,
             estimate_energy({{"machine", {{"cycles", 7}}}}, point, table).system_estimate);
  const machine_size size = size_of(point);
  for (const event_energy& entry : swift.events) {
    if (entry.event == "logic_leakage") CHECK(entry.per_event.nominal_pj == Approx(0.00131 * size.logic_kge));
    if (entry.event == "memory_leakage")
      CHECK(entry.per_event.nominal_pj == Approx(0.0132 * size.memory_kib));
  }
}

TEST_CASE("energy_report keeps levels apart and names them", "[energy][all]") {
  const event_counters counters = {{"scan_serial", {{"state_updates", 1000}}},
                                   {"dma", {{"dram_read_bytes", 100}}}};
  const energy_report report = estimate_energy(counters, point_of("base"), table_of("asic7-hbm2"));
  REQUIRE(report.levels.size() == 2);
  CHECK(report.level_names() == "circuit + device");
  CHECK(report.levels[1].total.nominal_pj == Approx(3136));
  const nlohmann::json object = to_json(report);
  CHECK(object["unit"] == "pJ");
  CHECK(object["by_level"]["device"]["low_pj"] == Approx(2872));
  CHECK(object["system_estimate"]["levels"] == nlohmann::json({"circuit", "device"}));
  CHECK(estimate_energy(counters, point_of("tiny"), table_of("asic45-ddr4")).level_names() ==
        "circuit + path");
}

TEST_CASE("energy_report charges what a DRAM counted and nothing of a memory that is none", "[energy][all]") {
  CHECK(costed_dram_events({}).empty());
  CHECK(costed_dram_events({{"axi_read_bytes", 64}}).empty());
  const auto dram = costed_dram_events({{"axi_read_bytes", 96},
                                        {"axi_write_bytes", 16},
                                        {"dram_read_bytes", 128},
                                        {"dram_write_bytes", 32},
                                        {"dram_row_hits", 3},
                                        {"dram_activates", 2},
                                        {"dram_refreshes", 1}});
  CHECK(dram == std::map<std::string, uint64_t>{
                    {"dram_activates", 2}, {"dram_padding_bytes", 48}, {"dram_refreshes", 1}});
  const cost_table table = load_costs("asic7-hbm2", "dram-ddr4", energy_directory());
  const energy_report report = estimate_energy({{dram_block, dram}}, point_of("base"), table);
  CHECK(report.system_estimate.nominal_pj == Approx(2 * 4176 + 665280 + 48 * 83.4));
  CHECK(report.dram == "dram-ddr4");
  CHECK(report.dram_node == "DDR4");
  CHECK(to_json(report)["dram"] == nlohmann::json{{"costs", "dram-ddr4"}, {"node", "DDR4"}});
}

TEST_CASE("energy_report refuses an event without a cost and accepts free ones", "[energy][all]") {
  const design_point point = point_of("base");
  cost_table table = table_of("asic7-hbm2");
  CHECK_THROWS_AS(estimate_energy({{"scan_serial", {{"state_update", 1}}}}, point, table), input_error);
  CHECK_THROWS_AS(estimate_energy({{"scan_serial", {{"state_update", 0}}}}, point, table), input_error);
  CHECK(estimate_energy({{"scan_serial", {{"saturations_state", 9}, {"busy", 3}}}}, point, table)
            .events.empty());
  table.rows.erase("mul_int32");
  CHECK_THROWS_WITH(estimate_energy({{"scan_serial", {{"state_updates", 1}}}}, point, table),
                    table.file + ": event state_updates: expected a row mul_int32, found none");
}

TEST_CASE("energy_recipes cost every counter of the machine in every technology", "[energy][all]") {
  for (const std::string technology : {"asic7-hbm2", "asic7-lpddr5", "asic45-ddr4"}) {
    const cost_table table = table_of(technology);
    for (const counter_name& counter : counter_names) {
      const std::string block(counter.block), event(counter.event);
      CAPTURE(technology, block, event);
      CHECK((is_free_event(event) ||
             cost_of_event(block, event, point_of("block"), table).cost.nominal_pj > 0));
    }
  }
}

TEST_CASE("energy_recipes refuse to mix levels and prefer a row of the event's own name", "[energy][all]") {
  const design_point point = point_of("base");
  cost_table table = table_of("asic7-hbm2");
  table.rows["exp_ops"] = {{1, 2, 3}, "7 nm", energy_level::path, "assumption"};
  CHECK(nominal_cost("exp_ops", point, table) == 2);
  CHECK(cost_of_event("scan_serial", "exp_ops", point, table).level == energy_level::path);
  table.rows["mul_int32"].level = energy_level::device;
  CHECK_THROWS_AS(cost_of_event("scan_serial", "state_updates", point, table), input_error);
}

TEST_CASE("energy_recipes follow the widths of the design point", "[energy][all]") {
  const cost_table table = table_of("asic7-hbm2");
  design_point point = point_of("base");
  const double narrow = nominal_cost("state_updates", point, table);
  CHECK(nominal_cost("state_updates", point_of("base16"), table) > 1.3 * narrow);
  point.state_bits = 24;
  CHECK(nominal_cost("state_updates", point, table) > narrow);
  // Arithmetic of one state update at 7 nm: below a 32-bit multiply, above an 8-bit multiply and an add.
  CHECK(narrow < 1.48);
  CHECK(narrow > 0.077);
  // A macro of 4 KiB per lane costs what the smallest row says; a larger one more, up to the largest row.
  CHECK(nominal_cost("state_sram_read_bits", point_of("base"), table) == Approx(7.5 / 64).epsilon(1e-4));
  const double at_64_kib = nominal_cost("state_sram_read_bits", point_of("tiny"), table);
  CHECK(at_64_kib > 8.5 / 64);
  CHECK(at_64_kib < 14.0 / 64);
  point.state_capacity = 1 << 24;
  point.num_lanes = 1;
  CHECK(nominal_cost("state_sram_read_bits", point, table) == Approx(14.0 / 64).epsilon(1e-4));
}

TEST_CASE("energy_recipes meet the rows exactly at the anchors", "[energy][all]") {
  // exp_ops at 64 segments: 31 register bits, a 12 x 11 multiply, a 26-bit add, interpolated by hand.
  const cost_table table = table_of("asic45-ddr4");
  const double multiply = 0.2 * std::pow(3.1 / 0.2, std::log(132.0 / 64) / std::log(16.0));
  const double add = 0.03 * std::pow(0.1 / 0.03, std::log(26.0 / 8) / std::log(4.0));
  CHECK(nominal_cost("exp_ops", point_of("base"), table) ==
        Approx(31 * 0.009 + multiply + add).epsilon(1e-9));
}

TEST_CASE("energy_recipes of sets are an add at the output's width and a memory of lists", "[energy][all]") {
  const cost_table table = table_of("asic45-ddr4");
  design_point point = point_of("base");
  point.max_sets = 8, point.chunk_tokens = 256;  // lists of 8 KiB
  const double narrow = 0.03, word = 0.1;        // adds of 8 and of 32 bits
  for (const int bits : {8, 16}) {
    point.output_bits = bits;
    CHECK(cost_of_event("gate_silu", "y_add_ops", point, table).cost.nominal_pj ==
          Approx(narrow * std::pow(word / narrow, std::log(bits / 8.0) / std::log(4.0))).epsilon(1e-9));
  }
  CHECK(cost_of_event("scan_tokens", "list_read_bits", point, table).cost.nominal_pj ==
        Approx(table.rows.at("sram_bit_8kib").cost.nominal_pj));
  for (const char* event : {"tokens", "resets", "holds", "muted_rows"}) CHECK(is_free_event(event));
}

TEST_CASE("unit_recipes tell the memories of the units apart", "[energy][all]") {
  const cost_table table = table_of("asic7-hbm2");
  const auto nominal = [&](const char* block, const char* event) {
    return cost_of_event(block, event, point_of("block"), table).cost.nominal_pj;
  };
  // One MAC is an 8 x 8 multiply and a 32-bit add; a scratch of 512 KiB costs more per bit than 8 KiB of a
  // lane's weights.
  CHECK(nominal("gemm_nm", "macs") == Approx(0.07 + 0.03));
  CHECK(nominal("gemm_nm", "w_read_bits") == Approx(7.5 / 64).epsilon(1e-4));
  CHECK(nominal("scratch_read", "scratch_read_bits") > nominal("gemm_nm", "w_read_bits"));
  CHECK(nominal("conv1d_silu", "x_read_bits") < nominal("gemm_nm", "x_read_bits"));
  CHECK(nominal("rms_norm", "macs") > nominal("gemm_nm", "macs"));
}
