// Results: what is printed and written is complete, and a result that contradicts itself is refused.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/report/result_csv.h"
#include "host/report/result_json.h"
#include "host/report/verdict_table.h"
#include "tests/host/report/run_result_example.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The refusal of an example damaged by `damage`; empty if it passes.
std::string refusal(const std::function<void(run_result&)>& damage) {
  run_result result = example_result();
  damage(result);
  try {
    report_text(result);
  } catch (const tool_error& error) {
    CHECK_THROWS_AS(to_json(result), tool_error);
    CHECK_THROWS_AS(block_csv(result), tool_error);
    CHECK_THROWS_AS(energy_csv(result), tool_error);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("verdict_table has one row per rung and fits the terminal", "[report][all]") {
  run_result result = example_result();
  const std::string text = report_text(result);
  INFO(text);
  CHECK(contains(text, "agrees systemc"));
  CHECK(contains(text, "verdict: agree\n"));
  CHECK(contains(text, "circuit + device"));
  CHECK(contains(text, " 1.0240 x compulsory\n"));
  CHECK(contains(text, "written: out/example.json"));
  CHECK(contains(text, "64.0M"));  // tokens/s: 64 in 1 us
  CHECK(contains(text, "230G"));   // state updates/s
  CHECK(contains(text, "4.00k"));  // simulated cycles/s: 1000 in 0.25 s
  for (const std::string& line : lines_of(text)) CHECK(line.size() <= 120);
}

TEST_CASE("verdict_table fits the terminal with the largest figures", "[report][all]") {
  run_result result = example_result();
  for (rung_result& rung : result.rungs) {
    if (!rung.cycles) continue;
    rung.cycles = 999'999'999'999;
    rung.counters["scan_serial"]["busy"] = 999'999'999'999;
    for (const char* name : {"wait_in", "wait_out", "idle"}) rung.counters["scan_serial"][name] = 0;
    rung.counters["scan_serial"]["state_updates"] = 99'999'999'999'999;
    rung.counters.erase("dma");
    rung.energy =
        estimate_energy(rung.counters, result.point, load_cost_table("asic45-ddr4", energy_directory()));
  }
  for (const std::string& line : lines_of(report_text(result))) {
    INFO(line);
    CHECK(line.size() <= 120);
  }
}

TEST_CASE("verdict_table says disagree when one rung does", "[report][all]") {
  run_result result = example_result();
  result.rungs[3].agree = false;
  result.rungs[3].finding = "y[0,3,17]: 5, expected 6";
  result.rungs[3].output_sha256 = std::string(64, 'c');
  const std::string text = verdict_text(result);
  CHECK(contains(text, "differs systemc"));
  CHECK(contains(text, "rtl: y[0,3,17]: 5, expected 6\n"));
  CHECK(contains(text, "verdict: disagree\n"));
  CHECK(to_json(result)["verdict"] == "disagree");
  CHECK(to_json(result)["rungs"]["rtl"]["verdict"] == "disagree");
}

TEST_CASE("result_json holds what the run established and null for the rest", "[report][all]") {
  const nlohmann::json object = to_json(example_result());
  CHECK(object["schema_version"] == 1);
  CHECK(object["verdict"] == "agree");
  CHECK(object["design_point"]["num_lanes"] == 16);
  CHECK(object["seed"] == 7);
  CHECK(object["trace"]["sha256"] == std::string(64, '0'));
  CHECK(object["scansim"]["revision"].is_string());
  CHECK(object["scansim"]["dirty"].is_boolean());
  CHECK(object["errors"]["hls_vs_ref"]["relative_mse"] == 1.25e-5);
  CHECK(object["errors"]["quantisation"]["relative_mse"] == 3e-4);
  const nlohmann::json& rtl = object["rungs"]["rtl"];
  CHECK(rtl["cycles"] == 1000);
  CHECK(rtl["time_s"] == Approx(1e-6));
  CHECK(rtl["counters"]["scan_serial"]["busy"] == 901);
  CHECK(rtl["energy"]["unit"] == "pJ");
  CHECK(rtl["energy"]["system_estimate"]["levels"].size() == 2);
  CHECK(rtl["sim_cycles_per_s"] == Approx(4000));
  CHECK(object["rungs"]["ref"]["verdict"] == "not compared");
  for (const char* key :
       {"cycles", "time_s", "energy", "output_sha256", "wall_s", "sim_state_updates_per_s"}) {
    CHECK(object["rungs"]["ref"][key].is_null());
  }
}

TEST_CASE("run_result tells how much was simulated where that is not all", "[report][all]") {
  run_result result = example_result();
  CHECK(verdict_text(result).find("chunks simulated") == std::string::npos);
  CHECK_FALSE(to_json(result)["rungs"]["rtl"].contains("simulated"));
  result.rungs.back().simulated = simulated_part{9, 128};
  CHECK(verdict_text(result).find(result.rungs.back().rung + ": 9 of 128 chunks simulated\n") !=
        std::string::npos);
  CHECK(to_json(result)["rungs"][result.rungs.back().rung]["simulated"] ==
        nlohmann::json{{"chunks", 9}, {"of", 128}});
}

TEST_CASE("result_csv has a line per block and per event", "[report][all]") {
  const auto blocks = lines_of(block_csv(example_result()));
  REQUIRE(blocks.size() == 5);
  CHECK(blocks[0] == "rung,block,cycles,busy,wait_in,wait_out,idle");
  CHECK(blocks[2] == "systemc,scan_serial,1000,901,66,0,33");
  const auto events = lines_of(energy_csv(example_result()));
  REQUIRE(events.size() == 9);
  CHECK(events[0] == "rung,block,event,count,level,low_pj,nominal_pj,high_pj");
  CHECK(events[1].rfind("systemc,dma,dram_read_bytes,8192,device,", 0) == 0);
}

TEST_CASE("run_result names the part that was busy longest, the port by its busier channel",
          "[report][all]") {
  run_result result = example_result();
  rung_result& rung = result.rungs.back();
  const auto beats = [&](uint64_t reads, uint64_t writes) {
    const auto bytes = static_cast<uint64_t>(result.point.axi_bytes());
    rung.counters["dma"]["dram_read_bytes"] = reads * bytes;
    rung.counters["dma"]["dram_write_bytes"] = writes * bytes;
    return *busiest(result, rung);
  };
  const busiest_part lanes = beats(700, 600);
  CHECK(lanes.name == "scan_serial");
  CHECK(lanes.share == Approx(0.901));
  CHECK(lanes.port_share == Approx(0.7));
  CHECK_FALSE(lanes.memory_bound);
  CHECK_FALSE(lanes.multipliers);
  const busiest_part port = beats(100, 950);
  CHECK(port.name == "the memory port");
  CHECK(port.share == Approx(0.95));
  CHECK(port.memory_bound);
  rung.counters["gemm_nm"] = {{"macs", 30}, {"mac_slots", 40}};
  CHECK(*beats(0, 0).multipliers == Approx(0.75));
  CHECK_FALSE(busiest(result, result.rungs.front()));
}

TEST_CASE("run_result that contradicts itself is refused", "[report][all]") {
  CHECK(refusal([](run_result&) {}).empty());
  CHECK(refusal([](run_result& r) { r.state_updates = 256001; }) ==
        "result of systemc contradicts itself: lane utilisation above 1");
  CHECK(refusal([](run_result& r) { r.rungs[3].counters["dma"]["idle"] = 401; }) ==
        "result of rtl contradicts itself: dma: busy 100 + wait_in 300 + wait_out 200 + idle 401 = 1001, "
        "cycles 1000");
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[2].energy->levels[0].total.low_pj *= 0.999; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[2].energy->events[1].total.high_pj *= 1.001; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[2].energy->blocks.pop_back(); }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[2].energy->events[0].count += 1; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[2].counters["dma"].erase("dram_read_bytes"); }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[2].energy->system_estimate.nominal_pj = -1; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[1].wall_s = -1; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.hls_vs_ref_relative_mse = std::nan(""); }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.trace_sha256 = "abc"; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[3].output_sha256 = std::string(64, 'c'); }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[3].state_sha256 = std::string(64, 'c'); }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[3].compared_with = "gpu"; }).empty());
  CHECK_FALSE(refusal([](run_result& r) { r.rungs[3].rung = "systemc"; }).empty());
  CHECK(refusal([](run_result& r) {
          r.rungs[3].traffic = {{"u", 12000, 0, 12001}};
        }) == "result of rtl contradicts itself: compulsory bytes 12001, of the call 12000");
  CHECK_FALSE(refusal([](run_result& r) {
                r.rungs[3].cycles = 1001;
                for (auto& [block, events] : r.rungs[3].counters) ++events["idle"];
              }).empty());
}

