// ssm_readout_tree, 16 products of 24 bits, against exact sums: extremes of both signs, then random products.
#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <vector>

#include "Vssm_readout_tree.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {
constexpr int inputs = 16, in_bits = 24, out_bits = 28, tree_latency = 4;

void set_input(Vssm_readout_tree& dut, int index, int64_t value) {
  for (int bit = 0; bit < in_bits; ++bit) {
    const int at = index * in_bits + bit;
    const uint32_t mask = 1u << (at % 32);
    dut.data_i[at / 32] = (value >> bit & 1) ? dut.data_i[at / 32] | mask : dut.data_i[at / 32] & ~mask;
  }
}
}  // namespace

TEST_CASE("readout_tree rtl is the exact sum, extremes included", "[leaf][rtl]") {
  const unsigned seed = 7005;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vssm_readout_tree dut;
  dut.enable_i = 0x1f;
  const int64_t hi = (int64_t{1} << (in_bits - 1)) - 1;
  for (int i = 0; i < 20000; ++i) {
    int64_t want = 0;
    for (int k = 0; k < inputs; ++k) {
      const int64_t value = i == 0   ? hi
                            : i == 1 ? -hi - 1
                                     : test::from_port(random() & ((1u << in_bits) - 1), in_bits);
      set_input(dut, k, value);
      want += value;
    }
    for (int cycle = 0; cycle < tree_latency; ++cycle) test::tick(dut);
    CAPTURE(i);
    REQUIRE(test::from_port(dut.sum_o, out_bits) == want);
  }
}

TEST_CASE("readout_tree rtl is the exact sum, other products in every cycle and gaps between",
          "[leaf][rtl]") {
  const unsigned seed = 7105;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vssm_readout_tree dut;
  std::vector<std::optional<int64_t>> sums;  // none: a gap
  for (int i = 0; i < 40000; ++i) {
    int64_t sum = 0;
    for (int k = 0; k < inputs; ++k) {
      const int64_t value = test::from_port(random() & ((1u << in_bits) - 1), in_bits);
      set_input(dut, k, value);
      sum += value;
    }
    sums.push_back(random() % 4 != 0 ? std::optional(sum) : std::nullopt);
    // Level s holds what came s - 1 cycles ago.
    dut.enable_i = 0;
    for (size_t s = 1; s <= tree_latency && s <= sums.size(); ++s)
      if (sums[sums.size() - s]) dut.enable_i |= static_cast<uint8_t>(1u << s);
    test::tick(dut);
    if (sums.size() < tree_latency || !sums[sums.size() - tree_latency]) continue;
    CAPTURE(i);
    REQUIRE(test::from_port(dut.sum_o, out_bits) == *sums[sums.size() - tree_latency]);
  }
}
