#include "tests/sim/top/unit_rules.h"

namespace scansim::test {
namespace {

using csr::error_code;

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
    for (int m = 2; m < hls::num_parameter_targets; ++m)
      add(
          "params slots of another memory", error_code::shape,
          [m](unit_lists& l) { return l.params(static_cast<hls::parameter_target>(m)); },
          [](auto& d, auto&) { d.slots = true; });
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
    add("scan states", error_code::passes, make, [](auto& d, auto& s) {
      d.lane_groups = u16(s.interleave), d.passes = 1, d.states = u16(s.states + 1);
    });
    add("scan all states", error_code::none, make,
        [](auto& d, auto& s) { d.lane_groups = u16(s.interleave), d.passes = 1, d.states = u16(s.states); });
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

}  // namespace

std::vector<rule> unit_rules() {
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

}  // namespace scansim::test
