// What limits a run, its rates, W and pJ, from counters alone; and that report and JSON say them.
#include "host/report/machine_metrics.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "host/report/energy_breakdown.h"
#include "host/report/metrics_text.h"
#include "host/report/result_json.h"
#include "host/report/verdict_table.h"
#include "tests/host/report/run_result_example.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

constexpr uint64_t run_cycles = 1000;
constexpr double port = 16e9;  // bytes/s of a direction of `edge`

struct stall_shares {
  uint64_t busy, wait_in, wait_out;
};

// Blocks of a run of 1000 cycles at 1 GHz that reads and writes so many bytes.
event_counters counters_of(const std::map<std::string, stall_shares>& blocks, uint64_t read, uint64_t write) {
  event_counters counters = {{"dma", {{"dram_read_bytes", read}, {"dram_write_bytes", write}}}};
  for (const auto& [block, s] : blocks)
    counters[block] = {{"busy", s.busy},
                       {"wait_in", s.wait_in},
                       {"wait_out", s.wait_out},
                       {"idle", run_cycles - s.busy - s.wait_in - s.wait_out}};
  return counters;
}

machine_metrics metered(const event_counters& counters, const useful_work& work = {},
                        const energy_report* energy = nullptr,
                        memory_bandwidth memory = {port, port, 2 * port}, const std::string& point = "edge") {
  return metrics_of(
      {run_cycles, counters, load_design_point(point, config_directory()), memory, work, energy});
}

std::string limit_text(const std::map<std::string, stall_shares>& blocks, uint64_t read, uint64_t write,
                       memory_bandwidth memory = {port, port, 2 * port}) {
  const run_limit limit = metered(counters_of(blocks, read, write), {}, nullptr, memory).limit;
  return std::string(limit_name(limit.kind)) + " " + limit.block;
}

// Every key of an object, also of those inside, but for names of the machine and the call.
void collect_keys(const nlohmann::json& value, std::set<std::string>& keys) {
  static const std::set<std::string> named = {"counters", "memory", "design_point", "tool_versions",
                                              "tensors",  "energy", "rungs"};
  for (const auto& [key, member] : value.items()) {
    keys.insert(key);
    if (member.is_object() && named.count(key) == 0) collect_keys(member, keys);
  }
}

}  // namespace

TEST_CASE("machine_metrics name what limits a run", "[report]") {
  CHECK(limit_text({{"scan_serial", {990, 5, 5}}, {"gate_silu", {300, 700, 0}}}, 8000, 4000) ==
        "compute scan_serial");
  CHECK(limit_text({{"scan_serial", {300, 690, 0}}}, 15500, 4000) == "read ");
  CHECK(limit_text({{"scan_serial", {300, 0, 690}}}, 4000, 15500) == "write ");
  CHECK(limit_text({{"scan_serial", {300, 690, 0}}}, 9000, 4000) == "read scan_serial");
  CHECK(limit_text({{"scan_serial", {300, 690, 0}}}, 1000, 500) == "latency scan_serial");
  CHECK(limit_text({{"scan_serial", {300, 10, 600}}}, 1000, 500) == "pipe scan_serial");
  CHECK(limit_text({{"scan_serial", {300, 10, 600}}}, 1000, 9000) == "write scan_serial");
  CHECK(limit_text({{"scan_serial", {60, 100, 10}}}, 1000, 500) == "latency scan_serial");
  CHECK(limit_text({{"scratch_read", {900, 100, 0}}, {"gemm_nm", {800, 100, 0}}}, 0, 0) ==
        "pipe scratch_read");
  // One pipe for both directions is full although neither is.
  CHECK(limit_text({{"scan_serial", {500, 400, 0}}}, 9000, 6000, {port, port, port}) == "read ");
  CHECK(limit_text({}, 0, 0) == "latency ");
}

TEST_CASE("machine_metrics are rates over what the machine can do, and energy over useful work", "[report]") {
  energy_report energy;
  energy.system_estimate = {1e6, 2e6, 4e6};  // pJ
  const event_counters counters = counters_of({{"scan_serial", {900, 50, 0}}}, 8000, 4000);
  const machine_metrics metrics = metered(counters, {10, 57600, 0}, &energy);
  CHECK(metrics.time_s == Approx(1e-6));
  CHECK(metrics.read.share() == Approx(0.5));
  CHECK(metrics.write.bytes_per_s == Approx(4e9));
  CHECK(metrics.both.share() == Approx(0.375));
  CHECK(metrics.state_updates->share() == Approx(0.9));
  CHECK_FALSE(metrics.macs);
  CHECK(metrics.power->nominal_w == Approx(2));
  CHECK(metrics.power->high_w == Approx(4));
  CHECK(*metrics.pj_per_state_update == Approx(2e6 / 57600));
  CHECK_FALSE(metrics.pj_per_mac);
  CHECK(*metrics.energy_delay_js == Approx(2e-12));
  CHECK_FALSE(metered(counters).power);
}

