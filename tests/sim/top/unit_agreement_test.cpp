// Short lists of random descriptors of the units on every rung, most of them with an illegal one: each rule
// of sim/PROGRAM.md, section 6, broken by one step, first, in the middle and last, and each limit just kept.
// Status, memory, cycles and every counter equal between systemc and rtl, status and memory also on hls, the
// error code that of check_unit_descriptor. The machine stops cleanly: behind every list a legal one runs on
// the same devices. One small design point, several memory models.
#include <catch2/catch.hpp>

#include "tests/sim/top/unit_rules.h"
#include "tests/sim/top/unit_rungs.h"
#include "tests/support/campaign.h"

namespace scansim {
namespace {

using csr::error_code;
using test::descriptor_image;
using test::encoded;
using test::rule;
using test::unit_lists;
using test::unit_memory;
using test::unit_rungs;

enum class list_place : uint8_t { first, middle, last };

// One or two legal descriptors before it or none, behind an illegal one another that must not run.
std::vector<descriptor_image> list_around(const descriptor_image& broken, list_place place, error_code code,
                                          unit_lists& lists) {
  std::vector<descriptor_image> list;
  const auto before = place == list_place::first ? 0 : static_cast<size_t>(lists.upto(2));
  while (list.size() < before) lists.add_any(list);
  list.push_back(broken);
  const bool followed = place == list_place::middle || (place == list_place::first && lists.coin());
  if (code != error_code::none && followed) list.push_back(encoded(lists.load(3)));
  return list;
}

const char* const memory_models[] = {"ideal", "random", "latency", "dram-ddr4"};

}  // namespace

TEST_CASE("unit_agreement systemc agrees with rtl on lists with an illegal descriptor",
          "[machine][systemc][rtl]") {
  const std::vector<rule> rules = test::unit_rules();
  for (size_t m = 0; m < std::size(memory_models); ++m) {
    const uint64_t seed = test::campaign_of(m + 1, 1).seed;  // every rule, whatever the seed
    unit_rungs machine(memory_models[m], seed);
    for (size_t r = 0; r < rules.size(); ++r) {
      CAPTURE(memory_models[m], seed, rules[r].name);
      const descriptor_image broken = rules[r].make(machine.lists);
      CHECK(test::code_of(broken, machine.lists.shape) == rules[r].code);
      const std::vector<descriptor_image> list =
          list_around(broken, static_cast<list_place>((r + m) % 3), rules[r].code, machine.lists);
      CHECK(machine.check_equal(list) == rules[r].code);
      if ((r + m) % 4 == 0) machine.check_legal_run();
    }
  }
}

TEST_CASE("unit_agreement systemc agrees with rtl on legal lists", "[machine][systemc][rtl]") {
  for (size_t m = 0; m < std::size(memory_models); ++m) {
    const auto [seed, count] = test::campaign_of(10 + m, 150);
    unit_rungs machine(memory_models[m], seed);
    for (int i = 0; i < count; ++i) {
      CAPTURE(memory_models[m], seed, i);
      std::vector<descriptor_image> list;
      for (const auto length = static_cast<size_t>(machine.lists.upto(4)); list.size() < length;)
        machine.lists.add_any(list);
      CHECK(machine.check_equal(list) == error_code::none);
      machine.check_legal_run();
    }
  }
}

TEST_CASE("unit_agreement systemc and rtl refuse a scan of the other place", "[machine][systemc][rtl]") {
  unit_rungs machine("random", 20);
  for (const bool local_first : {true, false}) {
    hls::scan_descriptor local = machine.lists.scan(0), elsewhere = local;
    elsewhere.local = elsewhere.has_z = elsewhere.keep = false;
    elsewhere.addr_u = elsewhere.addr_delta = elsewhere.addr_b = elsewhere.addr_c = unit_memory::loads;
    elsewhere.addr_y = unit_memory::stores;
    const descriptor_image first = encoded(local_first ? local : elsewhere),
                           second = encoded(local_first ? elsewhere : local);
    CHECK(machine.check_equal({first, second, first}) == error_code::mode);
    CHECK(machine.check_equal({first, second}) == error_code::mode);
    CHECK(machine.check_equal({second}) == error_code::none);
    machine.check_legal_run();
  }
}

// The list is loaded by the descriptor before the product. A memory that takes longer for a beat than a
// product for its first word delivers it too late.
TEST_CASE("unit_agreement a product waits for a list that is still on its way", "[machine][systemc][rtl]") {
  unit_rungs machine("latency", 30, {{"bytes_per_cycle", "0.125"}});
  for (int i = 0; i < 8; ++i) {
    CAPTURE(i);
    hls::gemm_descriptor product = machine.lists.gemm(0);
    product.scatter = true, product.gather = i == 3;
    product.tokens = product.x_tokens = static_cast<uint16_t>(machine.lists.shape.chunk_tokens);
    product.k_words = product.beats = product.tiles = 1;
    product.n = 4, product.log2_m = product.log2_groups = 0;
    std::vector<descriptor_image> list = {encoded(machine.lists.params(hls::parameter_target::scatter))};
    if (product.gather) list.push_back(encoded(machine.lists.params(hls::parameter_target::gather)));
    list.push_back(encoded(product));
    CHECK(machine.check_equal(list) == error_code::none);
  }
}

}  // namespace scansim
