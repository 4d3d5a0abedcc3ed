// Illegal descriptors of the units: every rule of sim/PROGRAM.md, section 6, broken once and at random,
// behind legal transfers that are still under way. systemc and rtl stop with the same error code, the one of
// the check, in the same cycle with every counter equal; afterwards the same machines run a legal program
// with the right result.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "hls/map/csr_map.h"
#include "sim/descriptor_check.h"
#include "sim/unit_check.h"
#include "tests/host/program/program_rungs.h"

using namespace scansim;

namespace {

using words = std::array<uint32_t, hls::descriptor_words>;

template <class Descriptor>
words encoded(const Descriptor& d) {
  uint32_t raw[hls::descriptor_words];
  hls::encode_descriptor(d, raw);
  words w;
  std::copy(std::begin(raw), std::end(raw), w.begin());
  return w;
}

hls::gemm_descriptor legal_gemm(const machine_shape& s) {
  hls::gemm_descriptor d;
  d.tokens = d.x_tokens = 4, d.tiles = 2, d.beats = 2, d.k_words = 1;
  d.n = 4, d.log2_m = 0, d.load_x = d.release_x = true;
  d.y = {64, static_cast<uint16_t>(s.chunk_tokens)};
  return d;
}

// One descriptor per rule, each a step beyond the limit.
std::vector<words> broken_rules(const machine_shape& s) {
  std::vector<words> list;
  const auto gemm = [&](auto change) {
    hls::gemm_descriptor d = legal_gemm(s);
    change(d);
    list.push_back(encoded(d));
  };
  const auto u16 = [](int value) { return static_cast<uint16_t>(value); };
  words unknown{};
  unknown[0] = 9;
  list.push_back(unknown);
  list.push_back(encoded(hls::transfer_descriptor{.words = 0}));
  list.push_back(encoded(hls::transfer_descriptor{.words = 2, .scratch = u16(s.scratch_words - 1)}));
  list.push_back(
      encoded(hls::transfer_descriptor{.store = true, .words = 9, .scratch = u16(s.scratch_words - 8)}));
  list.push_back(encoded(hls::params_descriptor{.beats = 0}));
  list.push_back(
      encoded(hls::params_descriptor{.w4 = true, .memory = hls::parameter_target::shifts, .beats = 1}));
  for (const hls::params_descriptor& d : std::initializer_list<hls::params_descriptor>{
           {.memory = hls::parameter_target::index, .beats = 1, .n = 2, .index_bits = 3, .rows = 0},
           {.memory = hls::parameter_target::index, .beats = 1, .n = 0, .index_bits = 3, .rows = 1},
           {.memory = hls::parameter_target::index, .beats = 1, .n = 5, .index_bits = 3, .rows = 1},
           {.memory = hls::parameter_target::index,
           .beats = 1,
           .n = 2,
           .log2_m = 3,
           .index_bits = 3,
           .rows = 1},
           {.memory = hls::parameter_target::index,
           .beats = 1,
           .n = 2,
           .log2_groups = 7,
           .index_bits = 3,
           .rows = 1},
           {.memory = hls::parameter_target::index, .beats = 1, .n = 2, .index_bits = 15, .rows = 1}})
    list.push_back(encoded(d));
  gemm([&](auto& d) { d.tokens = 0; });
  gemm([&](auto& d) { d.tokens = u16(s.chunk_tokens + 1); });
  gemm([&](auto& d) { d.x_tokens = u16(s.chunk_tokens + 1); });
  gemm([&](auto& d) { d.tiles = 0; });
  gemm([&](auto& d) { d.beats = 0; });
  gemm([&](auto& d) { d.k_words = 0; });
  gemm([&](auto& d) { d.beats = u16(s.axi_bytes / 4 + 1); });
  gemm([&](auto& d) { d.to_z = true, d.wide = true; });
  gemm([&](auto& d) { d.x.address = u16(s.scratch_words); });
  gemm([&](auto& d) { d.y.address = u16(s.scratch_words); });
  gemm([&](auto& d) { d.kind = 2, d.r.address = u16(s.scratch_words); });
  gemm([&](auto& d) { d.k_words = u16(s.gemm_x_words); });
  gemm([&](auto& d) { d.w_row = u16(s.gemm_weight_rows - 3); });
  gemm([&](auto& d) { d.n = 2, d.pos_row = u16(s.gemm_weight_rows - 3); });
  gemm([&](auto& d) { d.shift_row = 511; });
  gemm([&](auto& d) { d.has_bias = true, d.bias_row = 63; });
  hls::conv_descriptor conv;
  conv.tokens = 2, conv.tiles = 1, conv.width = 4;
  for (const int field : {0, 1, 2, 3, 4}) {
    hls::conv_descriptor d = conv;
    if (field == 0) d.tokens = 0;
    if (field == 1) d.tiles = u16(s.channel_words + 1);
    if (field == 2) d.u.address = u16(s.scratch_words);
    if (field == 3) d.has_state = true, d.s = u16(s.scratch_words);
    if (field == 4) d.p_row = u16(2 * s.channel_words);
    list.push_back(encoded(d));
  }
  list.push_back(encoded(hls::norm_descriptor{
      .tokens = 1, .tiles = 1, .w_row = u16(4 * s.channel_words - 1), .x = {}, .y = {}}));
  list.push_back(
      encoded(hls::hadamard_descriptor{.tokens = 1, .tiles = 1, .log2_beats = 0, .x = {}, .y = {}}));
  list.push_back(encoded(
      hls::hadamard_descriptor{.tokens = 1, .tiles = 6, .log2_beats = 0, .order = 5, .x = {}, .y = {}}));
  list.push_back(
      encoded(hls::hadamard_descriptor{.tokens = 1, .tiles = 6, .order = 1, .pass = true, .x = {}, .y = {}}));
  return list;
}

test::machine_outcome run_list(device& machine, const std::vector<words>& list, uint64_t bytes) {
  machine.resize_memory(bytes + list.size() * hls::descriptor_bytes);
  std::memcpy(machine.memory().data() + bytes, list.data(), list.size() * sizeof list[0]);
  return test::outcome_of(machine, {bytes, static_cast<uint32_t>(list.size())});
}

// Legal transfers in front, some of them behind the illegal one.
std::vector<words> list_around(const words& illegal, std::mt19937_64& random, const machine_shape& s) {
  std::vector<words> list;
  const auto transfers = [&](uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      hls::transfer_descriptor d;
      d.store = random() % 2, d.fence = true, d.drain = !d.store && random() % 2;
      d.words = static_cast<uint16_t>(1 + random() % 150);
      d.scratch = static_cast<uint16_t>(random() % 64);
      d.dram = (d.store ? 16384 : 0) + (random() % 8) * static_cast<uint64_t>(s.axi_bytes);
      list.push_back(encoded(d));
    }
  };
  transfers(random() % 4);
  list.push_back(illegal);
  transfers(random() % 2);
  return list;
}

