// The ladder as a table: how neighbours are compared follows from the rows, for the rungs of the product and
// for rows of other kinds.
#include "sim/rungs/rung.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace scansim {
namespace {

const rung& named(const char* name) { return *find_rung(name); }

constexpr rung estimate = {"toy", rung_source::machine, rung_outputs::none, rung_time::estimate,
                           counts_time | counts_events};

}  // namespace

TEST_CASE("the ladder runs from the reference to the circuit and finds rungs by name", "[rung]") {
  std::vector<std::string> names;
  for (const rung& one : rung_list()) names.push_back(one.name);
  CHECK(names == std::vector<std::string>{"ref", "gpu", "hls", "systemc", "fast", "analytic", "rtl"});
  CHECK(find_rung("fpga") == nullptr);
  for (const rung& one : rung_list()) CHECK((one.make != nullptr) == (one.source == rung_source::machine));
}

TEST_CASE("below ref bits are compared, and of counters the classes that both rungs have", "[rung]") {
  const comparison upper = compare_of(named("ref"), named("hls"));
  CHECK(upper.tolerance);
  CHECK_FALSE(upper.bits);
  CHECK(upper.counters == counts_nothing);

  const comparison untimed = compare_of(named("hls"), named("systemc"));
  CHECK(untimed.bits);
  CHECK_FALSE(untimed.tolerance);
  CHECK_FALSE(untimed.cycles);
  CHECK(untimed.counters == (counts_events | counts_data));

  const comparison timed = compare_of(named("systemc"), named("rtl"));
  CHECK(timed.bits);
  CHECK(timed.cycles);
  CHECK(timed.counters == counts_all);
}

TEST_CASE("the gpu is compared with ref and nothing with the gpu", "[rung]") {
  CHECK(compare_of(named("ref"), named("gpu")).tolerance);
  for (const char* below : {"hls", "systemc", "rtl"})
    CHECK_FALSE(compare_of(named("gpu"), named(below)).any());
}

TEST_CASE("a rung without outputs shares events with its neighbours, and its time is no verdict", "[rung]") {
  const comparison with_systemc = compare_of(named("systemc"), estimate);
  CHECK_FALSE(with_systemc.bits);
  CHECK_FALSE(with_systemc.tolerance);
  CHECK_FALSE(with_systemc.cycles);
  CHECK(with_systemc.counters == counts_events);
  CHECK(compare_of(estimate, named("hls")).counters == counts_events);
  CHECK_FALSE(compare_of(named("ref"), estimate).any());
}

TEST_CASE("fast shares cycles, stalls and events with systemc and rtl, and no values", "[rung]") {
  for (const char* other : {"systemc", "rtl"}) {
    const comparison with = compare_of(named(other), named("fast"));
    CHECK_FALSE(with.bits);
    CHECK_FALSE(with.tolerance);
    CHECK(with.cycles);
    CHECK(with.counters == (counts_time | counts_events));
  }
  const std::array all = {&named("hls"), &named("systemc"), &named("fast"), &named("rtl")};
  CHECK(rung_above(all, 2) == &named("systemc"));
  CHECK(rung_above(all, 3) == &named("systemc"));
  const std::array timed = {&named("fast"), &named("rtl")};
  CHECK(rung_above(timed, 1) == &named("fast"));
}

TEST_CASE("each rung is compared with the nearest above that gives what it gives", "[rung]") {
  const std::array all = {&named("ref"), &named("gpu"),     &named("hls"),
                          &estimate,     &named("systemc"), &named("rtl")};
  CHECK(rung_above(all, 0) == nullptr);
  CHECK(rung_above(all, 1) == &named("ref"));
  CHECK(rung_above(all, 2) == &named("ref"));
  CHECK(rung_above(all, 3) == &named("hls"));
  CHECK(rung_above(all, 4) == &named("hls"));
  CHECK(rung_above(all, 5) == &named("systemc"));
  const std::array circuit_only = {&named("gpu"), &named("rtl")};
  CHECK(rung_above(circuit_only, 1) == nullptr);
}

TEST_CASE("a counter is of one class: time, data that saturated, or an event", "[rung]") {
  const auto class_named = [](const char* block, const char* event) {
    return class_of(counter_names.at(counter_index(block, event)));
  };
  CHECK(class_named("machine", "cycles") == counts_time);
  CHECK(class_named("dma", "wait_out") == counts_time);
  CHECK(class_named("dma", "read_bursts") == counts_events);
  CHECK(class_named("gemm_nm", "saturations") == counts_data);
  CHECK(class_named("scan_serial", "saturations_state") == counts_data);
}

}  // namespace scansim
