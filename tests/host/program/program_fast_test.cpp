// Programs on the rung `fast`: cycles and every counter but those of saturations are those of `systemc`, for
// random operators and layers under every memory model. The seed is printed with a failure.
#include <catch2/catch.hpp>

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "tests/host/program/random_programs.h"
#include "tests/support/campaign.h"
#include "tests/support/random_scans.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

struct program_pair {
  std::unique_ptr<device> systemc, fast;
};

// One pair of machines for every memory model.
std::vector<program_pair> pairs_of(const design_point& point, uint64_t seed) {
  std::vector<program_pair> pairs;
  for (const std::string& memory : memory_model_names()) {
    const device_options options{.memory_model = memory, .seed = seed, .wave_path = ""};
    pairs.push_back(
        {find_rung("systemc")->make(point, options, {}), find_rung("fast")->make(point, options, {})});
  }
  return pairs;
}

void check_program(const std::vector<program_pair>& pairs, const program& built, const design_point& point) {
  for (const program_pair& pair : pairs) {
    const program_result systemc = run_program(*pair.systemc, built, point);
    const program_result fast = run_program(*pair.fast, built, point);
    test::check_counters(systemc.counters, fast.counters, counts_time | counts_events);
  }
}

void operators(const std::string& config, uint64_t own_seed, int whole) {
  const auto [seed, count] = test::campaign_of(own_seed, whole, test::ctest_part::whole);
  const design_point point = load_design_point(config, config_directory());
  const std::vector<program_pair> pairs = pairs_of(point, seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < count; ++i) {
    const operator_request request = test::random_operator(random, point);
    CAPTURE(config, seed, i, operator_provenance(request).dump());
    check_program(pairs, make_operator_program(generate_operator(request), {}, point, "test"), point);
  }
}

void layers(const std::string& config, uint64_t own_seed, int whole) {
  const auto [seed, count] = test::campaign_of(own_seed, whole, test::ctest_part::whole);
  const design_point point = load_design_point(config, config_directory());
  const std::vector<program_pair> pairs = pairs_of(point, seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < count; ++i) {
    operator_request request = test::random_layer(random, point, i % 4 == 3);
    const operator_call call = test::quantisable_layer(request, random, point);
    const compile_options options{.fused = i % 3 != 2, .z_first = i % 3 == 1};
    CAPTURE(config, seed, i, options.fused, options.z_first, operator_provenance(request).dump());
    check_program(pairs, make_operator_program(call, options, point, "test"), point);
  }
}

void scans(const std::string& config, uint64_t own_seed, int whole) {
  const auto [seed, count] = test::campaign_of(own_seed, whole, test::ctest_part::whole);
  const design_point point = load_design_point(config, config_directory());
  const std::vector<program_pair> pairs = pairs_of(point, seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < count; ++i) {
    const generate_request request = test::random_request(random, point.max_states);
    const scan_tensors tensors = generate_scan(request);
    const quantised_scan scan = quantise(tensors, calibrate(tensors, widths_of(point)));
    const program valued = make_scan_program(scan, point);
    const program timed = make_timed_scan_program(form_of(scan), point);
    CAPTURE(config, seed, i, request.seed);
    CHECK(timed.outputs.empty());
    CHECK(compulsory_bytes(timed) == compulsory_bytes(valued));
    CHECK(read_bytes(timed) == read_bytes(valued));
    CHECK(written_bytes(timed) == written_bytes(valued));
    for (const program_pair& pair : pairs)
      test::check_counters(run_program(*pair.systemc, valued, point).counters,
                           run_program(*pair.fast, timed, point).counters, counts_time | counts_events);
  }
}

}  // namespace

TEST_CASE("program of a scan without values fast equals systemc of the scan in every cycle and counter",
          "[program][systemc][fast]") {
  scans("edge", 15, 40);
  scans("base16", 16, 20);
}

TEST_CASE("program of an operator fast equals systemc in every cycle and counter",
          "[program][systemc][fast]") {
  operators("block-tiny", 11, 80);
  operators("block", 12, 40);
  operators("server-lm", 17, 12);
}

TEST_CASE("program of a mamba block fast equals systemc in every cycle and counter",
          "[program][systemc][fast]") {
  layers("block-tiny", 13, 28);
  layers("block", 14, 8);
}

}  // namespace scansim
