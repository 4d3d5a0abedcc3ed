// Whose doing a difference between two machines is, on records made by hand.
#include "host/run/stream_difference.h"

#include <catch2/catch.hpp>

namespace scansim {
namespace {

using Catch::Matchers::Contains;
using stream = machine_stream;

machine_shape small_machine() {
  design_point point;
  point.num_lanes = 2, point.states_per_lane = 2, point.state_capacity = 64;
  return machine_shape(point);
}

stream_record& at(stream_run& run, machine_stream which) {
  return run.records.starts[0][static_cast<size_t>(which)];
}

// One start: rows of dt and acc, each taken two cycles behind its push.
stream_run two_streams(const std::string& rung) {
  stream_run run{rung, {}, {100}};
  run.records.starts.emplace_back();
  for (cycle_t i = 0; i < 4; ++i) {
    at(run, stream::dt).beats.push_back({10 + i, -1, {1, 2, 3, 4}});
    at(run, stream::dt).left.push_back(12 + i);
    at(run, stream::acc).beats.push_back({20 + i, -1, {5, 6}});
    at(run, stream::acc).left.push_back(22 + i);
  }
  return run;
}

}  // namespace

TEST_CASE("streams that are equal have no difference", "[run]") {
  CHECK(compare_streams(two_streams("systemc"), two_streams("rtl"), small_machine()).empty());
}

TEST_CASE("a wrong value is the doing of the block that put it, and comes before what follows of it",
          "[run]") {
  const stream_run above = two_streams("systemc");
  stream_run below = two_streams("rtl");
  at(below, stream::dt).beats[2].values[3] = 7;
  at(below, stream::acc).beats[2].values[0] = 9, at(below, stream::acc).beats[3].values[0] = 9;
  const auto found = compare_streams(above, below, small_machine());
  REQUIRE(found.size() == 2);
  CHECK(found[0].block == "delta_softplus");
  CHECK(found[0].cycle == 112);
  CHECK(found[0].text == "delta_softplus, dt beat 2, in cycle 112: lane 1, field 1: rtl 7, systemc 4");
  CHECK(found[1].stream == "acc");
  CHECK(found[1].beat == 2);
  CHECK_THAT(text_of(found), Contains("first difference between blocks: delta_softplus") &&
                                 Contains("; then scan_serial (acc beat 2, cycle 122)"));
}

TEST_CASE("a block that takes late is named before the one that is late for it", "[run]") {
  stream_run above = two_streams("systemc"), below = two_streams("rtl");
  at(above, stream::dt).beats[3].cycle = 14;  // of two places: once beat 1 is taken
  at(below, stream::dt).beats[3].cycle = 17;
  at(below, stream::dt).left[1] += 3;
  const auto found = compare_streams(above, below, small_machine());
  REQUIRE(found.size() == 1);
  CHECK(found[0].text == "scan_serial, dt beat 1 taken, in cycle 113: rtl 3 cycles later than systemc");
}

TEST_CASE("a beat that is missing is a difference, but not behind the end of a log that was full", "[run]") {
  const stream_run above = two_streams("systemc");
  stream_run below = two_streams("rtl");
  at(below, stream::acc).beats.pop_back();
  const auto found = compare_streams(above, below, small_machine());
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0].text, Contains("acc beat 3, in cycle 123: missing on rtl"));
  below.records.whole = false;
  CHECK(compare_streams(above, below, small_machine()).empty());
  CHECK(text_of(std::vector<stream_difference>{}) == "no stream between the blocks differs");
}

TEST_CASE("every stream has a place of its own", "[run]") {
  for (size_t i = 0; i < std::size(stream_rows); ++i)
    CHECK(stream_at("ssm_top" + std::string(stream_rows[i].place)) == static_cast<machine_stream>(i));
  CHECK_FALSE(stream_at("ssm_top.u_dma_burst.u_route"));
}

}  // namespace scansim
