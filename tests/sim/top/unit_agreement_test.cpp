// Short lists of random descriptors of the units on every rung, most of them with an illegal one: each rule
// of sim/PROGRAM.md, section 6, broken by one step, and each limit just kept. Status, memory, cycles and
// every counter equal between systemc and rtl, status and memory also on hls, the error code that of
// check_unit_descriptor. The machine stops cleanly: behind every list a legal one runs on the same devices.
// One small design point, several memory models.
#include <catch2/catch.hpp>
#include <functional>

#include "tests/sim/top/unit_lists.h"
#include "tests/support/rung_agreement.h"

namespace scansim {
namespace {

using csr::error_code;
using test::descriptor_image;
using test::encoded;
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

struct rule {
  std::string name;
  error_code code;  // none: at the limit, still legal
  std::function<descriptor_image(unit_lists&)> make;
};

// A legal descriptor of this kind after a change.
template <class Make, class Change>
auto changed(Make make, Change change) {
  return [make, change](unit_lists& lists) {
    auto d = std::invoke(make, lists);
    change(d, lists.shape);
    return encoded(d);
  };
}

class rule_list {
 public:
  std::vector<rule> rules;

  void opcodes() {
    for (const uint32_t opcode : {0u, 9u, 255u})
      rules.push_back(
          {"opcode", error_code::opcode, [opcode](unit_lists&) { return descriptor_image{opcode}; }});
  }
  void transfers() {
    const auto load = [](unit_lists& l) { return l.load(3); };
    const auto store = [](unit_lists& l) { return l.store(3); };
    add("load words 0", error_code::shape, load, [](auto& d, auto&) { d.words = 0; });
    add("load end", error_code::bounds, load,
        [](auto& d, auto& s) { d.scratch = end(s.scratch_words, d.words) + 1; });
    add("load last", error_code::none, load,
        [](auto& d, auto& s) { d.scratch = end(s.scratch_words, d.words); });
    add("store words 0", error_code::shape, store, [](auto& d, auto&) { d.words = 0; });
    add("store address", error_code::bounds, store,
        [](auto& d, auto& s) { d.scratch = end(s.scratch_words, 0); });
    add("store last", error_code::none, store,
        [](auto& d, auto& s) { d.scratch = end(s.scratch_words, d.words); });
  }
  void params() {
    const auto index = [](unit_lists& l) { return l.params(hls::parameter_target::index); };
    const auto any = [](unit_lists& l) {
      return l.params(static_cast<hls::parameter_target>(l.random()() % hls::num_parameter_targets));
    };
    add("params beats 0", error_code::shape, any, [](auto& d, auto&) { d.beats = 0; });
    add(
        "params w4 beats 0", error_code::shape,
        [](unit_lists& l) { return l.params(hls::parameter_target::weights); },
        [](auto& d, auto&) { d.w4 = true, d.beats = 0; });
    for (int m = 1; m < hls::num_parameter_targets; ++m)
      add(
          "params w4 of another memory", error_code::shape,
          [m](unit_lists& l) { return l.params(static_cast<hls::parameter_target>(m)); },
          [](auto& d, auto&) { d.w4 = true; });
    add("index rows 0", error_code::shape, index, [](auto& d, auto&) { d.rows = 0; });
    add("index bits 0", error_code::shape, index, [](auto& d, auto&) { d.index_bits = 0; });
    add("index bits 15", error_code::shape, index, [](auto& d, auto&) { d.index_bits = 15; });
    patterns("index", index);
  }
  void gemm() {
    const auto make = [](unit_lists& l) { return l.gemm(3); };
    add("gemm tokens 0", error_code::tokens, make, [](auto& d, auto&) { d.tokens = 0; });
    add("gemm tokens", error_code::tokens, make,
        [](auto& d, auto& s) { d.tokens = end(s.chunk_tokens, -1); });
    add("gemm x_tokens 0", error_code::tokens, make, [](auto& d, auto&) { d.x_tokens = 0, d.tiles = 0; });
    add("gemm x_tokens", error_code::tokens, make,
        [](auto& d, auto& s) { d.x_tokens = end(s.chunk_tokens, -1); });
    add("gemm tiles 0", error_code::shape, make, [](auto& d, auto&) { d.tiles = 0; });
    add("gemm beats 0", error_code::shape, make, [](auto& d, auto&) { d.beats = 0; });
    add("gemm k_words 0", error_code::shape, make, [](auto& d, auto&) { d.k_words = 0; });
    patterns("gemm", make);
    add("gemm beats", error_code::shape, make, [](auto& d, auto& s) {
      d.beats = u16(d.k_words * (s.axi_bytes / (4 << d.log2_m << d.log2_groups)) + 1);
    });
    add("gemm to_z wide", error_code::shape, make,
        [](auto& d, auto&) { d.to_z = d.wide = true, d.kind = 0; });
    add("gemm to_z residual", error_code::shape, make, [](auto& d, auto&) { d.to_z = true, d.kind = 2; });
    add("gemm to_z raw", error_code::shape, make, [](auto& d, auto&) { d.to_z = true, d.kind = 3; });
    gemm_bounds(make);
  }
  void rows() {
    const auto conv = [](unit_lists& l) { return l.conv(3); };
    const auto norm = [](unit_lists& l) { return l.norm(3); };
    const auto hadamard = [](unit_lists& l) { return l.hadamard(3); };
    row("conv", conv), row("norm", norm), row("hadamard", hadamard);
    add("conv u", error_code::bounds, conv, [](auto& d, auto& s) { d.u.address = end(s.scratch_words, 0); });
    add("conv s", error_code::bounds, conv,
        [](auto& d, auto& s) { d.has_state = true, d.s = end(s.scratch_words, 0); });
    add("conv h", error_code::bounds, conv,
        [](auto& d, auto& s) { d.store_state = true, d.h = end(s.scratch_words, 0); });
    add("conv no s, no h", error_code::none, conv,
        [](auto& d, auto& s) { d.has_state = d.store_state = false, d.s = d.h = end(s.scratch_words, 0); });
    add("conv p_row", error_code::bounds, conv,
        [](auto& d, auto& s) { d.p_row = end(conv_parameter_rows(s), d.tiles - 1); });
    add("norm y", error_code::bounds, norm, [](auto& d, auto& s) { d.y.address = end(s.scratch_words, 0); });
    add("norm w_row", error_code::bounds, norm,
        [](auto& d, auto& s) { d.w_row = end(norm_weight_rows(s), 2 * d.tiles - 1); });
    add("hadamard y", error_code::bounds, hadamard,
        [](auto& d, auto& s) { d.y.address = end(s.scratch_words, 0); });
    add("hadamard order", error_code::shape, hadamard, [](auto& d, auto&) { d.order = 5; });
    add("hadamard size", error_code::shape, hadamard, [](auto& d, auto&) { ++d.log2_beats; });
    add("hadamard blocks", error_code::shape, hadamard,
        [](auto& d, auto&) { d.order = 0, d.log2_beats = 5, d.tiles = 16, d.pass = false; });
    const auto pass = [](auto& d) { d.pass = true, d.order = d.log2_beats = 0; };
    add("hadamard pass tiles", error_code::none, hadamard,
        [=](auto& d, auto& s) { pass(d), d.tiles = u16(s.channel_words); });
    add("hadamard pass too many tiles", error_code::shape, hadamard,
        [=](auto& d, auto& s) { pass(d), d.tiles = u16(s.channel_words + 1); });
    add("hadamard pass order", error_code::shape, hadamard,
        [=](auto& d, auto&) { pass(d), d.order = 1, d.tiles = 6; });
    add("hadamard pass beats", error_code::shape, hadamard,
        [=](auto& d, auto&) { pass(d), d.log2_beats = 1, d.tiles = 1; });
  }
  void scans() {
    const auto make = [](unit_lists& l) { return l.scan(3); };
    add("scan lane_groups 0", error_code::lane_groups, make, [](auto& d, auto&) { d.lane_groups = 0; });
    const auto based = [](int passes, int groups, int beyond) {
      return [=](auto& d, auto& s) {
        d.passes = narrow(passes), d.lane_groups = u16(groups * s.interleave), d.load_params = false;
        d.first_group = u16(s.state_rows / passes - d.lane_groups + beyond);
      };
    };
    for (const int passes : {1, 2})
      for (const int groups : {1, 2})
        add("scan first_group", error_code::lane_groups, make, based(passes, groups, 1));
    add("scan first_group", error_code::lane_groups, make, [](auto& d, auto&) { d.first_group = 0xffff; });
    add("scan passes", error_code::passes, make,
        [](auto& d, auto& s) { d.lane_groups = 1, d.passes = narrow(s.max_passes() + 1); });
    add("scan chunks 0", error_code::num_chunks, make, [](auto& d, auto&) { d.num_chunks = 0; });
    add("scan chunk", error_code::chunk_tokens, make,
        [](auto& d, auto& s) { d.chunk_tokens = end(s.chunk_tokens, -1); });
    add("scan rest", error_code::rest_tokens, make,
        [](auto& d, auto& s) { d.rest_tokens = end(s.chunk_tokens, -1); });
    add("scan part of a tile", error_code::shape, make,
        [](auto& d, auto& s) { d.lane_groups = u16(s.interleave + 1), d.passes = 1; });
    add("scan part of a word", error_code::shape, make,
        [](auto& d, auto& s) { d.lane_groups = u16(s.interleave), d.passes = 3; });
    add("scan u", error_code::bounds, make, [](auto& d, auto& s) { d.addr_u = bytes(s); });
    add("scan delta", error_code::bounds, make, [](auto& d, auto& s) { d.addr_delta = bytes(s); });
    add("scan z", error_code::bounds, make, [](auto& d, auto& s) { d.addr_z = bytes(s); });
    add("scan b", error_code::bounds, make, [](auto& d, auto&) { d.addr_b = uint64_t{1} << 32; });
    add("scan c", error_code::bounds, make, [](auto& d, auto& s) { d.addr_c = bytes(s); });
    add("scan y", error_code::bounds, make, [](auto& d, auto& s) { d.addr_y = bytes(s); });
  }

