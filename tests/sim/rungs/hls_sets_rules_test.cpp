// What a scan with sets may be (sim/SETS.md, section 5) on the hls device: each rule broken alone ends the
// run with its code before anything is computed or moved.
#include <catch2/catch.hpp>

#include "hls/scan/set_descriptor.h"
#include "tests/sim/rungs/set_case.h"
#include "tests/support/design_points.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

using csr::error_code;

// 2 lanes of 4 states, T 8, words of 8 bytes: 64 rows of B, 24 entries of lists, interleave 4.
const design_point& set_point() {
  static const design_point point = with_sets(narrow_point(), 3);
  return point;
}

constexpr uint64_t far_region = 0x80000;  // of zeros, but for y
constexpr size_t y_bytes = 4096;

struct set_program {
  hls::scan_descriptor scan;
  std::vector<hls::set_descriptor> sets;
};

set_program legal_program(int sets) {
  set_program p;
  p.scan.sets = static_cast<uint8_t>(sets);
  p.scan.has_z = true;
  p.scan.lane_groups = 2, p.scan.passes = 1, p.scan.num_chunks = 1;
  p.scan.chunk_tokens = p.scan.rest_tokens = 8;
  p.scan.addr_u = p.scan.addr_z = far_region;
  for (int k = 0; k < sets; ++k) {
    hls::set_descriptor& s = p.sets.emplace_back();
    s.positions = 8, s.states = 1, s.n0 = s.n1 = 1;
    s.addr_list = s.addr_delta = s.addr_b = s.addr_c = s.addr_a = s.addr_db = far_region;
  }
  return p;
}

uint32_t status_of(error_code code) {
  if (code == error_code::none) return csr::status_done;
  return csr::status_done | csr::status_error | static_cast<uint32_t>(code) << csr::status_error_code_shift;
}

// Runs what `add` puts into a bench; an illegal list leaves y and every event but the fetches alone.
template <class Add>
void check_run(const design_point& point, error_code code, uint64_t fetched, Add add) {
  device_bench bench(point);
  const std::vector<uint8_t> before(y_bytes, 0xa5);
  const uint64_t y = bench.place(before);
  add(bench, y);
  CHECK(bench.run() == status_of(code));
  if (code == error_code::none) return;
  CHECK(bench.read(y, y_bytes) == before);
  CHECK(bench.counter("scan_tokens", "tokens") == 0);
  CHECK(bench.counter("dma", "dram_read_bytes") == 128 * fetched);
  CHECK(bench.counter("dma", "dram_write_bytes") == 0);
}

// `fetched`: descriptors up to the one that is refused; behind a legal scan all its records are.
void check_program(const design_point& point, const set_program& p, error_code code, uint64_t fetched) {
  const uint64_t read = fetched > 1 ? std::max<uint64_t>(fetched, 1 + p.scan.sets) : 1;
  check_run(point, code, read, [&](device_bench& bench, uint64_t y) {
    hls::scan_descriptor scan = p.scan;
    scan.addr_y = y;
    bench.add(scan);
    for (const hls::set_descriptor& set : p.sets) bench.add(set);
  });
}

struct broken_scan {
  const char* rule;
  error_code code;
  void (*change)(set_program&);
};
struct broken_record {
  const char* rule;
  error_code code;
  void (*change)(hls::set_descriptor&);
};

}  // namespace

TEST_CASE("hls_sets_rules hls a scan that breaks a rule of sets is refused", "[unit][hls]") {
  const broken_scan cases[] = {
      {"legal", error_code::none, [](set_program&) {}},
      {"first_group means nothing", error_code::none, [](set_program& p) { p.scan.first_group = 65535; }},
      {"any number of lane groups", error_code::none, [](set_program& p) { p.scan.lane_groups = 40; }},
      {"strides mean nothing", error_code::none, [](set_program& p) { p.scan.stride_y = -64; }},
      {"B fills its memory", error_code::none, [](set_program& p) { p.scan.passes = 4; }},
      {"more than max_sets", error_code::sets, [](set_program& p) { p = legal_program(4); }},
      {"no record follows", error_code::sets, [](set_program& p) { p.sets.clear(); }},
      {"too few follow", error_code::sets, [](set_program& p) { p.sets.pop_back(); }},
      {"two chunks", error_code::sets, [](set_program& p) { p.scan.num_chunks = 2; }},
      {"reverse", error_code::sets, [](set_program& p) { p.scan.reverse = true; }},
      {"resume", error_code::sets, [](set_program& p) { p.scan.resume = true; }},
      {"keep", error_code::sets, [](set_program& p) { p.scan.keep = true; }},
      {"banked", error_code::sets, [](set_program& p) { p.scan.banked = true; }},
      {"two tokens a row", error_code::none, [](set_program& p) { p.scan.log2_packed = 1; }},
      {"four, each of one state", error_code::none, [](set_program& p) { p.scan.log2_packed = 2; }},
      {"eight of a row of four", error_code::sets, [](set_program& p) { p.scan.log2_packed = 3; }},
      {"packed, two passes", error_code::sets,
       [](set_program& p) { p.scan.log2_packed = 1, p.scan.passes = 2; }},
      {"no lane groups", error_code::lane_groups, [](set_program& p) { p.scan.lane_groups = 0; }},
      {"no passes, before the rules of sets", error_code::passes,
       [](set_program& p) { p.scan.passes = 0, p.scan.num_chunks = 2; }},
      {"no rest", error_code::rest_tokens,
       [](set_program& p) { p.scan.rest_tokens = 0, p.scan.banked = true; }},
  };
  for (const broken_scan& one : cases) {
    CAPTURE(one.rule);
    set_program p = legal_program(2);
    one.change(p);
    check_program(set_point(), p, one.code, 1);
  }
  set_program three = legal_program(3);
  three.scan.passes = 4;  // its third record finds no room for B
  check_program(set_point(), three, error_code::sets, 4);
}

