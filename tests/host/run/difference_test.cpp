// The one form of a first difference, and the counters by name.
#include "host/run/difference.h"

#include <catch2/catch.hpp>

#include "host/run/load_case.h"
#include "host/run/named_counters.h"
#include "models/configs/data_directory.h"
#include "traces/calls/selective_scan.h"

namespace scansim {
namespace {

// A scan of one sequence, 2 channels, 3 states, 4 tokens.
std::unique_ptr<operator_case> scan_of(bool reverse) {
  auto scan = std::make_shared<selective_scan_call>();
  scan->scan.shape = {1, 2, 3, 1, 4};
  scan->scan.options.reverse = reverse;
  trace given;
  given.call_ = std::move(scan);
  return make_case(std::move(given), load_design_point("tiny", config_directory()));
}

std::vector<named_integers> outputs() {
  return {{"y", {1, 2, 3, 4, 5, 6, 7, 8}}, {"h_last", {0, 0, 0, 0, 0, 0}}};
}

}  // namespace

TEST_CASE("a difference names count, place in processing order and the lower rung's value first",
          "[run][difference]") {
  const std::vector<named_integers> above = outputs();
  std::vector<named_integers> below = outputs();
  CHECK_FALSE(output_difference(*scan_of(false), {"systemc", above}, {"rtl", below}));
  below[0].values[1] = 20;  // channel 0, token 1
  below[0].values[7] = 80;  // channel 1, token 3
  CHECK(output_difference(*scan_of(false), {"systemc", above}, {"rtl", below}) ==
        "y: 2 elements differ, first at (batch 0, channel 0, token 1): rtl 20, systemc 2");
  CHECK(output_difference(*scan_of(true), {"systemc", above}, {"rtl", below}) ==
        "y: 2 elements differ, first at (batch 0, channel 1, token 3): rtl 80, systemc 8");
}

TEST_CASE("a difference in the state is named after equal outputs", "[run][difference]") {
  const std::vector<named_integers> above = outputs();
  std::vector<named_integers> below = outputs();
  below[1].values[4] = -1;
  CHECK(output_difference(*scan_of(false), {"hls", above}, {"systemc", below}) ==
        "h_last: 1 elements differ, first at (batch 0, channel 1, state 1): systemc -1, hls 0");
  below[1].values.pop_back();
  CHECK(output_difference(*scan_of(false), {"hls", above}, {"systemc", below}) ==
        "h_last: systemc 5 values, hls 6");
  below.pop_back();
  CHECK(output_difference(*scan_of(false), {"hls", above}, {"systemc", below}) ==
        "h_last: missing on systemc");
}

TEST_CASE("counters differ only in the classes that both rungs have", "[run][difference]") {
  counter_values above{}, below{};
  below[counter_index("dma", "busy")] = 3;
  above[counter_index("dma", "busy")] = 4;
  CHECK_FALSE(counter_difference(counts_events | counts_data, "systemc", above, "rtl", below));
  CHECK(counter_difference(counts_all, "systemc", above, "rtl", below) ==
        "first counter that differs: dma.busy: rtl 3, systemc 4");
  below[counter_index("gate_silu", "saturations_y")] = 1;
  CHECK_FALSE(counter_difference(counts_events, "systemc", above, "rtl", below));
  CHECK(counter_difference(counts_data, "systemc", above, "rtl", below) ==
        "first counter that differs: gate_silu.saturations_y: rtl 1, systemc 0");
}

TEST_CASE("what was equal is said as far as it was compared", "[run][difference]") {
  CHECK(equality_text({true, false, true, counts_all}) == "every bit, cycle and counter equal");
  CHECK(equality_text({true, false, false, counts_events | counts_data}) == "every bit and event equal");
  CHECK(equality_text({false, false, false, counts_events}) == "every event equal");
}

TEST_CASE("named_counters keep every counter that the machine has", "[run][counters]") {
  std::array<uint64_t, num_counters> values{};
  for (size_t i = 0; i < num_counters; ++i) values[i] = i;
  const auto count_of = [&](const char* point) {
    size_t count = 0;
    for (const auto& [block, events] : named_counters(values, load_design_point(point, config_directory())))
      count += events.size();
    return count;
  };
  size_t of_sets = 0;
  for (size_t i = 0; i < num_counters; ++i) of_sets += counts_sets(i);
  CHECK(count_of("block-tiny") == num_counters - of_sets);
  CHECK(count_of("tiny") == first_unit_counter - of_sets);
  CHECK(count_of("vision") == first_unit_counter);
  const event_counters named = named_counters(values, load_design_point("tiny", config_directory()));
  CHECK(named.at("scan_serial").at("exp_ops") == counter_index("scan_serial", "exp_ops"));
}

}  // namespace scansim