void check_list(const words& illegal, uint64_t seed, const design_point& point, device& systemc,
                device& rtl) {
  const machine_shape shape(point);
  uint32_t raw[hls::descriptor_words];
  std::copy(illegal.begin(), illegal.end(), std::begin(raw));
  const csr::error_code code = check_unit_descriptor(raw, shape);
  REQUIRE(code != csr::error_code::none);
  std::mt19937_64 random(seed);
  const std::vector<words> list = list_around(illegal, random, shape);
  const test::machine_outcome want = run_list(systemc, list, 32768), got = run_list(rtl, list, 32768);
  CHECK(test::error_of(want) == code);
  test::check_status_and_counters(want, got);
}

}  // namespace

TEST_CASE("program illegal descriptors stop systemc and rtl alike and cleanly", "[program][systemc][rtl]") {
  const design_point point = load_design_point("block-tiny", config_directory());
  operator_request request;
  request.name = "rms_norm";
  request.rows = 9, request.size = 96, request.seed = 4;
  const operator_call call = generate_operator(request);
  const program legal = make_operator_program(call, {}, point, "test");
  const std::vector<int32_t> y = operator_on_hls(call, point, "test").y;
  for (const char* memory : {"ideal", "random", "dram-lpddr5"}) {
    const device_options options{.memory_model = memory, .seed = 5, .wave_path = ""};
    const auto systemc = make_systemc_device(point, options), rtl = make_rtl_device(point, options);
    uint64_t seed = 1;
    for (const words& illegal : broken_rules(machine_shape(point))) {
      CAPTURE(memory, seed, illegal[0] & 0xff);
      check_list(illegal, seed++, point, *systemc, *rtl);
    }
    CHECK(run_program(*systemc, legal, point).output("y") == y);
    CHECK(run_program(*rtl, legal, point).output("y") == y);
  }
}

TEST_CASE("program a local scan after another place of operands is refused by both",
          "[program][systemc][rtl]") {
  const design_point point = load_design_point("block-tiny", config_directory());
  hls::scan_descriptor d;
  d.lane_groups = 2, d.passes = 1, d.num_chunks = 1, d.chunk_tokens = d.rest_tokens = 2;
  d.load_params = true;
  d.addr_db = d.addr_a = 4096, d.addr_y = 8192;
  hls::scan_descriptor local = d;
  local.local = local.z_gemm = true;
  hls::scan_descriptor odd = local;
  odd.lane_groups = 1;
  hls::scan_descriptor outside = local;
  outside.addr_y = static_cast<uint64_t>(point.scratch_words) * static_cast<uint64_t>(point.axi_bytes());
  const device_options options;
  const auto systemc = make_systemc_device(point, options), rtl = make_rtl_device(point, options);
  const auto codes = [&](const std::vector<words>& list) {
    const test::machine_outcome want = run_list(*systemc, list, 32768), got = run_list(*rtl, list, 32768);
    test::check_status_and_counters(want, got);
    return test::error_of(want);
  };
  CHECK(codes({encoded(d)}) == csr::error_code::none);
  CHECK(codes({encoded(d), encoded(local)}) == csr::error_code::mode);
  CHECK(codes({encoded(odd)}) == csr::error_code::shape);
  CHECK(codes({encoded(outside)}) == csr::error_code::bounds);
}
