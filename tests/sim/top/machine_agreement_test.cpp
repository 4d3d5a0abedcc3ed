// The SystemC machine against the Verilated RTL on random descriptor lists: status, y, h_last, cycles and
// every counter equal, under every kind of memory. Design points are small, so that Verilator builds them
// fast; each is built once and cached (sim/cosim/rtl_build.h).
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/rungs/device.h"
#include "tests/sim/top/scan_lists.h"
#include "tests/support/campaign.h"
#include "tests/support/design_points.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

using test::random_list;
using test::scan_list;

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
    const test::campaign lists = test::campaign_of(1, 60);
    for (uint64_t seed = lists.seed; seed < lists.seed + static_cast<uint64_t>(lists.count); ++seed) {
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

namespace {

// Three scans that run to the end.
scan_list three_scans(const design_point& point) {
  for (uint64_t seed = 1;; ++seed) {
    std::mt19937_64 random(seed);
    scan_list list = random_list(point, random);
    if (list.scans.size() != 3) continue;
    if (test::error_of(run(*make_hls_device(point), list)) == csr::error_code::none) return list;
  }
}

}  // namespace

TEST_CASE("machine every rung without units refuses their descriptors wherever they stand in a list",
          "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  const scan_list legal = three_scans(point);
  for (uint32_t opcode = 1; opcode <= 8; ++opcode)  // 1: a scan that says it is local
    for (size_t place = 0; place < legal.scans.size(); ++place) {
      CAPTURE(opcode, place);
      scan_list list = legal;
      uint8_t* const at = list.image.data() + list.address + place * hls::descriptor_bytes;
      uint32_t words[hls::descriptor_words];
      std::memcpy(words, at, sizeof words);
      map::put_field(words, map::opcode_field, opcode);
      if (opcode == hls::descriptor_opcode_scan)
        map::put_field(words, map::field_of<map::scan_fields>("local").at, 1);
      std::memcpy(at, words, sizeof words);
      const test::machine_outcome hls = run(*make_hls_device(point), list),
                                  systemc = run(*make_systemc_device(point, {}), list),
                                  rtl = run(*make_rtl_device(point, {}), list);
      test::check_status_and_counters(systemc, rtl);
      test::check_status_and_counters(hls, rtl, test::without_time);
      CHECK(test::error_of(rtl) == csr::error_code::opcode);
      for (size_t before = 0; before < place; ++before) {
        const packed_scan& scan = legal.scans[before];
        CHECK(read_outputs(scan, point, hls.memory).y == read_outputs(scan, point, rtl.memory).y);
      }
    }
}

}  // namespace scansim
