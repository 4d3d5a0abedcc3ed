// Short lists of random descriptors of the units on every rung, most of them with an illegal one: each rule
// of sim/PROGRAM.md, section 6, broken by one step, and each limit just kept. Status, memory, cycles and
// every counter equal between systemc and rtl, status and memory also on hls, the error code that of
// check_unit_descriptor. The machine stops cleanly: behind every list a legal one runs on the same devices.
// One small design point, several memory models.
#include <catch2/catch.hpp>

#include "tests/sim/top/unit_rules.h"
#include "tests/support/campaign.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

using csr::error_code;
using test::descriptor_image;
using test::encoded;
using test::rule;
using test::unit_lists;
using test::unit_memory;

test::machine_outcome run(device& machine, const std::vector<descriptor_image>& list) {
  std::memcpy(machine.memory().data() + unit_memory::descriptors, list.data(), list.size() * sizeof list[0]);
  return test::outcome_of(machine, {unit_memory::descriptors, static_cast<uint32_t>(list.size())});
}

// One machine on every rung, with the same memory behind it.
class rungs {
 public:
  rungs(const std::string& memory_model, uint64_t seed, const memory_settings& settings = {})
      : point_(small_point(settings)), lists(point_, seed) {
    const device_options options{.memory_model = memory_model, .seed = seed, .wave_path = ""};
    devices_[0] = make_hls_device(point_);
    devices_[1] = make_systemc_device(point_, options);
    devices_[2] = make_rtl_device(point_, options);
    const std::vector<uint8_t> image = lists.image();
    for (const auto& device : devices_) {
      device->resize_memory(image.size());
      std::memcpy(device->memory().data(), image.data(), image.size());
    }
    CHECK(check_equal(lists.setup()) == error_code::none);
    check_legal_run();
  }

  // The error code of the run, on every rung.
  error_code check_equal(const std::vector<descriptor_image>& list) {
    const test::machine_outcome hls = run(*devices_[0], list), systemc = run(*devices_[1], list),
                                rtl = run(*devices_[2], list);
    test::check_status_and_counters(systemc, rtl);
    test::check_memory(systemc, rtl);
    CHECK(hls.status == rtl.status);
    test::check_memory(hls, rtl);
    return test::error_of(rtl);
  }

  // Every unit once, and what it wrote into memory.
  void check_legal_run() {
    const uint16_t slice = static_cast<uint16_t>(lists.shape.scratch_words / 8);
    std::vector<descriptor_image> list = {encoded(lists.index_used(0)), encoded(lists.conv(1)),
                                          encoded(lists.norm(2)),
                                          lists.coin() ? encoded(lists.hadamard(3)) : encoded(lists.scan(3))};
    for (uint16_t slot = 0; slot < 4; ++slot) {
      hls::transfer_descriptor d = lists.store(slot);
      d.words = slice, d.scratch = static_cast<uint16_t>((4 + slot) * slice), d.newer = 0;
      list.push_back(encoded(d));
    }
    CHECK(check_equal(list) == error_code::none);
  }

 private:
  static design_point small_point(const memory_settings& settings) {
    design_point point = test::small_units_point();
    point.memory_settings = settings;
    return point;
  }

  design_point point_;
  std::unique_ptr<device> devices_[3];

 public:
  unit_lists lists;
};

const char* const memory_models[] = {"ideal", "random", "latency", "dram-ddr4"};

}  // namespace

TEST_CASE("unit_agreement systemc agrees with rtl on lists with an illegal descriptor",
          "[machine][systemc][rtl]") {
  const std::vector<rule> rules = test::unit_rules();
  for (size_t m = 0; m < std::size(memory_models); ++m) {
    const uint64_t seed = test::campaign_of(m + 1, 1).seed;  // every rule, whatever the seed
    rungs machine(memory_models[m], seed);
    for (size_t r = 0; r < rules.size(); ++r) {
      CAPTURE(memory_models[m], seed, rules[r].name);
      const descriptor_image broken = rules[r].make(machine.lists);
      CHECK(test::code_of(broken, machine.lists.shape) == rules[r].code);
      std::vector<descriptor_image> list;
      for (size_t before = machine.lists.random()() % 3; list.size() < before;) machine.lists.add_any(list);
      list.push_back(broken);
      if (rules[r].code != error_code::none && list.size() < 4 && machine.lists.coin())
        machine.lists.add_any(list);
      CHECK(machine.check_equal(list) == rules[r].code);
      if ((r + m) % 4 == 0) machine.check_legal_run();
    }
  }
}

TEST_CASE("unit_agreement systemc agrees with rtl on legal lists", "[machine][systemc][rtl]") {
  for (size_t m = 0; m < std::size(memory_models); ++m) {
    const auto [seed, count] = test::campaign_of(10 + m, 150);
    rungs machine(memory_models[m], seed);
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
  rungs machine("random", 20);
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

// Of an opcode, legal behind any other: what it reads stood there before the list.
descriptor_image any_of(map::opcode code, unit_lists& lists, int slot) {
  switch (code) {
    case map::opcode::scan:
      return encoded(lists.scan(slot));
    case map::opcode::load:
      return encoded(lists.load(slot));
    case map::opcode::store:
      for (;;)
        if (const auto d = lists.store(slot); d.scratch < lists.shape.scratch_words / 2) return encoded(d);
    case map::opcode::params:  // one memory a slot: nothing tells a clear from beats that are to come
      return encoded(lists.params(slot == 0 ? hls::parameter_target::weights : hls::parameter_target::norm));
    case map::opcode::gemm:
      return encoded(lists.gemm(slot));
    case map::opcode::conv:
      return encoded(lists.conv(slot));
    case map::opcode::norm:
      return encoded(lists.norm(slot));
    case map::opcode::hadamard:
      return encoded(lists.hadamard(slot));
  }
  return {};
}

enum class fence : uint8_t { none, all, newer };

void set_fence(descriptor_image& image, fence kind, unit_lists& lists) {
  uint32_t words[hls::descriptor_words];
  std::copy(image.begin(), image.end(), words);
  map::put_field(words, map::fence_field, kind != fence::none);
  map::put_field(words, map::newer_field, kind == fence::newer ? static_cast<uint64_t>(lists.upto(6)) : 0);
  std::copy(std::begin(words), std::end(words), image.begin());
}

TEST_CASE("unit_agreement every opcode runs behind each, with every fence", "[machine][systemc][rtl]") {
  rungs machine("random", 40);
  for (size_t a = 0; a < std::size(map::opcodes); ++a)
    for (size_t b = 0; b < std::size(map::opcodes); ++b) {
      CAPTURE(map::opcodes[a].name, map::opcodes[b].name);
      std::vector<descriptor_image> list = {any_of(map::opcodes[a].code, machine.lists, 0),
                                            any_of(map::opcodes[b].code, machine.lists, 1)};
      for (size_t i = 0; i < list.size(); ++i)
        if (map::opcodes[i == 0 ? a : b].code != map::opcode::params)
          set_fence(list[i], static_cast<fence>((a + b) % 3), machine.lists);
      CHECK(machine.check_equal(list) == error_code::none);
      if (b == 0) machine.check_legal_run();
    }
}

// The list is loaded by the descriptor before the product. A memory that takes longer for a beat than a
// product for its first word delivers it too late.
TEST_CASE("unit_agreement a product waits for a list that is still on its way", "[machine][systemc][rtl]") {
  rungs machine("latency", 30, {{"bytes_per_cycle", "0.125"}});
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
