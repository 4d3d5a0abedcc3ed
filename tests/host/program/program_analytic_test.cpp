// Long scans on the rung `analytic`: cycles, counters and events of the memory are those of `fast`, which
// simulates every chunk, on random scans of random machines under `ideal` and `latency` of random parameters;
// most of them without simulating every chunk. The seed is printed with a failure.
#include <catch2/catch.hpp>

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/rung.h"
#include "tests/support/design_points.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

int64_t upto(std::mt19937_64& random, int64_t most) {
  return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most));
}
bool one_in(std::mt19937_64& random, uint64_t n) { return random() % n == 0; }

scan_form random_form(std::mt19937_64& random, const design_point& point) {
  scan_form form;
  const int64_t tiles =
      one_in(random, 6) ? 40 : 3;  // so many take more than one descriptor on small machines
  form.shape = {.batch = one_in(random, 6) ? 3 : 1,
                .channels = upto(random, tiles * point.tile_channels()),
                .states = upto(random, point.max_states),
                .groups = 1,
                .length = point.chunk_tokens * (20 + upto(random, 400)) + upto(random, point.chunk_tokens)};
  form.options.reverse = one_in(random, 3);
  form.options.delta_softplus = true;
  form.has_z = one_in(random, 2);
  form.has_h0 = one_in(random, 4);
  return form;
}

// Mostly powers of two: a pipe whose beats take odd fractions of a cycle repeats itself late or never.
memory_settings random_latency(std::mt19937_64& random, const design_point& point) {
  const int64_t bytes = one_in(random, 4) ? upto(random, 2 * point.axi_bytes())
                                          : std::max<int64_t>(1, point.axi_bytes() >> random() % 3);
  return {{"read_latency_cycles", std::to_string(upto(random, 200))},
          {"write_latency_cycles", std::to_string(upto(random, 60))},
          {"bytes_per_cycle", std::to_string(bytes) + (one_in(random, 8) ? ".5" : "")},
          {"read_queue_bursts", std::to_string(upto(random, 20))},
          {"write_queue_bursts", std::to_string(upto(random, 20))}};
}

struct agreement {
  simulated_part part;
  uint64_t cycles = 0;
};

agreement check_scan(const scan_form& form, const design_point& point, const std::string& memory) {
  const program built = make_timed_scan_program(form, point);
  const device_options options{.memory_model = memory, .seed = 1, .wave_path = ""};
  const auto run = [&](const char* rung) {
    const auto machine = find_rung(rung)->make(point, options, {});
    return run_program(*machine, built, point);
  };
  const program_result fast = run("fast"), analytic = run("analytic");
  test::check_counters(fast.counters, analytic.counters, counts_time | counts_events);
  CHECK(fast.memory == analytic.memory);
  CHECK_FALSE(fast.simulated.has_value());
  REQUIRE(analytic.simulated.has_value());
  CHECK(analytic.simulated->chunks <= analytic.simulated->of);
  return {*analytic.simulated, analytic.counters[counter_index("machine", "cycles")]};
}

}  // namespace

TEST_CASE("program_analytic equals fast in every cycle and counter of random long scans",
          "[machine][analytic]") {
  constexpr uint64_t seed = 11;
  std::mt19937_64 random(seed);
  int shortened = 0, all = 0;
  for (int i = 0; i < 240; ++i) {
    design_point point = i % 6 == 0   ? test::corner_points()[static_cast<size_t>(i / 6) % 4]
                         : i % 6 == 1 ? load_design_point(i % 4 == 1 ? "tiny" : "edge", config_directory())
                         : i % 2 == 0 ? test::random_low_point(random)
                                      : test::random_wide_point(random);
    const scan_form form = random_form(random, point);
    const bool latency = i % 3 != 0;
    if (latency) point.memory_settings = random_latency(random, point);
    CAPTURE(seed, i, point.name, latency, form.shape.channels, form.shape.states, form.shape.length);
    const agreement found = check_scan(form, point, latency ? "latency" : "ideal");
    shortened += found.part.chunks < found.part.of;
    ++all;
  }
  INFO("shortened " << shortened << " of " << all);
  CHECK(5 * shortened > all);
}

// A beat of 16 bytes takes 1 / 15999 more than a cycle, and the pipe is what limits this scan: chunk after
// chunk looks like the one before, until a cycle is missing.
TEST_CASE("program_analytic does not take a slow drift of the pipe for a repetition", "[machine][analytic]") {
  design_point point = load_design_point("edge", config_directory());
  point.memory_settings = {{"bytes_per_cycle", "15.999"}};
  scan_form form;
  form.shape = {.batch = 1, .channels = 64, .states = 16, .groups = 1, .length = 400 * point.chunk_tokens};
  form.has_z = true;
  const agreement drifting = check_scan(form, point, "latency");
  CHECK(drifting.part.chunks == drifting.part.of);
  point.memory_settings = {{"bytes_per_cycle", "16"}};
  const agreement steady = check_scan(form, point, "latency");
  CHECK(steady.part.chunks < steady.part.of);
  CHECK(steady.cycles < drifting.cycles);
}

TEST_CASE("program_analytic takes the same time for any length", "[machine][analytic]") {
  const design_point point = load_design_point("base", config_directory());
  const auto cycles_at = [&](int64_t length) {
    scan_form form;
    form.shape = {.batch = 1, .channels = 1536, .states = 16, .groups = 1, .length = length};
    form.options.delta_softplus = true;
    form.has_z = true;
    const auto machine =
        find_rung("analytic")->make(point, {.memory_model = "ideal", .seed = 1, .wave_path = ""}, {});
    const program_result result = run_program(*machine, make_timed_scan_program(form, point), point);
    CHECK(result.simulated->chunks < 32);
    return result.counters[counter_index("machine", "cycles")];
  };
  // A chunk is its rows: 16 tokens of 96 groups of lanes.
  const uint64_t at_1024 = cycles_at(1024);
  CHECK(cycles_at(1 << 20) - at_1024 == ((1 << 20) - 1024) / 16 * 1536);
}

TEST_CASE("program_analytic simulates the whole run where time depends on more than time",
          "[machine][analytic]") {
  const design_point point = load_design_point("tiny", config_directory());
  scan_form form;
  form.shape = {.batch = 1, .channels = 8, .states = 4, .groups = 1, .length = 40 * point.chunk_tokens};
  for (const char* memory : {"random", "dram-ddr4", "dram-lpddr5", "dram-hbm2"}) {
    CAPTURE(memory);
    const agreement found = check_scan(form, point, memory);
    CHECK(found.part.chunks == found.part.of);
  }
}

TEST_CASE("program_analytic shortens every scan of a call of several", "[machine][analytic]") {
  const design_point point = load_design_point("tiny", config_directory());
  scan_form form;
  form.shape = {.batch = 1, .channels = 8, .states = 4, .groups = 1, .length = 40 * point.chunk_tokens};
  const agreement one = check_scan(form, point, "ideal");
  form.shape.batch = 3;
  const agreement several = check_scan(form, point, "ideal");
  CHECK(several.part.of == 3 * one.part.of);
  CHECK(several.part.chunks <= 3 * one.part.chunks);
}

}  // namespace scansim