TEST_CASE("run_result with a rung that disagrees is shown, whatever another that agrees with it has",
          "[report][all]") {
  // hls parts from its own arithmetic, which systemc has: systemc agrees, and the checksums differ.
  const auto parted = [](run_result& r) {
    r.rungs[1].agree = false, r.rungs[1].finding = "program on its machine: y differs";
    r.rungs[1].output_sha256 = std::string(64, 'c');
  };
  CHECK(refusal(parted).empty());
  run_result result = example_result();
  parted(result);
  CHECK(contains(report_text(result), "verdict: disagree\n"));
  CHECK(to_json(result)["verdict"] == "disagree");
  CHECK(to_json(result)["rungs"]["systemc"]["verdict"] == "agree");
  // The other way round too: what disagrees may have any checksum and any cycles.
  CHECK(refusal([](run_result& r) {
          r.rungs[3].agree = false, r.rungs[3].output_sha256 = std::string(64, 'c');
          r.rungs[3].cycles = 1001;
          for (auto& [block, events] : r.rungs[3].counters) ++events["idle"];
        }).empty());
  // Beside it, two that agree must have the same.
  CHECK_FALSE(refusal([&](run_result& r) {
                parted(r);
                r.rungs[3].output_sha256 = std::string(64, 'd');
              }).empty());
}

TEST_CASE("run_result says that its clock is assumed, and in the text where it is beyond every published one",
          "[report][all]") {
  run_result result = example_result();
  CHECK_FALSE(contains(report_text(result), "clock:"));
  nlohmann::json clock = to_json(result)["clock"];
  CHECK(clock["mhz"] == result.point.clock_mhz);
  CHECK(contains(clock["basis"], "assumption"));
  CHECK(clock["highest_published_mhz"] == 1000);
  CHECK(clock["above_published"] == false);
  CHECK(contains(clock["published_mhz"], "MARCA"));
  result.point.clock_mhz = 10000;
  for (rung_result& rung : result.rungs) rung.energy.reset();
  CHECK(contains(report_text(result), "clock: 10000 MHz is assumed, nothing timed it"));
  for (const std::string& line : lines_of(report_text(result))) CHECK(line.size() <= 120);
  CHECK(to_json(result)["clock"]["above_published"] == true);
}

TEST_CASE("result_json is not made when the result contradicts itself", "[report][all]") {
  run_result result = example_result();
  CHECK(contains(result_json_text(result), "\"verdict\": \"agree\""));
  result.rungs[3].counters["dma"]["busy"] = 0;
  CHECK_THROWS_AS(result_json_text(result), tool_error);
  result = example_result();
  result.trace_path = "not \xff UTF-8";
  CHECK_NOTHROW(result_json_text(result));
}
