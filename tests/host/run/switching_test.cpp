// How operands switch is the same on hls and systemc, counter by counter, for a layer with all its units,
// scans at 8 and 16 bits, and scans of sets; a run that does not ask counts nothing.
#include <catch2/catch.hpp>

#include "host/run/difference.h"
#include "host/run/run.h"
#include "tests/support/places.h"

namespace scansim {
namespace {

run_result run_of(const std::string& trace, const std::string& config,
                  std::vector<std::string> overrides = {}, bool switching = true) {
  run_request request;
  request.trace_path = test::source_dir() + "/traces/" + trace;
  request.design = {config, std::move(overrides)};
  request.rungs = {"hls", "systemc"};
  request.memory = "ideal";
  request.switching = switching;
  run_observer observer;
  return run(request, observer);
}

uint64_t sum_of_switching(const rung_result& rung, const std::string& block) {
  uint64_t sum = 0;
  if (const auto found = rung.switching.find(block); found != rung.switching.end())
    for (const auto& [event, count] : found->second) sum += count;
  return sum;
}

void check_equal(const run_result& result, std::initializer_list<const char*> blocks) {
  REQUIRE(result.rungs.size() == 2);
  for (const rung_result& rung : result.rungs) {
    INFO(rung.rung << ": " << rung.finding);
    CHECK(rung.agree);
    REQUIRE(rung.gates);
  }
  CHECK(result.rungs[0].switching == result.rungs[1].switching);
  for (const char* block : blocks) CHECK(sum_of_switching(result.rungs[0], block) > 1000);
}

}  // namespace

TEST_CASE("switching of a layer is the same on hls and systemc", "[switching][hls][systemc]") {
  const run_result result = run_of("byte-mamba-block-layer.safetensors", "block-tiny");
  check_equal(result, {"delta_softplus", "scan_serial", "gate_silu", "gemm_nm", "conv1d_silu", "rms_norm",
                       "hadamard_fwht"});
  // As many operations as the machine counts.
  const rung_result& systemc = result.rungs[1];
  CHECK(systemc.switching.at("scan_serial").at("operations") ==
        systemc.counters.at("scan_serial").at("state_updates"));
  CHECK(systemc.switching.at("gemm_nm").at("operations") == systemc.counters.at("gemm_nm").at("macs"));
  CHECK(systemc.switching.at("conv1d_silu").at("operations") ==
        systemc.counters.at("conv1d_silu").at("outputs"));
  CHECK(systemc.switching.at("rms_norm").at("operations") == systemc.counters.at("rms_norm").at("scale_ops"));
  // Idle cycles of the clock are known where there are cycles.
  for (const unit_switching_energy& unit : systemc.gates->units) CHECK(unit.idle_clock_pj > 0);
  for (const unit_switching_energy& unit : result.rungs[0].gates->units) CHECK(unit.idle_clock_pj == 0);
}

TEST_CASE("switching of scans is the same on hls and systemc", "[switching][hls][systemc]") {
  check_equal(run_of("byte-mamba-late-prefill.safetensors", "edge"),
              {"delta_softplus", "scan_serial", "gate_silu"});
  check_equal(run_of("byte-mamba-late-prefill.safetensors", "tiny", {"operand_bits=16"}), {"scan_serial"});
  check_equal(run_of("digits-cross-scans.safetensors", "vision"), {"scan_serial"});
}

TEST_CASE("switching is counted only where it is asked for", "[switching][hls][systemc]") {
  const run_result result = run_of("byte-mamba-decode.safetensors", "tiny", {}, false);
  for (const rung_result& rung : result.rungs) {
    CHECK(rung.switching.empty());
    CHECK_FALSE(rung.gates);
  }
}

TEST_CASE("a switching counter that differs is named with both rungs", "[switching]") {
  const std::vector<switching_count> one = {{"gemm_nm", "x_flips", 7}, {"gemm_nm", "w_flips", 8}};
  std::vector<switching_count> other = one;
  CHECK_FALSE(switching_difference("hls", one, "systemc", other));
  other[1].count = 9;
  CHECK(switching_difference("hls", one, "systemc", other).value() ==
        "first switching count that differs: gemm_nm.w_flips: systemc 9, hls 8");
}

}  // namespace scansim
