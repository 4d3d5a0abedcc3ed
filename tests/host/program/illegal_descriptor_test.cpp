// Illegal descriptors (tests/sim/top/unit_rules.h) behind long transfers that are still under way, on the
// shipped point with units: systemc and rtl stop with the same error code, the one of the check, in the same
// cycle with every counter equal; afterwards the same machines run a legal program with the right result.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "hls/map/csr_map.h"
#include "tests/host/program/program_rungs.h"
#include "tests/sim/top/unit_rules.h"

using namespace scansim;

namespace {

using test::encoded;
using words = test::descriptor_image;

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
  const csr::error_code code = test::code_of(illegal, shape);
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
    test::unit_lists lists(point, seed);
    for (const test::rule& rule : test::unit_rules()) {
      if (rule.code == csr::error_code::none) continue;
      CAPTURE(memory, seed, rule.name);
      check_list(rule.make(lists), seed++, point, *systemc, *rtl);
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
