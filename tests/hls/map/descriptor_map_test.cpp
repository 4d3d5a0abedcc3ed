// The descriptors' words: what is encoded is decoded, for every opcode, and every field sits where the map
// says.
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <string>

#include "hls/scan/set_descriptor.h"
#include "hls/units/unit_descriptor.h"

using namespace scansim;
using namespace scansim::hls;

namespace {

using image = uint32_t[descriptor_words];

// What a decoder and its encoder make of the words.
void recode(map::opcode code, const image& words, image& again) {
  switch (code) {
    case map::opcode::scan:
      return encode_descriptor(decode_descriptor(words), again);
    case map::opcode::load:
    case map::opcode::store:
      return encode_descriptor(decode_transfer(words), again);
    case map::opcode::params:
      return encode_descriptor(decode_params(words), again);
    case map::opcode::gemm:
      return encode_descriptor(decode_gemm(words), again);
    case map::opcode::conv:
      return encode_descriptor(decode_conv(words), again);
    case map::opcode::norm:
      return encode_descriptor(decode_norm(words), again);
    case map::opcode::hadamard:
      return encode_descriptor(decode_hadamard(words), again);
    case map::opcode::set:
      return encode_descriptor(decode_set(words), again);
  }
}

const map::descriptor_layout& layout_of(const map::opcode_row& row) {
  for (const map::descriptor_layout& layout : map::descriptor_layouts)
    if (std::string(layout.name) == row.layout) return layout;
  throw std::logic_error("no layout");
}

}  // namespace

TEST_CASE("descriptor_map hls decode inverts encode for random fields of every opcode", "[leaf][hls]") {
  const unsigned seed = 20261;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1000; ++i)
    for (const map::opcode_row& row : map::opcodes) {
      CAPTURE(row.name);
      image words = {}, again;
      for (const map::descriptor_field& field : layout_of(row).fields) put_field(words, field, random());
      put_field(words, map::opcode_field, static_cast<uint64_t>(row.code));
      recode(row.code, words, again);
      REQUIRE(std::memcmp(words, again, sizeof words) == 0);
    }
}

TEST_CASE("descriptor_map hls every bit of every field reaches its struct, and no other", "[leaf][hls]") {
  for (const map::opcode_row& row : map::opcodes) {
    CAPTURE(row.name);
    image fields = {}, again;
    for (const map::descriptor_field& field : layout_of(row).fields) put_field(fields, field, ~uint64_t{0});
    for (int bit = map::opcode_field.bits; bit < 32 * descriptor_words; ++bit) {
      CAPTURE(bit);
      image words = {};
      put_field(words, map::opcode_field, static_cast<uint64_t>(row.code));
      words[bit / 32] |= 1u << bit % 32;
      recode(row.code, words, again);
      REQUIRE((again[bit / 32] >> bit % 32 & 1u) == (fields[bit / 32] >> bit % 32 & 1u));
    }
  }
}

TEST_CASE("descriptor_map hls a fence leaves out as many writes as its field says", "[leaf][hls]") {
  uint32_t words[hls::descriptor_words] = {};
  map::put_field(words, map::newer_field, static_cast<uint64_t>(hls::most_newer_writes));
  CHECK(map::get_field(words, map::newer_field) == static_cast<uint64_t>(hls::most_newer_writes));
  CHECK(hls::most_newer_writes == 127);
}

TEST_CASE("descriptor_map hls members go by their names", "[leaf][hls]") {
  scan_descriptor d;
  d.load_params = d.banked = true;
  d.lane_groups = 3, d.first_group = 6, d.passes = 2;
  d.shifts.delta = 9, d.shifts.y = 11;
  d.addr_ht = 0x1234567890, d.stride_y = -64;
  image w;
  encode_descriptor(d, w);
  const auto value = [&](map::field_of<map::scan_fields> field) { return map::get_field(w, field.at); };
  CHECK(map::opcode_of(w) == descriptor_opcode_scan);
  CHECK(value("load_params") == 1);
  CHECK(value("has_z") == 0);
  CHECK(value("banked") == 1);
  CHECK(value("lane_groups") == 3);
  CHECK(value("first_group") == 6);
  CHECK(value("passes") == 2);
  CHECK(value("shift_delta") == 9);
  CHECK(value("shift_y") == 11);
  CHECK(value("addr_ht") == 0x1234567890u);
  CHECK(value("stride_y") == 0xffffffc0u);
}

TEST_CASE("descriptor_map hls fields across words, signs and values less one", "[leaf][hls]") {
  constexpr map::descriptor_field across{"across", 1, 28, 40, ""};
  image words = {~0u, 0, 0, 0};
  map::put_field(words, across, 0xa5123456789);
  CHECK(words[0] == ~0u);
  CHECK(words[1] == 0x90000000u);
  CHECK(words[2] == 0x12345678u);
  CHECK(words[3] == 0x5u);
  CHECK(map::get_field(words, across) == 0x5123456789u);
  norm_descriptor norm;
  norm.shift = -3;
  encode_descriptor(norm, words);
  CHECK(decode_norm(words).shift == -3);
  conv_descriptor conv;
  conv.width = 4;
  encode_descriptor(conv, words);
  CHECK(map::get_field(words, map::field_of<map::conv_fields>("width").at) == 3);
  CHECK(decode_conv(words).width == 4);
}
