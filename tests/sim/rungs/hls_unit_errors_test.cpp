#include <catch2/catch.hpp>

#include "tests/sim/rungs/device_bench.h"

namespace scansim {

namespace {

using csr::error_code;
using test::device_bench;

template <class Descriptor>
struct broken {
  error_code code;
  const char* rule;
  void (*change)(Descriptor&);
};

// A legal descriptor with one thing wrong ends the run with its code; the status register says so.
template <class Descriptor, size_t Count>
void check_codes(const Descriptor& legal, const broken<Descriptor> (&cases)[Count]) {
  for (const broken<Descriptor>& b : cases) {
    Descriptor d = legal;
    b.change(d);
    device_bench bench("block-tiny");
    bench.add(d);
    CAPTURE(b.rule);
    CHECK(bench.run() == (csr::status_done | csr::status_error |
                          static_cast<uint32_t>(b.code) << csr::status_error_code_shift));
  }
}

// Block-tiny: W 16, T 32, SW 8192, WR 2048, XW 512, CW 16, DP 4.
const hls::gemm_descriptor legal_gemm{.load_x = true,
                                      .tokens = 4,
                                      .tiles = 1,
                                      .beats = 4,
                                      .n = 4,
                                      .x = {},
                                      .y = {},
                                      .r = {},
                                      .k_words = 1,
                                      .x_tokens = 4};
const hls::conv_descriptor legal_conv{.tokens = 4, .tiles = 1, .width = 4, .x = {}, .u = {}};
const hls::norm_descriptor legal_norm{.tokens = 4, .tiles = 1, .eps_sum = 1, .x = {}, .y = {}};
const hls::hadamard_descriptor legal_hadamard{.tokens = 4, .tiles = 1, .log2_beats = 1, .x = {}, .y = {}};
const hls::params_descriptor legal_index{
    .memory = hls::parameter_target::index, .beats = 1, .n = 1, .index_bits = 2, .rows = 1};

hls::scan_descriptor legal_scan() {
  hls::scan_descriptor d;
  d.local = true;
  d.lane_groups = 2, d.passes = 1, d.num_chunks = 1, d.chunk_tokens = d.rest_tokens = 4;
  return d;
}

}  // namespace

TEST_CASE("hls_unit_errors hls opcodes and transfers", "[unit][hls]") {
  for (const uint32_t opcode : {0u, 9u, 255u}) {
    device_bench bench("block-tiny");
    bench.add_words({opcode});
    CHECK(bench.run() >> csr::status_error_code_shift == static_cast<uint32_t>(error_code::opcode));
  }
  for (uint32_t opcode = 2; opcode <= 8; ++opcode) {
    device_bench bench("tiny");
    bench.add_words({opcode});
    CHECK(bench.run() >> csr::status_error_code_shift == static_cast<uint32_t>(error_code::opcode));
  }
  check_codes<hls::transfer_descriptor>(
      {.words = 1}, {{error_code::shape, "words 0", [](auto& d) { d.words = 0; }},
                     {error_code::bounds, "end", [](auto& d) { d.scratch = 8000, d.words = 193; }},
                     {error_code::bounds, "store", [](auto& d) { d.store = true, d.scratch = 8192; }}});
  check_codes<hls::params_descriptor>(
      legal_index, {{error_code::shape, "beats", [](auto& d) { d.beats = 0; }},
                    {error_code::shape, "w4", [](auto& d) { d.w4 = true; }},
                    {error_code::shape, "rows", [](auto& d) { d.rows = 0; }},
                    {error_code::shape, "n", [](auto& d) { d.n = 0; }},
                    {error_code::shape, "n > M", [](auto& d) { d.n = 5; }},
                    {error_code::shape, "log2_m", [](auto& d) { d.log2_m = 3; }},
                    {error_code::shape, "n Gb > DP", [](auto& d) { d.n = 3, d.log2_groups = 1; }},
                    {error_code::shape, "M Gb > W", [](auto& d) { d.log2_m = 2, d.log2_groups = 1; }},
                    {error_code::shape, "index bits", [](auto& d) { d.index_bits = 0; }},
                    {error_code::shape, "index bits", [](auto& d) { d.index_bits = 15; }}});
}

TEST_CASE("hls_unit_errors hls gemm", "[unit][hls]") {
  check_codes<hls::gemm_descriptor>(
      legal_gemm, {{error_code::tokens, "tokens", [](auto& d) { d.tokens = 0, d.tiles = 0; }},
                   {error_code::tokens, "tokens", [](auto& d) { d.tokens = 33; }},
                   {error_code::tokens, "x_tokens", [](auto& d) { d.x_tokens = 33; }},
                   {error_code::shape, "tiles", [](auto& d) { d.tiles = 0; }},
                   {error_code::shape, "beats", [](auto& d) { d.beats = 0; }},
                   {error_code::shape, "k_words", [](auto& d) { d.k_words = 0; }},
                   {error_code::shape, "n", [](auto& d) { d.n = 0; }},
                   {error_code::shape, "log2_m", [](auto& d) { d.log2_m = 3; }},
                   {error_code::shape, "log2_groups", [](auto& d) { d.log2_groups = 7; }},
                   {error_code::shape, "beats > k_words << sub", [](auto& d) { d.beats = 5; }},
                   {error_code::shape, "to_z wide", [](auto& d) { d.to_z = true, d.wide = true; }},
                   {error_code::shape, "to_z raw", [](auto& d) { d.to_z = true, d.kind = 3; }},
                   {error_code::bounds, "x", [](auto& d) { d.x.address = 8192; }},
                   {error_code::bounds, "y", [](auto& d) { d.y.address = 8192; }},
                   {error_code::bounds, "r", [](auto& d) { d.kind = 2, d.r.address = 8192; }},
                   {error_code::bounds, "XW", [](auto& d) { d.k_words = 129; }},
                   {error_code::bounds, "w_row", [](auto& d) { d.w_row = 2045; }},
                   {error_code::bounds, "pos_row", [](auto& d) { d.n = 1, d.pos_row = 2045; }},
                   {error_code::bounds, "shift_row", [](auto& d) { d.shift_row = 1024; }},
                   {error_code::bounds, "bias_row", [](auto& d) { d.has_bias = true, d.bias_row = 64; }}});
}

TEST_CASE("hls_unit_errors hls conv, norm and hadamard", "[unit][hls]") {
  check_codes<hls::conv_descriptor>(
      legal_conv, {{error_code::tokens, "tokens", [](auto& d) { d.tokens = 33; }},
                   {error_code::shape, "tiles", [](auto& d) { d.tiles = 17; }},
                   {error_code::bounds, "x", [](auto& d) { d.x.address = 8192; }},
                   {error_code::bounds, "u", [](auto& d) { d.u.address = 8192; }},
                   {error_code::bounds, "s", [](auto& d) { d.has_state = true, d.s = 8192; }},
                   {error_code::bounds, "h", [](auto& d) { d.store_state = true, d.h = 8192; }},
                   {error_code::bounds, "p_row", [](auto& d) { d.p_row = 32; }}});
  check_codes<hls::norm_descriptor>(legal_norm,
                                    {{error_code::tokens, "tokens", [](auto& d) { d.tokens = 0; }},
                                     {error_code::shape, "tiles", [](auto& d) { d.tiles = 17; }},
                                     {error_code::bounds, "x", [](auto& d) { d.x.address = 8192; }},
                                     {error_code::bounds, "y", [](auto& d) { d.y.address = 8192; }},
                                     {error_code::bounds, "w_row", [](auto& d) { d.w_row = 63; }}});
  check_codes<hls::hadamard_descriptor>(
      legal_hadamard, {{error_code::tokens, "tokens", [](auto& d) { d.tokens = 33; }},
                       {error_code::shape, "tiles", [](auto& d) { d.tiles = 32, d.log2_beats = 6; }},
                       {error_code::shape, "order", [](auto& d) { d.order = 5; }},
                       {error_code::shape, "size", [](auto& d) { d.log2_beats = 2; }},
                       {error_code::shape, "pass of a row", [](auto& d) { d.pass = true; }},
                       {error_code::bounds, "x", [](auto& d) { d.x.address = 8192; }},
                       {error_code::bounds, "y", [](auto& d) { d.y.address = 8192; }}});
}

TEST_CASE("hls_unit_errors hls scans", "[unit][hls]") {
  constexpr uint64_t outside = 8192 * 16;
  check_codes<hls::scan_descriptor>(
      legal_scan(), {{error_code::lane_groups, "lane_groups", [](auto& d) { d.lane_groups = 0; }},
                     {error_code::rest_tokens, "rest", [](auto& d) { d.rest_tokens = 33; }},
                     {error_code::shape, "a tile is not whole", [](auto& d) { d.lane_groups = 3; }},
                     {error_code::bounds, "u", [](auto& d) { d.addr_u = outside; }},
                     {error_code::bounds, "delta", [](auto& d) { d.addr_delta = outside; }},
                     {error_code::bounds, "z", [](auto& d) { d.addr_z = outside; }},
                     {error_code::bounds, "b", [](auto& d) { d.addr_b = uint64_t{1} << 32; }},
                     {error_code::bounds, "c", [](auto& d) { d.addr_c = outside; }},
                     {error_code::bounds, "y", [](auto& d) { d.addr_y = outside; }}});
  device_bench tiny("tiny");
  tiny.add(legal_scan());
  CHECK(tiny.run() >> csr::status_error_code_shift == static_cast<uint32_t>(error_code::opcode));

  device_bench odd("block");  // S = W / 2: three passes are neither half a word nor whole ones
  hls::scan_descriptor d = legal_scan();
  d.passes = 3;
  odd.add(d);
  CHECK(odd.run() >> csr::status_error_code_shift == static_cast<uint32_t>(error_code::shape));
}

TEST_CASE("hls_unit_errors hls a run's scans are all local or all not", "[unit][hls]") {
  for (const bool local_first : {false, true}) {
    device_bench bench("block-tiny");
    hls::scan_descriptor d = legal_scan();
    d.local = local_first;
    d.addr_y = bench.place(4096) * (local_first ? 0 : 1);
    bench.add(d);
    d.local = !local_first;
    d.addr_y = 0;
    bench.add(d);
    CHECK(bench.run() == (csr::status_done | csr::status_error |
                          static_cast<uint32_t>(error_code::mode) << csr::status_error_code_shift));
    // A new run may be of the other kind.
    d.addr_y = d.local ? 0 : 0x10000;
    bench.add(d);
    CHECK(bench.run() == csr::status_done);
  }
}

}  // namespace scansim
