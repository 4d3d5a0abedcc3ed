// The descriptor's words: what is encoded is decoded, and every field sits where sim/README.md and the RTL
// expect it.
#include "hls/scan/scan_descriptor.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <random>

using namespace scansim::hls;

TEST_CASE("scan_descriptor hls decode inverts encode for random fields", "[leaf][hls]") {
  const unsigned seed = 20261;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1000; ++i) {
    uint32_t words[descriptor_words], again[descriptor_words];
    for (uint32_t& w : words) w = static_cast<uint32_t>(random());
    words[0] = (words[0] & 0x85ffff00u) | descriptor_opcode_scan;  // 25, 27 to 30: no flags
    words[2] &= 0xffu;
    words[7] &= 0xffu;
    words[31] = 0;
    encode_descriptor(decode_descriptor(words), again);
    REQUIRE(std::memcmp(words, again, sizeof words) == 0);
  }
}

TEST_CASE("scan_descriptor hls puts every field in its word", "[leaf][hls]") {
  scan_descriptor d;
  d.load_params = true;
  d.banked = true;
  d.lane_groups = 3;
  d.first_group = 6;
  d.passes = 2;
  d.num_chunks = 5;
  d.chunk_tokens = 16;
  d.rest_tokens = 7;
  d.shifts.delta = 9;
  d.shifts.y = 11;
  d.addr_ht = 0x1234567890;
  d.stride_y = -64;
  uint32_t w[descriptor_words];
  encode_descriptor(d, w);
  CHECK(w[0] == (1u | 1u << 13 | 1u << 26));
  CHECK(w[1] == (3u | 6u << 16));
  CHECK(w[2] == 2);
  CHECK(w[3] == 5);
  CHECK(w[4] == (16u | 7u << 16));
  CHECK(w[5] == 9);
  CHECK(w[6] == 11u << 24);
  CHECK(w[26] == 0x34567890u);
  CHECK(w[27] == 0x12u);
  CHECK(w[30] == 0xffffffc0u);
}
