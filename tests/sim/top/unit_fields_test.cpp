// What random lists of the units hardly draw: every opcode behind each with every fence, and every number of
// a descriptor at the ends of what is legal, where addresses wrap around (sim/PROGRAM.md). All
// rungs agree, and the whole scratch is compared behind each list.
#include <catch2/catch.hpp>

#include "tests/sim/top/unit_rules.h"
#include "tests/sim/top/unit_rungs.h"

namespace scansim {
namespace {

using csr::error_code;
using map::descriptor_field;
using test::descriptor_image;
using test::encoded;
using test::unit_lists;
using test::unit_rungs;

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
    case map::opcode::set:  // behind a scan with sets alone
      break;
  }
  return {};
}

descriptor_image with_field(const descriptor_image& image, const descriptor_field& field, uint64_t value) {
  uint32_t words[hls::descriptor_words];
  std::copy(image.begin(), image.end(), words);
  map::put_field(words, field, value);
  descriptor_image changed;
  std::copy(std::begin(words), std::end(words), changed.begin());
  return changed;
}

enum class fence : uint8_t { none, all, newer };

descriptor_image with_fence(const descriptor_image& image, fence kind, unit_lists& lists) {
  const uint64_t newer = kind == fence::newer ? static_cast<uint64_t>(lists.upto(6)) : 0;
  return with_field(with_field(image, map::fence_field, kind != fence::none), map::newer_field, newer);
}

// Reads above what a write that wraps around may reach, writes far from what is read, dense products.
descriptor_image calm(map::opcode code, const descriptor_field& field, unit_lists& lists) {
  const auto quarter = static_cast<uint16_t>(lists.shape.scratch_words / 4);
  switch (code) {
    case map::opcode::gemm: {
      hls::gemm_descriptor d;
      do d = lists.gemm(0);
      while (d.n != 4 || d.gather || d.scatter);
      d.x.address = d.r.address = quarter, d.w_row = d.pos_row = 0;
      d.x_tokens = static_cast<uint16_t>(lists.shape.chunk_tokens);  // any number of outputs has its input
      d.k_words = d.beats = 1;
      if (field.name[0] == 'r') d.kind = static_cast<uint8_t>(hls::gemm_epilogue_kind::residual);
      return encoded(d);
    }
    case map::opcode::conv: {
      hls::conv_descriptor d = lists.conv(0);
      d.x.address = quarter, d.s = static_cast<uint16_t>(quarter + quarter / 2);
      d.has_state = d.has_state || std::string_view(field.name) == "s";
      d.store_state = d.store_state || std::string_view(field.name) == "h";
      return encoded(d);
    }
    case map::opcode::norm: {
      hls::norm_descriptor d = lists.norm(0);
      d.x.address = quarter;
      return encoded(d);
    }
    case map::opcode::hadamard: {
      hls::hadamard_descriptor d = lists.hadamard(0);
      d.x.address = quarter;
      return encoded(d);
    }
    default:
      return any_of(code, lists, 0);
  }
}

constexpr uint64_t most_eps_sum = uint64_t{1} << 47;  // hls refuses more; no rule of the machine does

// The least, 1, the last but one and the most that is legal beside the other fields.
std::vector<uint64_t> ends_of(const descriptor_image& image, const descriptor_field& field,
                              const machine_shape& shape) {
  const auto legal = [&](uint64_t value) {
    return test::code_of(with_field(image, field, value), shape) == error_code::none;
  };
  if (std::string_view(field.name) == "eps_sum") return {1, most_eps_sum};
  const uint64_t top = (uint64_t{1} << field.bits) - 1;
  uint64_t low = 0, high = top;
  while (low < top && !legal(low)) ++low;
  while (high > low && !legal(high)) --high;
  std::vector<uint64_t> ends;
  for (const uint64_t value : {low, uint64_t{1}, high - 1, high})
    if (value >= low && value <= high && legal(value)) ends.push_back(value);
  return ends;
}

