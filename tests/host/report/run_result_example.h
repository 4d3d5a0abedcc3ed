// A complete, consistent result of a small run, for tests to print, write and damage.
#pragma once
#include "host/report/run_result.h"
#include "models/configs/data_directory.h"

namespace scansim {

inline rung_result example_timed_rung(const std::string& name, const std::string& compared_with) {
  rung_result rung;
  rung.rung = name;
  rung.compared_with = compared_with;
  rung.cycles = 1000;
  rung.counters["scan_serial"] = {{"busy", 901}, {"wait_in", 66},           {"wait_out", 0},
                                  {"idle", 33},  {"state_updates", 230400}, {"exp_ops", 230400}};
  rung.counters["dma"] = {{"busy", 100},     {"wait_in", 300},          {"wait_out", 200},
                          {"idle", 400},     {"dram_read_bytes", 8192}, {"dram_write_bytes", 4096},
                          {"read_bursts", 2}};
  rung.output_sha256 = std::string(64, 'a');
  rung.state_sha256 = std::string(64, 'b');
  rung.wall_s = 0.25;
  return rung;
}

inline run_result example_result() {
  run_result result;
  result.command = "scansim run --config base example.safetensors";
  result.point = load_design_point("base", config_directory());
  result.memory_model = "ideal";
  result.seed = 7;
  result.trace_path = "example.safetensors";
  result.trace_sha256 = std::string(64, '0');
  result.tokens = 64;
  result.state_updates = 230400;
  result.compulsory_bytes = 12000;
  result.operator_name = "selective_scan";
  result.bandwidth = {32e9, 32e9, 64e9};
  result.tool_versions = {{"verilator", "5.006"}};
  result.hls_vs_ref_relative_mse = 1.25e-5;
  result.quantisation_relative_mse = 3e-4;
  result.files = {"out/example.json"};
  rung_result ref;
  ref.rung = "ref";
  rung_result hls;
  hls.rung = "hls";
  hls.compared_with = "ref";
  hls.output_sha256 = std::string(64, 'a');
  hls.finding = "relative MSE 1.25e-05 on the same quantised inputs, bar 5e-05";
  hls.wall_s = 0.001;
  result.rungs = {ref, hls, example_timed_rung("systemc", "hls"), example_timed_rung("rtl", "systemc")};
  const cost_table table = load_cost_table(result.point.technology, energy_directory());
  for (rung_result& rung : result.rungs) {
    if (rung.cycles) rung.energy = estimate_energy(rung.counters, result.point, table);
  }
  return result;
}

}  // namespace scansim