 private:
  static uint16_t end(int limit, int count) { return static_cast<uint16_t>(limit - count); }
  static uint16_t u16(int value) { return static_cast<uint16_t>(value); }
  static uint8_t narrow(int value) { return static_cast<uint8_t>(value); }
  static uint64_t bytes(const machine_shape& s) {
    return static_cast<uint64_t>(s.scratch_words * s.axi_bytes);
  }

  template <class Make, class Change>
  void add(const std::string& name, error_code code, Make make, Change change) {
    rules.push_back({name, code, changed(make, change)});
  }
  template <class Make>
  void patterns(const std::string& kind, Make make) {
    add(kind + " n 0", error_code::shape, make, [](auto& d, auto&) { d.n = 0; });
    add(kind + " n > M", error_code::shape, make,
        [](auto& d, auto&) { d.n = 5, d.log2_m = d.log2_groups = 0; });
    add(kind + " M code", error_code::shape, make,
        [](auto& d, auto&) { d.n = 1, d.log2_m = 3, d.log2_groups = 0; });
    add(kind + " n Gb > DP", error_code::shape, make,
        [](auto& d, auto&) { d.n = 3, d.log2_m = 0, d.log2_groups = 1; });
    add(kind + " M Gb > W", error_code::shape, make,
        [](auto& d, auto&) { d.n = 1, d.log2_m = 2, d.log2_groups = 1; });
  }
  template <class Make>
  void row(const std::string& kind, Make make) {
    add(kind + " tokens 0", error_code::tokens, make, [](auto& d, auto&) { d.tokens = 0, d.tiles = 0; });
    add(kind + " tokens", error_code::tokens, make,
        [](auto& d, auto& s) { d.tokens = end(s.chunk_tokens, -1); });
    add(kind + " tiles 0", error_code::shape, make, [](auto& d, auto&) { d.tiles = 0; });
    add(kind + " tiles", error_code::shape, make,
        [](auto& d, auto& s) { d.tiles = end(s.channel_words, -1); });
    add(kind + " x", error_code::bounds, make,
        [](auto& d, auto& s) { d.x.address = end(s.scratch_words, 0); });
  }
  template <class Make>
  void gemm_bounds(Make make) {
    const auto sized = [](auto& d, int k_words, int beats) {  // rows of x and of weights of a legal product
      d.n = 1, d.log2_m = 1, d.log2_groups = 1;
      d.k_words = u16(k_words), d.beats = u16(beats), d.tiles = 1, d.w_row = d.pos_row = 0;
    };
    add("gemm x", error_code::bounds, make, [](auto& d, auto& s) { d.x.address = end(s.scratch_words, 0); });
    add("gemm y", error_code::bounds, make, [](auto& d, auto& s) { d.y.address = end(s.scratch_words, 0); });
    add("gemm r", error_code::bounds, make,
        [](auto& d, auto& s) { d.kind = 2, d.r.address = end(s.scratch_words, 0); });
    add("gemm no r", error_code::none, make,
        [](auto& d, auto& s) { d.kind = 1, d.r.address = end(s.scratch_words, 0); });
    add("gemm XW", error_code::bounds, make, [=](auto& d, auto& s) {
      sized(d, s.gemm_x_words / s.chunk_tokens + 1, 1), d.x_tokens = u16(s.chunk_tokens);
    });
    add("gemm XW full", error_code::none, make, [=](auto& d, auto& s) {
      sized(d, s.gemm_x_words / s.chunk_tokens, 1), d.x_tokens = u16(s.chunk_tokens);
    });
    add("gemm w_row", error_code::bounds, make,
        [=](auto& d, auto& s) { sized(d, 1, 1), d.w_row = end(s.gemm_weight_rows, 0), d.pos_row = 0; });
    add("gemm pos_row", error_code::bounds, make,
        [=](auto& d, auto& s) { sized(d, 1, 1), d.w_row = 0, d.pos_row = end(s.gemm_weight_rows, 0); });
    add("gemm dense has no pos_row", error_code::none, make, [=](auto& d, auto& s) {
      sized(d, 1, 1), d.n = 4, d.log2_m = d.log2_groups = 0, d.w_row = 0,
                      d.pos_row = end(s.gemm_weight_rows, 0);
    });
    add("gemm shift_row", error_code::bounds, make,
        [](auto& d, auto&) { d.shift_row = end(gemm_shift_rows, d.tiles - 1); });
    add("gemm bias_row", error_code::bounds, make,
        [](auto& d, auto&) { d.has_bias = true, d.bias_row = end(gemm_bias_rows, d.tiles - 1); });
    add("gemm no bias_row", error_code::none, make,
        [](auto& d, auto&) { d.has_bias = false, d.bias_row = end(gemm_bias_rows, 0); });
  }
};

std::vector<rule> all_rules() {
  rule_list list;
  list.opcodes(), list.transfers(), list.params(), list.gemm(), list.rows(), list.scans();
  return list.rules;
}

error_code code_of(const descriptor_image& image, const machine_shape& shape) {
  uint32_t words[hls::descriptor_words];
  std::copy(image.begin(), image.end(), words);
  const uint32_t opcode = words[0] & 0xffu;
  if (opcode != hls::descriptor_opcode_scan) return check_unit_descriptor(words, shape);
  return check_descriptor(opcode, hls::decode_descriptor(words), shape, scan_place::scratch);
}

const char* const memory_models[] = {"ideal", "random", "latency", "dram-ddr4"};

}  // namespace

TEST_CASE("unit_agreement systemc agrees with rtl on lists with an illegal descriptor",
          "[machine][systemc][rtl]") {
  const std::vector<rule> rules = all_rules();
  for (size_t m = 0; m < std::size(memory_models); ++m) {
    rungs machine(memory_models[m], m + 1);
    for (size_t r = 0; r < rules.size(); ++r) {
      CAPTURE(memory_models[m], rules[r].name);
      const descriptor_image broken = rules[r].make(machine.lists);
      CHECK(code_of(broken, machine.lists.shape) == rules[r].code);
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
    rungs machine(memory_models[m], 10 + m);
    for (int i = 0; i < 150; ++i) {
      CAPTURE(memory_models[m], i);
      std::vector<descriptor_image> list;
      for (const auto count = static_cast<size_t>(machine.lists.upto(4)); list.size() < count;)
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
    CHECK(machine.check_equal({second}) == error_code::none);
    machine.check_legal_run();
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