TEST_CASE("hls_sets_rules hls flags of a machine with units do not go with sets", "[unit][hls]") {
  const design_point point = with_sets(load_design_point("block-tiny", config_directory()), 3);
  const broken_scan cases[] = {
      {"legal", error_code::none, [](set_program&) {}},
      {"local, packed", error_code::sets,
       [](set_program& p) { p.scan.local = true, p.scan.log2_packed = 1; }},
      {"resume", error_code::sets, [](set_program& p) { p.scan.resume = true; }},
      {"keep", error_code::sets, [](set_program& p) { p.scan.keep = true; }},
  };
  for (const broken_scan& one : cases) {
    CAPTURE(one.rule);
    set_program p = legal_program(2);
    p.scan.addr_z = p.scan.addr_u = 0x8000;  // inside the scratch too
    p.scan.lane_groups = u16(point.interleave);
    one.change(p);
    check_run(point, one.code, 1, [&](device_bench& bench, uint64_t y) {
      p.scan.addr_y = p.scan.local ? 0 : y;
      bench.add(p.scan);
      for (const hls::set_descriptor& set : p.sets) bench.add(set);
    });
  }
}

TEST_CASE("hls_sets_rules hls a record that breaks a rule is refused, the first or the last", "[unit][hls]") {
  const broken_record cases[] = {
      {"no positions", error_code::sets, [](hls::set_descriptor& s) { s.positions = 0; }},
      {"no states", error_code::sets, [](hls::set_descriptor& s) { s.states = 0; }},
      {"4 states in a row of 4", error_code::none, [](hls::set_descriptor& s) { s.states = 4; }},
      {"5 states in a row of 4", error_code::sets, [](hls::set_descriptor& s) { s.states = 5; }},
      {"map_u 5", error_code::sets, [](hls::set_descriptor& s) { s.map_u = 5; }},
      {"map_p 6", error_code::sets, [](hls::set_descriptor& s) { s.map_p = 6; }},
      {"map_out 7, with a list", error_code::sets,
       [](hls::set_descriptor& s) { s.map_out = 7, s.has_list = true; }},
      {"row a of no list", error_code::sets, [](hls::set_descriptor& s) { s.map_p = 3; }},
      {"row b of no list", error_code::sets, [](hls::set_descriptor& s) { s.map_out = 4; }},
      {"row a of a list", error_code::none, [](hls::set_descriptor& s) { s.map_p = 3, s.has_list = true; }},
      {"no lines", error_code::sets, [](hls::set_descriptor& s) { s.map_u = 2, s.n1 = 0; }},
      {"lines of nothing", error_code::sets, [](hls::set_descriptor& s) { s.map_out = 2, s.n0 = 0; }},
      {"no lines where none is wanted", error_code::none, [](hls::set_descriptor& s) { s.n0 = s.n1 = 0; }},
      {"a gate", error_code::none, [](hls::set_descriptor& s) { s.gate = true; }},
      {"a linear gate", error_code::none, [](hls::set_descriptor& s) { s.gate = s.linear_gate = true; }},
      {"a linear one without a gate", error_code::sets, [](hls::set_descriptor& s) { s.linear_gate = true; }},
      {"25 entries of a list", error_code::sets,
       [](hls::set_descriptor& s) {
         s.positions = 25, s.has_list = true, s.map_u = s.map_p = s.map_out = 2;
       }},
      {"24 entries of a list", error_code::none,
       [](hls::set_descriptor& s) {
         s.positions = 24, s.has_list = true, s.map_u = s.map_p = s.map_out = 2;
       }},
  };
  for (const broken_record& one : cases) {
    for (const size_t at : {size_t{0}, size_t{2}}) {
      CAPTURE(one.rule, at);
      set_program p = legal_program(3);
      one.change(p.sets[at]);
      check_program(set_point(), p, one.code, 2 + at);
    }
  }
}