// Numbers, and what random lists leave alone. Not those that no rule bounds, counts and rows of parameters;
// not the pattern of a product, which is that of the positions on chip.
bool has_ends(const map::opcode_row& row, const descriptor_field& field) {
  constexpr int address_bits = 64, flag_bits = 3;
  const std::string_view name = field.name;
  if (field.first_bit() == map::opcode_field.first_bit() || field.bits == address_bits) return false;
  if (row.code == map::opcode::params || (row.code == map::opcode::gemm && name == "n")) return false;
  if (row.code == map::opcode::scan) return name == map::newer_field.name;
  return field.bits > flag_bits || name == "width" || name == "drain";
}

// A product of this kind, gathered and scattered or not, dense or N:M.
hls::gemm_descriptor product_of(unit_lists& lists, int kind, bool gather, bool scatter, bool dense) {
  hls::gemm_descriptor d;
  do d = lists.gemm(0);
  while (d.gather != gather || d.scatter != scatter || (d.n == 4) != dense);
  d.kind = static_cast<uint8_t>(kind);
  d.y_step = static_cast<uint16_t>(gemm_row_words(d));
  d.y.pitch = static_cast<uint16_t>(gemm_row_words(d) * lists.shape.chunk_tokens);
  return d;
}

}  // namespace

TEST_CASE("unit_agreement every opcode runs behind each, with every fence", "[machine][systemc][rtl]") {
  unit_rungs machine("random", 40);
  for (size_t a = 0; a < std::size(map::opcodes); ++a)
    for (size_t b = 0; b < std::size(map::opcodes); ++b) {
      if (map::opcodes[a].code == map::opcode::set || map::opcodes[b].code == map::opcode::set) continue;
      CAPTURE(map::opcodes[a].name, map::opcodes[b].name);
      std::vector<descriptor_image> list;
      for (const size_t one : {a, b}) {
        const descriptor_image any =
            any_of(map::opcodes[one].code, machine.lists, static_cast<int>(list.size()));
        const bool fenced = map::opcodes[one].code != map::opcode::params;
        list.push_back(fenced ? with_fence(any, static_cast<fence>((a + b) % 3), machine.lists) : any);
      }
      list.push_back(machine.store_all());
      CHECK(machine.check_equal(list) == error_code::none);
      if (b == 0) machine.check_legal_run();
    }
}

TEST_CASE("unit_agreement every number of a descriptor runs at the ends of what is legal",
          "[machine][systemc][rtl]") {
  unit_rungs machine("ideal", 41);
  for (const map::opcode_row& row : map::opcodes)
    for (const map::descriptor_layout& layout : map::descriptor_layouts) {
      if (std::string_view(layout.name) != row.layout) continue;
      for (const descriptor_field& field : layout.fields) {
        if (!has_ends(row, field)) continue;
        const descriptor_image base = calm(row.code, field, machine.lists);
        for (const uint64_t value : ends_of(base, field, machine.lists.shape)) {
          CAPTURE(row.name, field.name, value);
          const std::vector<descriptor_image> list = {with_field(base, field, value), machine.store_all()};
          CHECK(machine.check_equal(list) == error_code::none);
        }
      }
    }
  machine.check_legal_run();
}

TEST_CASE("unit_agreement every product runs on weights of 8 bits and out of 4", "[machine][systemc][rtl]") {
  unit_rungs machine("ideal", 42);
  unit_lists& lists = machine.lists;
  for (const bool w4 : {false, true}) {
    std::vector<descriptor_image> load = {encoded(lists.params(hls::parameter_target::weights))};
    if (w4) {
      std::vector<hls::params_descriptor> loads;
      do loads = lists.w4_weights();
      while (!loads.back().w4);
      load.clear();
      for (const hls::params_descriptor& one : loads) load.push_back(encoded(one));
    }
    CHECK(machine.check_equal(load) == error_code::none);
    for (int at = 0; at < 32; ++at) {
      const hls::gemm_descriptor d = product_of(lists, at % 4, (at & 4) != 0, (at & 8) != 0, (at & 16) != 0);
      CAPTURE(w4, d.kind, d.gather, d.scatter, d.n);
      CHECK(machine.check_equal({encoded(d), machine.store_all()}) == error_code::none);
    }
  }
}

}  // namespace scansim
