// The SystemC machine against the Verilated RTL on random descriptor lists: status, y, h_last, cycles and
// every counter equal, under every kind of memory. Design points are small, so that Verilator builds them
// fast; each is built once and cached (sim/cosim/rtl_build.h).
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>

#include "sim/rungs/device.h"
#include "sim/stream/machine_shape.h"
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

// One more scan; append_descriptors ends a list.
void add_scan(scan_list& list, const design_point& point, const scan_sizes& sizes,
              const hls::scan_descriptor& flags, std::mt19937_64& random) {
  const packed_scan* const before = flags.load_params ? nullptr : &list.scans.back();
  list.scans.push_back(make_packed_scan(point, sizes, flags, random, before));
  append_scan(list.scans.back(), point, list.image);
}

// Equal on every rung, and to one leaf call per element.
void check_every_rung(const scan_list& list, const design_point& point) {
  const device_options options{.memory_model = "random", .seed = 1, .wave_path = ""};
  const test::machine_outcome hls = run(*make_hls_device(point), list),
                              systemc = run(*make_systemc_device(point, options), list),
                              rtl = run(*make_rtl_device(point, options), list);
  check_equal(systemc, rtl, list, point);
  test::check_status_and_counters(hls, rtl, test::without_time);
  for (const packed_scan& scan : list.scans) {
    const scan_outputs want = expected_outputs(scan, point), got = read_outputs(scan, point, rtl.memory);
    CHECK(got.y == want.y);
    if (scan.descriptor.store_state) CHECK(got.ht == want.ht);
  }
}

}  // namespace

TEST_CASE("machine every rung runs every combination of options, tiles, passes and a rest",
          "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  constexpr unsigned combinations = 1 << 5;
  for (unsigned at = 0; at < combinations; ++at)
    for (int tiles = 1; tiles <= 3; ++tiles) {
      CAPTURE(at, tiles);
      std::mt19937_64 random(at * 3 + static_cast<unsigned>(tiles));
      hls::scan_descriptor flags;
      flags.load_params = flags.has_z = true;
      flags.reverse = (at & 1) != 0, flags.has_h0 = (at & 2) != 0, flags.store_state = (at & 4) != 0;
      scan_sizes sizes;
      sizes.chunk_tokens = point.chunk_tokens, sizes.tokens = (at & 8) != 0 ? 5 : 2 * point.chunk_tokens;
      if ((at & 8) != 0) sizes.tokens += point.chunk_tokens;
      sizes.states = (at & 16) != 0 ? 2 * point.states_per_lane : point.states_per_lane;
      sizes.channels = tiles * point.tile_channels();
      scan_list list;
      add_scan(list, point, sizes, flags, random);
      list.address = append_descriptors(list.scans, list.image);
      check_every_rung(list, point);
    }
}

TEST_CASE("machine every rung runs a scan behind another on chip with parameters that are there already",
          "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  for (const bool banked : {false, true}) {
    CAPTURE(banked);
    std::mt19937_64 random(banked ? 1 : 2);
    hls::scan_descriptor flags;
    flags.load_params = flags.has_z = flags.has_h0 = flags.store_state = true;
    flags.banked = banked;
    scan_sizes sizes;
    sizes.chunk_tokens = point.chunk_tokens, sizes.tokens = 2 * point.chunk_tokens + 3;
    sizes.states = point.states_per_lane, sizes.channels = point.tile_channels();
    scan_list list;
    add_scan(list, point, sizes, flags, random);
    flags.first_group = list.scans[0].descriptor.lane_groups;
    add_scan(list, point, sizes, flags, random);
    flags.load_params = false;
    add_scan(list, point, sizes, flags, random);
    list.address = append_descriptors(list.scans, list.image);
    check_every_rung(list, point);
  }
}