TEST_CASE("hls_sets_rules hls a packed row has less room for states and more for tokens", "[unit][hls]") {
  set_program p = legal_program(3);
  p.scan.log2_packed = 1;
  p.sets[2].states = 2;
  check_program(set_point(), p, error_code::none, 4);
  p.sets[2].states = 3;
  check_program(set_point(), p, error_code::sets, 4);
}

TEST_CASE("hls_sets_rules hls lists fill their memory together, in whole beats", "[unit][hls]") {
  set_program p = legal_program(3);
  for (hls::set_descriptor& s : p.sets) s.has_list = true;
  check_run(set_point(), error_code::none, 8, [&](device_bench& bench, uint64_t y) {
    p.scan.addr_y = y;
    for (int scan = 0; scan < 2; ++scan) {  // the next scan has all of it again
      bench.add(p.scan);
      for (const hls::set_descriptor& s : p.sets) bench.add(s);
    }
  });
  for (hls::set_descriptor& s : p.sets) s.positions = 7;  // 8 entries each
  p.sets[0].positions = 8;
  check_program(set_point(), p, error_code::none, 4);
  p.sets[0].map_u = p.sets[0].map_p = p.sets[0].map_out = 2;
  p.sets[0].positions = 9;
  check_program(set_point(), p, error_code::sets, 4);
}

TEST_CASE("hls_sets_rules hls a gate needs the z of its scan", "[unit][hls]") {
  set_program p = legal_program(2);
  p.sets[1].gate = true, p.scan.has_z = false;
  check_program(set_point(), p, error_code::sets, 3);
}

TEST_CASE("hls_sets_rules hls another descriptor where a record is due, and one where none is",
          "[unit][hls]") {
  const set_program p = legal_program(2);
  const auto with_words = [](uint32_t first) {
    return [first](device_bench& bench) {
      uint32_t words[hls::descriptor_words] = {first};
      bench.add_words(words);
    };
  };
  const auto check_second = [&](auto add_other) {
    check_run(set_point(), error_code::sets, 3, [&](device_bench& bench, uint64_t y) {
      hls::scan_descriptor scan = p.scan;
      scan.addr_y = y;
      bench.add(scan), bench.add(p.sets[0]);
      add_other(bench);
      bench.add(p.sets[1]);
    });
  };
  check_second(with_words(200));
  check_second(with_words(static_cast<uint32_t>(map::opcode::gemm)));
  check_second([&](device_bench& bench) { bench.add(p.scan); });
  const auto alone = [&](device_bench& bench, uint64_t) { bench.add(p.sets[0]); };
  check_run(set_point(), error_code::sets, 1, alone);
  check_run(narrow_point(), error_code::opcode, 1, alone);
  check_run(load_design_point("block-tiny", config_directory()), error_code::opcode, 1, alone);
  check_program(narrow_point(), p, error_code::sets, 1);

  device_bench bench(set_point());
  hls::scan_descriptor scan = p.scan;
  scan.addr_y = bench.place(size_t{y_bytes});
  bench.add(scan), bench.add(p.sets[0]), bench.add(p.sets[1]), bench.add(p.sets[1]);
  CHECK(bench.run() == status_of(error_code::sets));
  CHECK(bench.counter("scan_tokens", "tokens") == 16);  // of the scan before
  bench.add(scan), bench.add(p.sets[0]), bench.add(p.scan);
  CHECK(bench.run() == status_of(error_code::sets));
  bench.add(scan), bench.add(p.sets[0]), bench.add(p.sets[1]);  // nothing is due from the run before
  CHECK(bench.run() == csr::status_done);
}