TEST_CASE("machine_metrics count useful MACs alone", "[report]") {
  event_counters counters = counters_of({{"gemm_nm", {900, 50, 0}}}, 0, 0);
  counters["gemm_nm"]["macs"] = 192000;
  const machine_metrics metrics = metered(counters, {1, 0, 128000}, nullptr, {port, port, 2 * port}, "block");
  CHECK(metrics.macs->capacity == 256);
  CHECK(metrics.macs->share() == Approx(0.5));
  CHECK(*metrics.macs_over_useful == Approx(1.5));
}

TEST_CASE("the report says what limits the machine and names rates for what they are", "[report]") {
  const run_result result = example_result();
  const std::string text = report_text(result);
  INFO(text);
  const auto has = [&](const std::string& part) { return text.find(part) != std::string::npos; };
  CHECK(has("systemc, rtl: bound by compute: scan_serial is busy 90.1 % of the cycles\n"));
  CHECK(has("systemc, rtl: state updates 230 of 256 a cycle (90.00 %)\n"));
  CHECK(
      has("systemc, rtl: memory: reads 8.19 of 32 GB/s (25.6 %), writes 4.1 of 32 GB/s (12.8 %), 1.0240 x "
          "compulsory\n"));
  CHECK(has(" pJ a state update, energy x delay "));
  CHECK(has("scan tok/s"));
  CHECK_FALSE(has(" tokens/s"));
  CHECK(has("tok/s and energy/token are of this scan alone, not of a model\n"));
  run_result layer = result;
  layer.operator_name = "mamba_block";
  layer.macs = 1000;
  CHECK(verdict_text(layer).find("layer tok/s  MACs/s") != std::string::npos);
}

TEST_CASE("the report folds small energies; the first row is the largest", "[report]") {
  run_result result = example_result();
  rung_result& rung = result.rungs.back();
  rung.counters["gate_silu"] = {{"silu_ops", 3}, {"mac_gate", 2}};
  rung.energy =
      estimate_energy(rung.counters, result.point, load_costs("asic7-hbm2", "ideal", energy_directory()));
  const std::string text = energy_breakdown_text(result, rung);
  INFO(text);
  CHECK(text.find("energy of rtl: costs of asic7-hbm2, DRAM HBM2 of asic7-hbm2 (memory ideal has no costs of "
                  "its own)\n") == 0);
  CHECK(text.find("(2 below 1 %)") != std::string::npos);
  CHECK(text.find("silu_ops") == std::string::npos);
  CHECK(text.find("state_updates") < text.find("dram_read_bytes"));
  result.memory_model = "dram-ddr4";
  rung.energy =
      estimate_energy(rung.counters, result.point, load_costs("asic7-hbm2", "dram-ddr4", energy_directory()));
  CHECK(energy_breakdown_text(result, rung).find("DRAM DDR4 of dram-ddr4\n") != std::string::npos);
}

TEST_CASE("result_json keys all stand in the documented schema", "[report]") {
  run_result result = example_result();
  result.macs = 1000;
  result.rungs.back().counters["gemm_nm"]["macs"] = 1000;
  const nlohmann::json object = to_json(result);
  const std::string page = test::read_bytes(test::source_dir() + "/host/report/result_json.h");
  std::set<std::string> keys;
  collect_keys(object, keys);
  collect_keys(object["rungs"]["rtl"], keys);
  for (const auto& [key, value] : object["rungs"]["rtl"]["energy"].items()) keys.insert(key);
  keys.insert({"costs", "node"});
  for (const std::string& key : keys) {
    CAPTURE(key);
    CHECK(std::regex_search(page, std::regex("\\b" + key + "\\b")));
  }
  const nlohmann::json& metrics = object["rungs"]["rtl"]["metrics"];
  CHECK(metrics["bound_by"] ==
        nlohmann::json{{"kind", "compute"}, {"cause", "busy"}, {"block", "scan_serial"}, {"share", 0.901}});
  CHECK(metrics["useful_macs"]["capacity"] == 0);
  CHECK(object["rungs"]["ref"]["metrics"].is_null());
}

}  // namespace scansim
