// The SystemC machine on hand-packed descriptors: results equal to one hls call per element, cycles that add
// up and do not depend on process order or instruction set, errors that drain.
#include "sim/top/machine.h"

#include <catch2/catch.hpp>

#include "tests/support/design_points.h"
#include "tests/support/forked_machine.h"
#include "tests/support/packed_scan.h"

namespace scansim {
namespace {

hls::scan_descriptor random_flags(std::mt19937_64& random) {
  hls::scan_descriptor d;
  d.softplus = random() % 2;
  d.has_z = random() % 2;
  d.has_h0 = random() % 2;
  d.store_state = random() % 2;
  d.reverse = random() % 3 == 0;
  d.load_params = true;
  return d;
}

scan_sizes random_sizes(const design_point& p, std::mt19937_64& random) {
  const auto upto = [&](int high) { return 1 + static_cast<int>(random() % static_cast<uint64_t>(high)); };
  scan_sizes s;
  s.states = upto(p.max_states);
  const int passes = (s.states + p.states_per_lane - 1) / p.states_per_lane;
  s.channels = upto(p.state_capacity / p.num_pe() / passes * p.num_lanes);
  s.tokens = upto(3 * p.chunk_tokens);
  s.chunk_tokens = upto(p.chunk_tokens);
  s.long_rest = random() % 2;
  return s;
}

uint64_t counter(const machine_run& r, const char* block, const char* event) {
  return r.counters[counter_index(block, event)];
}

void check_cycles_add_up(const machine_run& r) {
  for (const char* block : {"sequencer", "dma", "delta_softplus", "scan_serial", "gate_silu"}) {
    CAPTURE(block);
    CHECK(counter(r, block, "busy") + counter(r, block, "wait_in") + counter(r, block, "wait_out") +
              counter(r, block, "idle") ==
          counter(r, "machine", "cycles"));
  }
}

void check_outputs(const std::vector<packed_scan>& scans, const design_point& point,
                   const std::vector<uint8_t>& image, const machine_run& result) {
  hls::saturation_counts sum;
  uint64_t updates = 0;
  for (const packed_scan& scan : scans) {
    const scan_outputs expected = expected_outputs(scan, point), found = read_outputs(scan, point, image);
    CHECK(found.y == expected.y);
    if (scan.descriptor.store_state) CHECK(found.ht == expected.ht);
    sum.delta += expected.saturations.delta;
    sum.du += expected.saturations.du;
    sum.skip += expected.saturations.skip;
    sum.state += expected.saturations.state;
    sum.v += expected.saturations.v;
    sum.y += expected.saturations.y;
    sum.quant += expected.saturations.quant;
    updates += state_updates(scan, point);
  }
  CHECK(counter(result, "delta_softplus", "saturations_delta") == sum.delta);
  CHECK(counter(result, "delta_softplus", "saturations_du") == sum.du);
  CHECK(counter(result, "delta_softplus", "saturations_skip") == sum.skip);
  CHECK(counter(result, "scan_serial", "saturations_state") == sum.state);
  CHECK(counter(result, "gate_silu", "saturations_v") == sum.v);
  CHECK(counter(result, "gate_silu", "saturations_y") == sum.y);
  CHECK(counter(result, "gate_silu", "saturations_quant") == sum.quant);
  CHECK(counter(result, "scan_serial", "state_updates") == updates);
}

struct random_case {
  design_point point;
  std::vector<packed_scan> scans;
  std::vector<uint8_t> image;
  std::vector<start_request> starts;  // one: all descriptors
};

// One to three descriptors; one without load_params repeats the sizes and parameters of the one before.
random_case make_random_case(uint64_t seed) {
  std::mt19937_64 random(seed);
  random_case c;
  c.point = test::random_wide_point(random);
  const int count = 1 + static_cast<int>(random() % 3);
  scan_sizes sizes;
  for (int i = 0; i < count; ++i) {
    hls::scan_descriptor flags = random_flags(random);
    flags.load_params = i == 0 || random() % 2;
    const scan_sizes fresh = random_sizes(c.point, random);
    if (flags.load_params) {
      sizes = fresh;
    } else {
      sizes.tokens = fresh.tokens;
      sizes.chunk_tokens = fresh.chunk_tokens;
      sizes.long_rest = fresh.long_rest;
    }
    c.scans.push_back(
        make_packed_scan(c.point, sizes, flags, random, flags.load_params ? nullptr : &c.scans.back()));
    append_scan(c.scans.back(), c.point, c.image);
  }
  c.starts = {{append_descriptors(c.scans, c.image), static_cast<uint32_t>(count)}};
  return c;
}

}  // namespace

TEST_CASE("machine systemc computes y, h_last and saturations of 200 random descriptor lists",
          "[machine][systemc]") {
  const uint64_t first_seed = 5000;
  for (uint64_t seed = first_seed; seed < first_seed + 200; ++seed) {
    CAPTURE(seed);
    random_case c = make_random_case(seed);
    const char* memory = seed % 3 == 0 ? "random" : seed % 3 == 1 ? "ideal" : "latency";
    CAPTURE(memory);
    const machine_run r = forked_runs(c.point, c.image, c.starts, {memory, seed, 0, true}).front();
    CHECK(r.error == csr::error_code::none);
    check_outputs(c.scans, c.point, c.image, r);
    check_cycles_add_up(r);
  }
}

TEST_CASE("machine systemc does not depend on process order or instruction set", "[machine][systemc]") {
  for (uint64_t seed = 100; seed < 130; ++seed) {
    CAPTURE(seed);
    random_case c = make_random_case(seed);
    std::vector<uint8_t> first_image = c.image;
    const machine_run first = forked_runs(c.point, first_image, c.starts, {"random", seed, 0, true}).front();
    for (uint64_t schedule : {0, 1, 77, 4242}) {
      CAPTURE(schedule);
      std::vector<uint8_t> image = c.image;
      const machine_run again =
          forked_runs(c.point, image, c.starts, {"random", seed, schedule, false}).front();
      CHECK(again.cycles == first.cycles);
      CHECK(again.counters == first.counters);
      CHECK(image == first_image);
    }
  }
}

TEST_CASE("machine systemc keeps parameters from start to start and repeats a run in the same cycles",
          "[machine][systemc]") {
  for (uint64_t seed = 300; seed < 310; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    random_case c;
    c.point = test::random_wide_point(random);
    const scan_sizes sizes = random_sizes(c.point, random);
    hls::scan_descriptor flags = random_flags(random);
    flags.has_h0 = false;
    c.scans.push_back(make_packed_scan(c.point, sizes, flags, random));
    flags.load_params = false;
    c.scans.push_back(make_packed_scan(c.point, sizes, flags, random, &c.scans.front()));
    for (packed_scan& scan : c.scans) append_scan(scan, c.point, c.image);
    const uint64_t address = append_descriptors(c.scans, c.image);
    c.starts = {{address, 1},
                {address + hls::descriptor_bytes, 1},
                {address, 1},
                {address + hls::descriptor_bytes, 1}};
    const auto results = forked_runs(c.point, c.image, c.starts, {"random", seed, 0, true});
    check_outputs({c.scans[0]}, c.point, c.image, results[0]);
    check_outputs({c.scans[1]}, c.point, c.image, results[1]);
    CHECK(results[0].counters == results[2].counters);
    CHECK(results[1].counters == results[3].counters);
  }
}

TEST_CASE("machine systemc keeps the lanes busy where memory is not the bottleneck", "[machine][systemc]") {
  design_point point = test::square_point();
  std::mt19937_64 random(1);
  hls::scan_descriptor flags;
  flags.softplus = flags.has_z = flags.load_params = true;
  random_case c;
  c.scans = {make_packed_scan(point, {384, 16, 197, 16}, flags, random)};
  append_scan(c.scans[0], point, c.image);
  c.starts = {{append_descriptors(c.scans, c.image), 1}};
  const machine_run r = forked_runs(point, c.image, c.starts, {}).front();
  const uint64_t beats = 384 / 16 * 197;
  CHECK(counter(r, "scan_serial", "busy") == beats);
  // One beat per cycle from the first to the last: 197 tokens of 24 lane groups, plus filling and draining.
  CHECK(r.cycles - static_cast<cycle_t>(beats) < 80);
  CHECK(static_cast<double>(beats) / static_cast<double>(r.cycles) >= 0.985);
}

TEST_CASE("machine systemc reads and writes every operand once", "[machine][systemc]") {
  design_point point = test::square_point();
  std::mt19937_64 random(2);
  hls::scan_descriptor flags;
  flags.softplus = flags.has_z = flags.has_h0 = flags.store_state = flags.load_params = true;
  random_case c;
  const uint64_t channels = 256, states = 16, tokens = 64;
  c.scans = {make_packed_scan(point, {256, 16, 64, 16}, flags, random)};
  append_scan(c.scans[0], point, c.image);
  c.starts = {{append_descriptors(c.scans, c.image), 1}};
  const machine_run r = forked_runs(point, c.image, c.starts, {}).front();
  CHECK(counter(r, "dma", "dram_read_bytes") == 3 * channels * tokens + 2 * tokens * states +
                                                    channels * states + 4 * channels + 2 * channels * states +
                                                    hls::descriptor_bytes);
  CHECK(counter(r, "dma", "dram_write_bytes") == 2 * channels * tokens + 2 * channels * states);
}

TEST_CASE("machine systemc ends an illegal descriptor with its code after draining", "[machine][systemc]") {
  const design_point point = test::square_point();
  const auto broken = [&](int which, uint32_t(&words)[hls::descriptor_words]) {
    const auto set = [&](map::field_of<map::scan_fields> field, uint64_t value) {
      map::put_field(words, field.at, value);
    };
    switch (which) {
      case 1:
        return set("opcode", 9);
      case 2:
        return set("lane_groups", 0);
      case 3:
        return set("passes", 0);
      case 4:
        return set("num_chunks", 0);
      case 5:
        return set("chunk_tokens", 17);
      case 6:
        return set("rest_tokens", 0);
      case 7:
        return set("lane_groups", 2000);
      default:
        return set("passes", 5);
    }
  };
  const int codes[] = {0, 1, 2, 3, 4, 5, 6, 2, 3};
  for (int which = 1; which <= 8; ++which) {
    CAPTURE(which);
    std::mt19937_64 random(3);
    hls::scan_descriptor flags;
    flags.softplus = flags.has_z = flags.load_params = true;
    random_case c;
    for (int i = 0; i < 3; ++i) {
      c.scans.push_back(make_packed_scan(point, {128, 16, 40, 16}, flags, random));
      append_scan(c.scans.back(), point, c.image);
    }
    const uint64_t address = append_descriptors(c.scans, c.image);
    uint32_t words[hls::descriptor_words];
    std::memcpy(words, c.image.data() + address + hls::descriptor_bytes, sizeof words);
    broken(which, words);
    std::memcpy(c.image.data() + address + hls::descriptor_bytes, words, sizeof words);
    c.starts = {{address, 3}, {address, 1}};
    const auto results = forked_runs(point, c.image, c.starts, {"random", 9, 0, true});
    CHECK(static_cast<int>(results[0].error) == codes[which]);
    check_outputs({c.scans[0]}, point, c.image, results[0]);
    check_cycles_add_up(results[0]);
    CHECK(results[1].error == csr::error_code::none);
  }
}

TEST_CASE("machine systemc reports a run that cannot end and a burst outside the memory",
          "[machine][systemc]") {
  const design_point point = test::square_point();
  std::mt19937_64 random(4);
  hls::scan_descriptor flags;
  flags.load_params = false;  // nothing was ever loaded
  random_case c;
  c.scans = {make_packed_scan(point, {64, 16, 8, 8}, flags, random)};
  append_scan(c.scans[0], point, c.image);
  c.starts = {{append_descriptors(c.scans, c.image), 1}};
  CHECK_THROWS_WITH(forked_runs(point, c.image, c.starts, {}), Catch::Contains("hangs"));
  c.starts = {{uint64_t{1} << 40, 1}};
  CHECK_THROWS_WITH(forked_runs(point, c.image, c.starts, {}), Catch::Contains("outside the memory"));
}

}  // namespace scansim
