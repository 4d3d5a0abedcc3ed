// What no random list reaches: a descriptor count of 0 and of 255, two rules broken at once, a reset in the
// middle of a run, memory above 4 GiB.
#include <catch2/catch.hpp>
#include <cstring>

#include "models/configs/data_directory.h"
#include "sim/cosim/rtl_build.h"
#include "sim/cosim/rtl_machine.h"
#include "sim/rungs/device_memory.h"
#include "tests/sim/top/scan_lists.h"
#include "tests/support/design_points.h"
#include "tests/support/rung_agreement.h"

using namespace scansim;

namespace {

const device_options random_memory{.memory_model = "random", .seed = 77};

test::scan_list legal_list(const design_point& point, uint64_t seed) {
  for (;; ++seed) {
    std::mt19937_64 random(seed);
    test::scan_list list = test::random_list(point, random);
    const auto device = make_hls_device(point);
    const auto outcome =
        test::outcome_of(*device, {list.address, static_cast<uint32_t>(list.scans.size())}, list.image);
    if (test::error_of(outcome) == csr::error_code::none && list.scans.size() > 1) return list;
  }
}

rtl_machine machine_of(const design_point& point, rtl_kind kind = rtl_kind::plain) {
  return rtl_machine(
      build_rtl_library(point, default_rtl_build(false, false, kind)), point.axi_bytes(),
      [point] { return make_memory(point, random_memory); }, "", false, 5);
}

struct finished_run {
  uint32_t status = 0, cycles = 0;
  std::vector<uint8_t> memory;
  bool operator==(const finished_run&) const = default;
};

void start(rtl_machine& machine, const test::scan_list& list, uint64_t base) {
  machine.write_csr(csr::desc_addr_lo, static_cast<uint32_t>(base + list.address));
  machine.write_csr(csr::desc_addr_hi, static_cast<uint32_t>((base + list.address) >> 32));
  machine.write_csr(csr::desc_count, static_cast<uint32_t>(list.scans.size()));
  machine.write_csr(csr::control, 1);
}

finished_run run_list(rtl_machine& machine, const test::scan_list& list, uint64_t base = 0) {
  finished_run run;
  run.memory = list.image;
  machine.set_memory(run.memory, base);
  start(machine, list, base);
  machine.run_until_idle();
  run.status = machine.read_csr(csr::status);
  run.cycles = machine.read_csr(csr::counters);
  return run;
}

// The list with its regions `base` bytes higher.
test::scan_list moved(test::scan_list list, uint64_t base) {
  for (size_t i = 0; i < list.scans.size(); ++i) {
    hls::scan_descriptor d = list.scans[i].descriptor;
    for (uint64_t* address : {&d.addr_u, &d.addr_delta, &d.addr_z, &d.addr_b, &d.addr_c, &d.addr_a,
                              &d.addr_db, &d.addr_h0, &d.addr_y, &d.addr_ht})
      *address += base;
    uint32_t words[hls::descriptor_words];
    hls::encode_descriptor(d, words);
    std::memcpy(list.image.data() + list.address + i * hls::descriptor_bytes, words, sizeof words);
  }
  return list;
}

struct broken_rule {
  csr::error_code code;
  void (*breaks)(hls::scan_descriptor&);
};

// In the order of sim/README.md, section 6.2.
const broken_rule scan_rules[] = {
    {csr::error_code::lane_groups, [](hls::scan_descriptor& d) { d.lane_groups = 0; }},
    {csr::error_code::passes, [](hls::scan_descriptor& d) { d.passes = 0; }},
    {csr::error_code::num_chunks, [](hls::scan_descriptor& d) { d.num_chunks = 0; }},
    {csr::error_code::chunk_tokens, [](hls::scan_descriptor& d) { d.chunk_tokens = 0x7fff; }},
    {csr::error_code::rest_tokens, [](hls::scan_descriptor& d) { d.rest_tokens = 0; }},
};

// A memory that answers late and takes many bursts meanwhile; the others as they are.
design_point with_memory(design_point point, const std::string& memory) {
  if (memory == "latency")
    point.memory_settings = {{"read_latency_cycles", "400"}, {"read_queue_bursts", "64"}};
  return point;
}

// What a memory that takes less than the machine may do says of a run.
std::string refused_by(const design_point& point, const test::scan_list& list, const axi_limits& limits) {
  rtl_machine machine(
      build_rtl_library(point, default_rtl_build(false)), point.axi_bytes(),
      [point] { return make_memory(with_memory(point, "latency"), {.memory_model = "latency"}); }, "", false,
      5, limits);
  try {
    run_list(machine, list);
  } catch (const tool_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("machine edges: a descriptor count of 0 is one descriptor, on every rung", "[machine][rtl]") {
  const design_point point = test::narrow_point();
  const test::scan_list list = legal_list(point, 9101);
  const auto hls = make_hls_device(point), systemc = make_systemc_device(point, random_memory),
             rtl = make_rtl_device(point, random_memory);
  const auto one = test::outcome_of(*rtl, {list.address, 1}, list.image);
  for (const uint32_t count : {0u, 0x10000u}) {  // the machine counts in 16 bits
    CAPTURE(count);
    const auto none = test::outcome_of(*rtl, {list.address, count}, list.image);
    test::check_status_and_counters(one, none);
    test::check_memory(one, none);
    test::check_status_and_counters(test::outcome_of(*systemc, {list.address, count}, list.image), none);
    const auto above = test::outcome_of(*hls, {list.address, count}, list.image);
    test::check_status_and_counters(above, none, test::without_time);
  }
}

TEST_CASE("machine edges: a list of 255 descriptors and one of 256 run to their end, on every rung",
          "[machine][rtl]") {
  const design_point point = test::narrow_point();
  test::scan_list list = legal_list(point, 9107);
  const auto first = list.image.begin() + static_cast<std::ptrdiff_t>(list.address);
  const std::vector<uint8_t> scan(first, first + hls::descriptor_bytes);
  list.image.resize(list.address);
  for (int i = 0; i < 256; ++i) list.image.insert(list.image.end(), scan.begin(), scan.end());
  const auto hls = make_hls_device(point), systemc = make_systemc_device(point, {}),
             rtl = make_rtl_device(point, {});
  for (const uint32_t count : {255u, 256u}) {
    CAPTURE(count);
    const auto above = test::outcome_of(*hls, {list.address, count}, list.image);
    const auto timed = test::outcome_of(*systemc, {list.address, count}, list.image);
    const auto below = test::outcome_of(*rtl, {list.address, count}, list.image);
    CHECK(test::error_of(below) == csr::error_code::none);
    test::check_status_and_counters(timed, below);
    test::check_status_and_counters(above, below, test::without_time);
    const packed_scan& same = list.scans[0];
    CHECK(read_outputs(same, point, above.memory).y == read_outputs(same, point, below.memory).y);
  }
}

TEST_CASE("machine edges: of two rules broken at once the first is reported, on every rung",
          "[machine][rtl]") {
  const design_point point = test::narrow_point();
  const auto hls = make_hls_device(point), systemc = make_systemc_device(point, random_memory),
             rtl = make_rtl_device(point, random_memory);
  hls::scan_descriptor legal;
  legal.lane_groups = 1, legal.passes = 1, legal.num_chunks = 1, legal.chunk_tokens = 1,
  legal.rest_tokens = 1;
  for (size_t first = 0; first < std::size(scan_rules); ++first) {
    for (size_t second = first; second < std::size(scan_rules); ++second) {
      hls::scan_descriptor d = legal;
      scan_rules[first].breaks(d), scan_rules[second].breaks(d);
      uint32_t words[hls::descriptor_words];
      hls::encode_descriptor(d, words);
      std::vector<uint8_t> image(4096);
      std::memcpy(image.data(), words, sizeof words);
      CAPTURE(first, second);
      for (device* machine : {hls.get(), systemc.get(), rtl.get()}) {
        CAPTURE(machine->rung());
        CHECK(test::error_of(test::outcome_of(*machine, {0, 1}, image)) == scan_rules[first].code);
        image[0] = 0xff;  // and no opcode: that comes before all
        CHECK(test::error_of(test::outcome_of(*machine, {0, 1}, image)) == csr::error_code::opcode);
        image[0] = static_cast<uint8_t>(words[0]);
      }
    }
  }
}

TEST_CASE("machine edges: a reset in the middle of a run leaves nothing behind", "[machine][rtl]") {
  const design_point point = test::narrow_point();
  const test::scan_list list = legal_list(point, 9102);
  for (const rtl_kind kind : {rtl_kind::plain, rtl_kind::randinit}) {
    rtl_machine machine = machine_of(point, kind);
    const finished_run whole = run_list(machine, list);
    CAPTURE(rtl_kind_names()[static_cast<size_t>(kind)], whole.cycles);
    REQUIRE(whole.cycles > 200);
    for (uint32_t at = 1; at < whole.cycles; at += 1 + whole.cycles / 23) {
      std::vector<uint8_t> memory = list.image;
      machine.set_memory(memory);
      start(machine, list, 0);
      const uint64_t until = machine.start_tick() + at;
      while (machine.ticks() < until) machine.read_csr(csr::status);
      machine.reset();
      CAPTURE(at);
      CHECK(machine.read_csr(csr::status) == 0);
      REQUIRE(run_list(machine, list) == whole);
    }
  }
}

TEST_CASE("machine edges: memory above 4 GiB is like memory below", "[machine][rtl]") {
  const design_point point = test::narrow_point();
  const test::scan_list list = legal_list(point, 9103);
  rtl_machine machine = machine_of(point);
  const finished_run below = run_list(machine, moved(list, 0));
  const uint64_t size = (list.image.size() + 4095) / 4096 * 4096;
  for (const uint64_t base : {uint64_t{1} << 32, (uint64_t{1} << 33) - 4096, (uint64_t{1} << 40) - size}) {
    CAPTURE(base);
    const finished_run above = run_list(machine, moved(list, base), base);
    CHECK(above.status == below.status);
    CHECK(above.cycles == below.cycles);
    std::vector<uint8_t> outputs = above.memory, want = below.memory;
    const auto descriptors = static_cast<std::ptrdiff_t>(list.address);  // they name other addresses
    const auto end = descriptors + static_cast<std::ptrdiff_t>(list.scans.size()) * hls::descriptor_bytes;
    std::fill(outputs.begin() + descriptors, outputs.begin() + end, uint8_t{0});
    std::fill(want.begin() + descriptors, want.begin() + end, uint8_t{0});
    CHECK(outputs == want);
  }
}

TEST_CASE("machine edges: the longest bursts and tiles and the most reads open, systemc as rtl",
          "[machine][rtl]") {
  struct edge {
    int max_burst, state_bits, state_capacity;
    axi_limits one_less;
    const char* refused;
  };
  for (const edge& at :
       {edge{256, 17, 2048, {255}, "at most 255"}, edge{1, 32, 256, {1, 63}, "more than 63 reads open"}}) {
    design_point point = test::narrow_point();
    point.name = "longest";
    point.axi_max_burst = at.max_burst, point.chunk_tokens = 256, point.read_outstanding = 64,
    point.tile_buffers = 8;
    // Values that no other machine of these tests has.
    point.exp_segments = 32, point.state_bits = at.state_bits, point.state_capacity = at.state_capacity;
    std::string refused;  // so the machine does as much
    for (const uint64_t seed : {9104, 9105, 9106, 9107}) {
      const test::scan_list list = legal_list(point, seed);
      for (const char* memory : {"ideal", "random", "latency", "dram-ddr4"}) {
        CAPTURE(at.max_burst, seed, memory);
        const device_options options{.memory_model = memory, .seed = seed};
        const design_point fed = with_memory(point, memory);
        const auto systemc = make_systemc_device(fed, options), rtl = make_rtl_device(fed, options);
        const auto count = static_cast<uint32_t>(list.scans.size());
        const auto above = test::outcome_of(*systemc, {list.address, count}, list.image);
        const auto below = test::outcome_of(*rtl, {list.address, count}, list.image);
        test::check_status_and_counters(above, below);
        for (const packed_scan& scan : list.scans)
          CHECK(read_outputs(scan, point, above.memory).y == read_outputs(scan, point, below.memory).y);
      }
      refused += refused_by(point, list, at.one_less);
    }
    CHECK_THAT(refused, Catch::Contains(at.refused));
  }
}
