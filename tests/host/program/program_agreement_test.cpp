// Programs of the operators around the scan on every rung: y equal in every bit to the operator's own
// arithmetic on hls, systemc and rtl, every event equal from hls on, cycles and all counters equal between
// systemc and rtl, under every memory model. Requests are random; the seed is printed with a failure.
#include <catch2/catch.hpp>
#include <random>

#include "sim/mem/memory_timing.h"
#include "tests/host/program/program_rungs.h"
#include "tests/host/program/random_programs.h"
#include "tests/support/campaign.h"

using namespace scansim;

namespace {

void campaign(const std::string& config, uint64_t own_seed, int whole) {
  const auto [seed, count] = test::campaign_of(own_seed, whole);
  const design_point point = load_design_point(config, config_directory());
  std::mt19937_64 random(seed);
  const std::vector<std::string> memories = memory_model_names();
  for (int i = 0; i < count; ++i) {
    const operator_request request = test::random_operator(random, point);
    device_options options;
    options.memory_model = memories[static_cast<size_t>(i) % memories.size()];
    options.seed = random();
    CAPTURE(config, seed, i, options.memory_model, operator_provenance(request).dump());
    test::compare_rungs(point, generate_operator(request), {}, options);
  }
}

}  // namespace

namespace {

uint64_t gemm_cycles(const std::string& pattern, int64_t rows) {
  const design_point point = load_design_point("block", config_directory());
  operator_request request;
  request.name = "gemm", request.pattern = pattern;
  request.rows = rows, request.inner = 768, request.columns = 256;
  const program p = make_operator_program(generate_operator(request), {}, point, "test");
  return run_program(*make_systemc_device(point, {}), p, point).counters[counter_index("machine", "cycles")];
}

}  // namespace

TEST_CASE("program of a gemm systemc skips what N:M leaves out, loads and stores included",
          "[program][systemc]") {
  const int64_t rows = GENERATE(128, 512);
  const auto dense = static_cast<double>(gemm_cycles("dense", rows));
  CHECK(dense / static_cast<double>(gemm_cycles("2:4", rows)) >= 1.9);
  CHECK(dense / static_cast<double>(gemm_cycles("2:8", rows)) >= 3.6);
}

TEST_CASE("program of an operator systemc agrees with rtl at a word of 16 bytes", "[program][systemc][rtl]") {
  campaign("block-tiny", 1, 120);
}

TEST_CASE("program of an operator systemc agrees with rtl at a word of 32 bytes", "[program][systemc][rtl]") {
  campaign("block", 2, 60);
}