TEST_CASE("hls_sets_rules hls an address outside memory, or a row outside its tile, is a tool error",
          "[unit][hls]") {
  const auto run = [](auto change) {
    device_bench bench(set_point());
    set_program p = legal_program(2);
    p.scan.addr_y = bench.place(size_t{y_bytes});
    change(p);
    bench.add(p.scan), bench.add(p.sets[0]), bench.add(p.sets[1]);
    bench.run();
  };
  run([](set_program&) {});
  run([](set_program& p) { p.sets[0].addr_ht = 1 << 30, p.sets[0].addr_h0 = 1 << 30; });
  constexpr uint64_t outside = 1 << 30;
  uint64_t hls::set_descriptor::*const addresses[] = {
      &hls::set_descriptor::addr_delta, &hls::set_descriptor::addr_b,   &hls::set_descriptor::addr_c,
      &hls::set_descriptor::addr_a,     &hls::set_descriptor::addr_db,  &hls::set_descriptor::addr_h0,
      &hls::set_descriptor::addr_ht,    &hls::set_descriptor::addr_list};
  for (const auto address : addresses) {
    for (const uint64_t at : {outside, far_region + 4}) {
      CHECK_THROWS_AS(run([&](set_program& p) {
                        p.sets[1].has_h0 = p.sets[1].store_state = p.sets[1].has_list = true;
                        p.sets[1].*address = at;
                      }),
                      tool_error);
    }
  }
  for (const auto address :
       {&hls::scan_descriptor::addr_u, &hls::scan_descriptor::addr_z, &hls::scan_descriptor::addr_y})
    CHECK_THROWS_AS(run([&](set_program& p) { p.scan.*address = outside; }), tool_error);
  CHECK_THROWS_WITH(run([](set_program& p) { p.sets[1].positions = 9; }),
                    Catch::Contains("position 8 of set 1: row 8 of u, which has 8"));
  CHECK_THROWS_WITH(run([](set_program& p) { p.scan.rest_tokens = 7; }),
                    Catch::Contains("position 7 of set 0: row 7 of y, which has 7"));
  CHECK_THROWS_WITH(run([](set_program& p) { p.sets[0].map_p = 2, p.sets[0].base = 8; }),
                    Catch::Contains("position 0 of set 0: row 8 of delta, B and C, which has 8"));
}

// A machine with units: a scan that keeps its state, sets, and one that goes on from that state.
TEST_CASE("hls_sets_rules hls sets leave the state memory alone, but not the slots", "[unit][hls]") {
  const design_point point = with_sets(load_design_point("block-tiny", config_directory()), 3);
  const auto resumed = [&](bool banked, int sets) {
    device_bench bench(point);
    std::mt19937_64 random(1);
    const uint64_t operands = bench.place(random_bytes(size_t{1} << 16, random));
    hls::scan_descriptor d = legal_program(0).scan;
    d.has_z = false, d.banked = banked, d.load_params = d.keep = true;
    for (uint64_t* address : {&d.addr_u, &d.addr_delta, &d.addr_b, &d.addr_c, &d.addr_a, &d.addr_db})
      *address = operands;
    d.addr_y = bench.place(size_t{y_bytes});
    bench.add(d);
    set_program p = legal_program(sets);
    p.scan.addr_y = d.addr_y;
    for (hls::set_descriptor& s : p.sets) s.addr_delta = s.addr_b = s.addr_c = s.addr_a = operands;
    if (sets > 0) bench.add(p.scan);
    for (const hls::set_descriptor& s : p.sets) bench.add(s);
    d.resume = true;
    d.addr_y = bench.place(size_t{y_bytes});
    bench.add(d);
    const uint32_t status = bench.run();  // throws out of here
    CHECK(status == csr::status_done);
    return bench.read(d.addr_y, y_bytes);
  };
  CHECK(resumed(true, 2) == resumed(true, 0));
  CHECK(resumed(false, 0) == resumed(true, 0));
  CHECK_THROWS_AS(resumed(false, 2), tool_error);
}

TEST_CASE("hls_sets_rules hls sums are cut in the order of the sets and counted", "[unit][hls]") {
  device_bench bench(set_point());
  set_case c;
  c.channels = 2, c.states = 4, c.tokens = c.rest = 1;
  c.scan.sets = 3, c.scan.lane_groups = c.scan.passes = 1, c.scan.num_chunks = 1;
  c.scan.chunk_tokens = c.scan.rest_tokens = 1;
  c.u = {64, 64};
  // y = D u: 20480, 20480, -20480 in channel 0; 1280, 0, 64 in channel 1.
  const std::vector<std::vector<int32_t>> skips = {{320, 20}, {320, 0}, {-320, 1}};
  for (const std::vector<int32_t>& d : skips) {
    hls::set_descriptor& s = c.sets.emplace_back();
    s.positions = 1, s.states = 4;
    s.shifts.delta = s.shifts.bias = s.shifts.skip = s.shifts.y = 16;
    c.lists.emplace_back();
    c.operands.push_back({.delta = {0, 0},
                          .b = std::vector<int32_t>(4),
                          .c = std::vector<int32_t>(4),
                          .a = std::vector<int32_t>(8),
                          .h0 = std::vector<int32_t>(8),
                          .bias = {0, 0},
                          .d = d});
  }
  std::mt19937_64 random(1);
  place_case(c, bench, random);
  add_case(c, bench);
  REQUIRE(bench.run() == csr::status_done);
  CHECK(bench.read(c.scan.addr_y, 4) == bytes_of(std::vector<int16_t>{32767 - 20480, 1344}));
  CHECK(bench.counter("gate_silu", "saturations_y") == 1);
  CHECK(bench.counter("gate_silu", "y_add_ops") == 4);
}

}  // namespace scansim::test