TEST_CASE("machine every rung runs a scan of lane groups that begin within a tile of another",
          "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  std::mt19937_64 random(3);
  hls::scan_descriptor flags;
  flags.load_params = flags.has_z = flags.has_h0 = flags.store_state = true;
  scan_sizes sizes;
  sizes.chunk_tokens = point.chunk_tokens, sizes.tokens = point.chunk_tokens + 3;
  sizes.states = 2 * point.states_per_lane, sizes.channels = 2 * point.tile_channels();
  scan_list list;
  add_scan(list, point, sizes, flags, random);
  // The parameters of the first without those of its first lane group.
  packed_scan rest = list.scans[0];
  rest.a.erase(rest.a.begin(), rest.a.begin() + point.num_lanes * rest.states);
  rest.bias.erase(rest.bias.begin(), rest.bias.begin() + point.num_lanes);
  rest.d.erase(rest.d.begin(), rest.d.begin() + point.num_lanes);
  sizes.channels -= point.num_lanes;
  flags.load_params = false, flags.first_group = 1;
  list.scans.push_back(make_packed_scan(point, sizes, flags, random, &rest));
  append_scan(list.scans.back(), point, list.image);
  list.address = append_descriptors(list.scans, list.image);
  check_every_rung(list, point);
}

namespace {

struct shift_range {
  const char* name;
  uint8_t hls::scan_shifts::*member;
  int last;  // hls/README.md, Scales
};

constexpr shift_range shift_ranges[] = {
    {"delta", &hls::scan_shifts::delta, 63}, {"bias", &hls::scan_shifts::bias, 63},
    {"z", &hls::scan_shifts::z, 63},         {"dt2", &hls::scan_shifts::dt2, 63},
    {"du", &hls::scan_shifts::du, 63},       {"skip", &hls::scan_shifts::skip, 63},
    {"v", &hls::scan_shifts::v, 63},         {"y", &hls::scan_shifts::y, 63},
    {"quant", &hls::scan_shifts::quant, 15},
};

// Random operands of a few tiles, the other shifts as random lists have them.
scan_list list_with_shift(const design_point& point, const shift_range& shift, int amount, uint64_t seed) {
  std::mt19937_64 random(seed);
  hls::scan_descriptor flags;
  flags.load_params = flags.has_z = flags.has_h0 = flags.store_state = true;
  flags.softplus = random() % 2;
  scan_sizes sizes;
  sizes.channels = 2 * point.num_lanes, sizes.states = point.states_per_lane;
  sizes.tokens = sizes.chunk_tokens = point.chunk_tokens;
  scan_list list;
  add_scan(list, point, sizes, flags, random);
  hls::scan_shifts& shifts = list.scans.back().descriptor.shifts;
  if (shift.member == &hls::scan_shifts::skip) shifts.du = 63, shifts.v = 0;  // or the state hides it
  list.scans.back().descriptor.shifts.*shift.member = static_cast<uint8_t>(amount);
  list.address = append_descriptors(list.scans, list.image);
  return list;
}

}  // namespace

