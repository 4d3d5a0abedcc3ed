// Machines with sets: hls, the SystemC machine, the fast rung and the Verilated RTL on random lists of
// descriptors: status, y, h_last, cycles and every counter equal as far as a rung has them, under every kind
// of memory.
#include <catch2/catch.hpp>

#include "sim/rungs/device.h"
#include "sim/rungs/fast_device.h"
#include "tests/sim/top/set_lists.h"
#include "tests/support/campaign.h"
#include "tests/support/design_points.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

test::machine_outcome run(device& machine, const test::set_list& list) {
  return test::outcome_of(machine, {list.address, static_cast<uint32_t>(list.descriptors.size())},
                          list.image);
}

void check_results(const test::machine_outcome& above, const test::machine_outcome& below,
                   const test::set_list& list) {
  for (const test::byte_run& run : list.results)
    for (uint64_t i = run.first; i < run.first + run.bytes; ++i)
      if (above.memory[i] != below.memory[i]) {
        FAIL_CHECK("byte " << i - run.first << " of the result at " << run.first << " differs");
        return;
      }
}

// Every rung on the list, all alike as far as they have something in common; what systemc gave.
test::machine_outcome agreed(const design_point& point, const device_options& options,
                             const test::set_list& list) {
  const test::machine_outcome systemc = run(*make_systemc_device(point, options), list);
  const test::machine_outcome rtl = run(*make_rtl_device(point, options), list);
  test::check_status_and_counters(systemc, rtl);
  check_results(systemc, rtl, list);
  const test::machine_outcome hls = run(*make_hls_device(point), list);
  test::check_status_and_counters(hls, systemc, test::without_time);
  check_results(hls, systemc, list);
  test::check_status_and_counters(run(*make_fast_device(point, options, {}), list), systemc,
                                  counts_time | counts_events);
  CHECK((test::error_of(systemc) != csr::error_code::none) == list.illegal);
  return systemc;
}

const char* const memories[] = {"ideal", "random", "latency", "dram-ddr4"};

}  // namespace

TEST_CASE("machine with sets systemc agrees with rtl in every cycle and counter", "[machine][systemc][rtl]") {
  std::vector<design_point> points = test::points_with_sets();
  points.push_back(test::sets_with_units_point());
  for (const design_point& point : points) {
    const test::campaign lists = test::campaign_of(1, 40);
    for (uint64_t seed = lists.seed; seed < lists.seed + static_cast<uint64_t>(lists.count); ++seed) {
      const device_options options{.memory_model = memories[seed % 4], .seed = seed, .wave_path = ""};
      CAPTURE(point.name, seed, options.memory_model);
      std::mt19937_64 random(seed);
      const test::set_list list = test::random_set_list(point, random);
      agreed(point, options, list);
    }
  }
}

// A record where none is due, one that is broken, and a scan that asks for more than there are, each as the
// first, a middle and the last descriptor.
TEST_CASE("machine with sets systemc agrees with rtl on lists that break a rule of sets",
          "[machine][systemc][rtl]") {
  const auto check = [](const design_point& point, const test::broken_list& broken) {
    CAPTURE(point.name, broken.rule);
    const device_options options{.memory_model = "ideal", .seed = 1, .wave_path = ""};
    CHECK(test::error_of(agreed(point, options, broken.list)) == csr::error_code::sets);
  };
  const design_point point = test::points_with_sets().front(), units = test::sets_with_units_point();
  for (const test::broken_list& broken : test::broken_set_lists(point)) check(point, broken);
  for (const test::broken_list& broken : test::broken_local_lists(units)) check(units, broken);
}

TEST_CASE("machine with sets rtl lets muted rows pass before z is there, as systemc",
          "[machine][systemc][rtl]") {
  design_point point = test::points_with_sets().front();
  point.name = "rows_of_a_beat";  // z comes a tile of delta later
  point.num_lanes = 8, point.chunk_tokens = 64, point.state_capacity = 4096;
  const test::set_list list = test::muted_set_list(point);
  for (const char* memory : memories) {
    CAPTURE(memory);
    const device_options options{.memory_model = memory, .seed = 1, .wave_path = ""};
    CHECK(agreed(point, options, list).counters[counter_index("gate_silu", "muted_rows")] > 0);
  }
}

TEST_CASE("machine with sets rtl forgets the rows of B and C that come behind their scan, as systemc",
          "[machine][systemc][rtl]") {
  std::vector<design_point> points = test::points_with_sets();
  points.push_back(test::sets_with_units_point());
  for (const design_point& point : points)
    for (const bool of_b : {true, false})
      for (const char* memory : memories) {
        CAPTURE(point.name, of_b, memory);
        const test::set_list list = test::cut_short_list(point, of_b);
        const device_options options{.memory_model = memory, .seed = 1, .wave_path = ""};
        agreed(point, options, list);
      }
}

TEST_CASE("machine with sets systemc reads z that no set asks for when rtl does", "[machine][systemc][rtl]") {
  for (const design_point& point : test::points_with_sets())
    for (const char* memory : memories) {
      CAPTURE(point.name, memory);
      const test::set_list list = test::ungated_set_list(point);
      const device_options options{.memory_model = memory, .seed = 1, .wave_path = ""};
      agreed(point, options, list);
    }
}

TEST_CASE("machine with sets every unit may stand behind the records of a scan", "[machine][systemc][rtl]") {
  const design_point point = test::sets_with_units_point();
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const device_options options{.memory_model = memories[seed % 4], .seed = seed, .wave_path = ""};
    CAPTURE(seed, options.memory_model);
    std::mt19937_64 random(seed);
    const test::set_list list = test::sets_before_units(point, random);
    agreed(point, options, list);
  }
}

TEST_CASE("machine with sets rtl waits for a row of y of its own tile alone, as systemc",
          "[machine][systemc][rtl]") {
  for (const design_point& point : test::points_with_sets()) {
    CAPTURE(point.name);
    if (point.interleave > point.chunk_tokens) continue;  // no row is the same
    const test::set_list list = test::same_row_list(point);
    const device_options options{.memory_model = "ideal", .seed = 1, .wave_path = ""};
    agreed(point, options, list);
  }
}

}  // namespace scansim
