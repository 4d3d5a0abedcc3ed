// The SystemC machine against the Verilated RTL on random descriptor lists: status, y, h_last, cycles and
// every counter equal, under every kind of memory. Design points are small, so that Verilator builds them
// fast; each is built once and cached (sim/cosim/rtl_build.h).
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/rungs/device.h"
#include "tests/support/design_points.h"
#include "tests/support/packed_scan.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

struct scan_list {
  std::vector<packed_scan> scans;
  std::vector<uint8_t> image;
  uint64_t address = 0;
};

int state_rows(const design_point& point) { return point.state_capacity / point.num_pe(); }

// Whole tiles, and rows of the memories on chip left behind them for a scan of as many states.
bool appendable(const packed_scan& scan, const design_point& point) {
  const hls::scan_descriptor& d = scan.descriptor;
  return d.lane_groups % point.interleave == 0 &&
         (d.first_group + d.lane_groups + 1) * d.passes <= state_rows(point);
}

scan_list random_list(const design_point& point, std::mt19937_64& random) {
  const auto upto = [&](int high) { return 1 + static_cast<int>(random() % static_cast<uint64_t>(high)); };
  scan_list list;
  scan_sizes sizes;
  const int count = upto(3);
  for (int i = 0; i < count; ++i) {
    hls::scan_descriptor flags;
    flags.softplus = random() % 2;
    flags.has_z = random() % 2;
    flags.has_h0 = random() % 2;
    flags.store_state = random() % 2;
    flags.reverse = random() % 3 == 0;
    flags.load_params = i == 0 || random() % 2;
    flags.banked = random() % 2;
    const bool behind = i > 0 && appendable(list.scans.back(), point) && random() % 2;
    if (i > 0) flags.first_group = list.scans.back().descriptor.first_group;
    if (behind && flags.load_params) {
      const hls::scan_descriptor& last = list.scans.back().descriptor;
      flags.first_group = static_cast<uint16_t>(last.first_group + last.lane_groups);
      sizes.channels = upto((state_rows(point) / last.passes - flags.first_group) * point.num_lanes);
    } else if (flags.load_params) {
      flags.first_group = 0;
      sizes.states = upto(point.max_states);
      const int passes = (sizes.states + point.states_per_lane - 1) / point.states_per_lane;
      sizes.channels = upto(state_rows(point) / passes * point.num_lanes);
    }
    // Rows of so few groups come back as soon as they may, across chunks too.
    if (flags.load_params && random() % 3 == 0)
      sizes.channels = std::min(sizes.channels, upto(2 * point.num_lanes));
    sizes.tokens = upto(3 * point.chunk_tokens);
    sizes.chunk_tokens = upto(point.chunk_tokens);
    sizes.long_rest = random() % 2;
    list.scans.push_back(
        make_packed_scan(point, sizes, flags, random, flags.load_params ? nullptr : &list.scans.back()));
    append_scan(list.scans.back(), point, list.image);
  }
  list.address = append_descriptors(list.scans, list.image);
  // Sometimes an illegal descriptor: no passes, or no chunks.
  if (random() % 8 == 0) {
    const uint64_t which = random() % static_cast<uint64_t>(count);
    list.image[list.address + hls::descriptor_bytes * which + (random() % 2 ? 8 : 12)] = 0;
  }
  return list;
}

test::machine_outcome run(device& machine, const scan_list& list) {
  return test::outcome_of(machine, {list.address, static_cast<uint32_t>(list.scans.size())}, list.image);
}

void check_equal(const test::machine_outcome& systemc, const test::machine_outcome& rtl,
                 const scan_list& list, const design_point& point) {
  test::check_status_and_counters(systemc, rtl);
  // Bytes that only fill up a beat are not compared.
  for (const packed_scan& scan : list.scans) {
    const scan_outputs left = read_outputs(scan, point, systemc.memory),
                       right = read_outputs(scan, point, rtl.memory);
    CHECK(left.y == right.y);
    if (scan.descriptor.store_state) CHECK(left.ht == right.ht);
  }
}

}  // namespace

TEST_CASE("machine systemc agrees with rtl in every cycle and counter", "[machine][systemc][rtl]") {
  for (const design_point& point : test::corner_points()) {
    for (uint64_t seed = 1; seed <= 60; ++seed) {
      const char* memories[] = {"ideal", "random", "latency", "dram-ddr4"};
      const device_options options{.memory_model = memories[seed % 4], .seed = seed, .wave_path = ""};
      CAPTURE(point.name, seed, options.memory_model);
      std::mt19937_64 random(seed);
      const scan_list list = random_list(point, random);
      const auto systemc = make_systemc_device(point, options);
      const auto rtl = make_rtl_device(point, options);
      check_equal(run(*systemc, list), run(*rtl, list), list, point);
    }
  }
}

// One tile of two rows of states: read from the state memory two cycles behind their last update, in the
// cycle of their write.
TEST_CASE("machine systemc agrees with rtl in every cycle of banked tiles of few rows",
          "[machine][systemc][rtl]") {
  const design_point point = test::wide_point();
  REQUIRE(point.interleave == 2);
  for (const int channels : {point.num_lanes, 2 * point.num_lanes}) {
    CAPTURE(channels);
    std::mt19937_64 random(1);
    hls::scan_descriptor flags;
    flags.load_params = flags.banked = flags.has_h0 = flags.store_state = true;
    scan_sizes sizes;
    sizes.channels = channels, sizes.states = point.states_per_lane;
    sizes.tokens = 5 * point.chunk_tokens, sizes.chunk_tokens = point.chunk_tokens;
    scan_list list;
    list.scans.push_back(make_packed_scan(point, sizes, flags, random));
    append_scan(list.scans.back(), point, list.image);
    list.address = append_descriptors(list.scans, list.image);
    const device_options options{.memory_model = "ideal", .seed = 1, .wave_path = ""};
    const test::machine_outcome systemc = run(*make_systemc_device(point, options), list);
    check_equal(systemc, run(*make_rtl_device(point, options), list), list, point);
    CHECK(read_outputs(list.scans[0], point, systemc.memory).y == expected_outputs(list.scans[0], point).y);
  }
}

TEST_CASE("machine systemc and rtl without units refuse their descriptors", "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  for (uint32_t opcode = 1; opcode <= 8; ++opcode) {  // 1: a scan that says it is local
    CAPTURE(opcode);
    std::mt19937_64 random(opcode);
    scan_list list = random_list(point, random);
    uint32_t words[hls::descriptor_words];
    std::memcpy(words, list.image.data() + list.address, sizeof words);
    map::put_field(words, map::opcode_field, opcode);
    if (opcode == hls::descriptor_opcode_scan)
      map::put_field(words, map::field_of<map::scan_fields>("local").at, 1);
    std::memcpy(list.image.data() + list.address, words, sizeof words);
    const test::machine_outcome systemc = run(*make_systemc_device(point, {}), list),
                                rtl = run(*make_rtl_device(point, {}), list);
    test::check_status_and_counters(systemc, rtl);
    CHECK(test::error_of(systemc) == csr::error_code::opcode);
  }
}

}  // namespace scansim