TEST_CASE("machine every rung shifts by the least and by the most and saturates alike",
          "[machine][systemc][rtl]") {
  for (const design_point& point : test::corner_points()) {
    uint64_t seed = 1;
    for (const shift_range& shift : shift_ranges)
      for (const int amount : {0, 1, shift.last - 1, shift.last}) {
        CAPTURE(point.name, shift.name, amount, seed);
        const scan_list list = list_with_shift(point, shift, amount, seed++);
        check_every_rung(list, point);
      }
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

struct broken_rule {
  const char* name;
  csr::error_code code;
  std::function<void(hls::scan_descriptor&, const machine_shape&)> breaks;
};

// The rules of a scan on a machine without units (sim/README.md, section 6), each broken by one step.
std::vector<broken_rule> scan_rules() {
  using csr::error_code;
  using scan = hls::scan_descriptor;
  using shape = machine_shape;
  const auto over = [](int limit) { return static_cast<uint16_t>(limit + 1); };
  return {
      {"local", error_code::opcode, [](scan& d, const shape&) { d.local = true; }},
      {"no lane groups", error_code::lane_groups, [](scan& d, const shape&) { d.lane_groups = 0; }},
      {"rows", error_code::lane_groups,
       [=](scan& d, const shape& s) { d.lane_groups = over(s.state_rows / d.passes - d.first_group); }},
      {"no passes", error_code::passes, [](scan& d, const shape&) { d.passes = 0; }},
      {"states", error_code::passes,
       [](scan& d, const shape& s) {
         d.lane_groups = 1, d.first_group = 0, d.passes = static_cast<uint8_t>(s.max_passes() + 1);
       }},
      {"more states than their passes have", error_code::passes,
       [=](scan& d, const shape& s) { d.states = over(d.passes * s.states); }},
      {"no chunks", error_code::num_chunks, [](scan& d, const shape&) { d.num_chunks = 0; }},
      {"empty chunk", error_code::chunk_tokens, [](scan& d, const shape&) { d.chunk_tokens = 0; }},
      {"chunk", error_code::chunk_tokens,
       [=](scan& d, const shape& s) { d.chunk_tokens = over(s.chunk_tokens); }},
      {"empty rest", error_code::rest_tokens, [](scan& d, const shape&) { d.rest_tokens = 0; }},
      {"rest", error_code::rest_tokens,
       [=](scan& d, const shape& s) { d.rest_tokens = over(s.chunk_tokens); }},
  };
}

// `legal` with other words at one place.
scan_list changed_at(const scan_list& legal, size_t place,
                     const std::function<void(uint32_t (&words)[hls::descriptor_words])>& change) {
  scan_list list = legal;
  uint8_t* const at = list.image.data() + list.address + place * hls::descriptor_bytes;
  uint32_t words[hls::descriptor_words];
  std::memcpy(words, at, sizeof words);
  change(words);
  std::memcpy(at, words, sizeof words);
  return list;
}

// Every rung ends with this code, and what stands before has run.
void check_refused(const design_point& point, const scan_list& list, size_t place, csr::error_code code) {
  const test::machine_outcome hls = run(*make_hls_device(point), list),
                              systemc = run(*make_systemc_device(point, {}), list),
                              rtl = run(*make_rtl_device(point, {}), list);
  test::check_status_and_counters(systemc, rtl);
  test::check_status_and_counters(hls, rtl, test::without_time);
  CHECK(test::error_of(rtl) == code);
  for (size_t before = 0; before < place; ++before)
    CHECK(read_outputs(list.scans[before], point, hls.memory).y ==
          read_outputs(list.scans[before], point, rtl.memory).y);
}

}  // namespace

TEST_CASE("machine every rung refuses a broken rule of a scan wherever it stands in a list",
          "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  const machine_shape shape(point);
  const scan_list legal = three_scans(point);
  for (const broken_rule& rule : scan_rules())
    for (size_t place = 0; place < legal.scans.size(); ++place) {
      CAPTURE(rule.name, place);
      const scan_list list = changed_at(legal, place, [&](uint32_t(&words)[hls::descriptor_words]) {
        hls::scan_descriptor d = hls::decode_descriptor(words);
        rule.breaks(d, shape);
        hls::encode_descriptor(d, words);
      });
      check_refused(point, list, place, rule.code);
    }
}

TEST_CASE("machine every rung without units refuses their opcodes wherever they stand in a list",
          "[machine][systemc][rtl]") {
  const design_point point = test::narrow_point();
  const scan_list legal = three_scans(point);
  for (uint32_t opcode = hls::descriptor_opcode_scan + 1; opcode <= std::size(map::opcodes); ++opcode)
    for (size_t place = 0; place < legal.scans.size(); ++place) {
      CAPTURE(opcode, place);
      const scan_list list = changed_at(legal, place, [&](uint32_t(&words)[hls::descriptor_words]) {
        map::put_field(words, map::opcode_field, opcode);
      });
      check_refused(point, list, place, csr::error_code::opcode);
    }
}

}  // namespace scansim
