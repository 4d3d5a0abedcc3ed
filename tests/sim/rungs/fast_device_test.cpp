// The rung `fast` against `systemc`: status, cycles and every counter but those of saturations equal, on
// random lists of scans and of the units' descriptors, under every memory model; what it does not do is
// refused or left alone. One pair of machines for each point and memory model, so that lists follow each
// other.
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/mem/memory_timing.h"
#include "sim/rungs/device.h"
#include "tests/sim/top/scan_lists.h"
#include "tests/sim/top/unit_lists.h"
#include "tests/support/campaign.h"
#include "tests/support/design_points.h"
#include "tests/support/rung_agreement.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using test::descriptor_image;
using test::machine_outcome;
using test::unit_memory;

constexpr counter_classes without_values = counts_time | counts_events;

struct machine_pair {
  machine_pair(const design_point& point, const std::string& memory_model, uint64_t seed) {
    const device_options options{.memory_model = memory_model, .seed = seed, .wave_path = ""};
    for (const char* name : {"systemc", "fast"}) devices.push_back(find_rung(name)->make(point, options, {}));
  }
  // The outcome on fast, compared with that on systemc.
  template <class Run>
  machine_outcome check_equal(Run run) {
    const machine_outcome systemc = run(*devices[0]), fast = run(*devices[1]);
    test::check_status_and_counters(systemc, fast, without_values);
    return fast;
  }
  std::vector<std::unique_ptr<device>> devices;
};

uint64_t cycles_of(const machine_outcome& outcome) {
  return outcome.counters[counter_index("machine", "cycles")];
}

}  // namespace

TEST_CASE("fast_device fast equals systemc in every cycle and counter on lists of scans",
          "[machine][systemc][fast]") {
  for (const design_point& point : test::corner_points())
    for (const std::string& memory : memory_model_names()) {
      machine_pair machines(point, memory, 3);
      const test::campaign lists = test::campaign_of(1, 80, test::ctest_part::whole);
      for (uint64_t seed = lists.seed; seed < lists.seed + static_cast<uint64_t>(lists.count); ++seed) {
        CAPTURE(point.name, memory, seed);
        std::mt19937_64 random(1000 + seed);
        const test::scan_list list = test::random_list(point, random);
        machines.check_equal([&](device& machine) {
          return test::outcome_of(machine, {list.address, static_cast<uint32_t>(list.scans.size())},
                                  list.image);
        });
      }
    }
}

TEST_CASE("fast_device fast equals systemc in every cycle and counter on lists of the units",
          "[machine][systemc][fast]") {
  const design_point point = test::small_units_point();
  for (const std::string& memory : memory_model_names()) {
    machine_pair machines(point, memory, 4);
    const test::campaign drawn = test::campaign_of(40, 100, test::ctest_part::whole);
    test::unit_lists lists(point, drawn.seed);
    const std::vector<uint8_t> image = lists.image();
    for (const auto& machine : machines.devices) {
      machine->resize_memory(image.size());
      std::memcpy(machine->memory().data(), image.data(), image.size());
    }
    const auto run = [&](const std::vector<descriptor_image>& list) {
      return machines.check_equal([&](device& machine) {
        std::memcpy(machine.memory().data() + unit_memory::descriptors, list.data(),
                    list.size() * sizeof list[0]);
        return test::outcome_of(machine, {unit_memory::descriptors, static_cast<uint32_t>(list.size())});
      });
    };
    run(lists.setup());
    for (int i = 0; i < drawn.count; ++i) {
      CAPTURE(memory, drawn.seed, i);
      std::vector<descriptor_image> list;
      for (const auto count = static_cast<size_t>(lists.upto(4)); list.size() < count;) lists.add_any(list);
      CHECK(test::error_of(run(list)) == csr::error_code::none);
    }
  }
}

TEST_CASE("fast_device leaves the outputs alone and counts no saturation", "[machine][fast]") {
  const design_point point = test::wide_point();
  std::mt19937_64 random(7);
  const test::scan_list list = test::random_list(point, random);
  const auto machine = find_rung("fast")->make(point, {}, {});
  const machine_outcome outcome =
      test::outcome_of(*machine, {list.address, static_cast<uint32_t>(list.scans.size())}, list.image);
  CHECK(cycles_of(outcome) > 0);
  CHECK(outcome.memory == list.image);
  for (size_t i = 0; i < num_counters; ++i)
    if (class_of(counter_names[i]) == counts_data) CHECK(outcome.counters[i] == 0);
}

TEST_CASE("fast_device refuses a wrong memory model, a burst outside the image and a program that hangs",
          "[machine][fast]") {
  const design_point point = test::small_units_point();
  const auto make = find_rung("fast")->make;
  CHECK_THROWS_AS(make(point, {.memory_model = "sram", .seed = 1, .wave_path = ""}, {}), input_error);
  CHECK_THROWS_WITH(test::outcome_of(*make(point, {}, {}), {0x100000, 1}, std::vector<uint8_t>(4096)),
                    Catch::Contains("outside the memory of 4096 bytes"));

  test::unit_lists lists(point, 1);
  hls::gemm_descriptor d = lists.gemm(0);  // waits for weights that nobody loads
  const auto machine = make(point, {}, {});
  machine->resize_memory(unit_memory::bytes);
  const descriptor_image alone = test::encoded(d);
  std::memcpy(machine->memory().data(), alone.data(), sizeof alone);
  CHECK_THROWS_WITH(test::outcome_of(*machine, {0, 1}), Catch::Contains("machine hangs"));
}

}  // namespace scansim
