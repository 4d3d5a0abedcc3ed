// Switching counters against counts by hand.
#include "sim/switching/operand_switching.h"

#include <catch2/catch.hpp>
#include <map>

#include "sim/switching/unit_switching.h"

using namespace scansim;

namespace {

const hls::widths widths{8, 16, 16, 64};

uint64_t count_of(const operand_switching& of, const std::string& block, const std::string& event) {
  for (const switching_count& one : named_switching(of.values()))
    if (one.block == block && one.event == event) return one.count;
  FAIL("no counter " << block << "." << event);
  return 0;
}

}  // namespace

TEST_CASE("operand_switching counts bits that differ at a place, and products while they live",
          "[switching]") {
  operand_switching to(widths);
  const auto count = [&](const char* event) { return count_of(to, "gemm_nm", event); };
  to.see(switching_unit::gemm_nm, 0, {3, -1, -3});  // from zeros: 2 bits, 8 bits, of -3 all 32 but one
  CHECK(count("operations") == 1);
  CHECK(count("x_flips") == 2);
  CHECK(count("w_flips") == 8);
  CHECK(count("sum_flips") == 31);
  CHECK(count("x_w_flips") == 10);
  CHECK(count("x_w_moves") == 1);
  CHECK(count("x_w_product") == 15);               // of -3, 16 bits wide
  to.see(switching_unit::gemm_nm, 1, {0, 1, -3});  // another place: from zeros again, no product
  CHECK(count("x_w_flips") == 10);
  CHECK(count("w_flips") == 9);
  to.see(switching_unit::gemm_nm, 0, {3, -1, -3});  // held
  CHECK(count("operations") == 3);
  CHECK(count("x_w_moves") == 1);
  to.see(switching_unit::gemm_nm, 0, {0, -1, -3});  // its end: bits of x while w lives
  CHECK(count("x_flips") == 4);
  CHECK(count("x_w_flips") == 12);
  CHECK(count("x_w_moves") == 1);
  to.restart();
  to.lead_in(switching_unit::gemm_nm, 0, std::array<int64_t, 3>{3, 1, 3});
  to.see(switching_unit::gemm_nm, 0, {2, 1, 3});
  CHECK(count("operations") == 1);
  CHECK(count("x_flips") == 1);
  CHECK(count("w_flips") == 0);
}

TEST_CASE("operand_switching counts no bits beyond an operand's width", "[switching]") {
  operand_switching to(widths);
  to.see(switching_unit::scan_serial, 5, {0xffffff, -1, -1, -1, -1, -1, -1, 1 << 25});
  const auto count = [&](const char* event) { return count_of(to, "scan_serial", event); };
  CHECK(count("dt2_flips") == 24);
  CHECK(count("a_flips") == 8);
  CHECK(count("du_flips") == static_cast<uint64_t>(widths.du_bits()));
  CHECK(count("h_flips") == 16);
  CHECK(count("decay_flips") == 1);
}

TEST_CASE("every name of a switching counter stands once", "[switching]") {
  std::map<std::string, int> names;
  const operand_switching to(widths);
  const std::vector<switching_count> all = named_switching(to.values());
  CHECK(all.size() == num_switching_counters);
  for (const switching_count& one : all) CHECK(++names[one.block + "." + one.event] == 1);
}

TEST_CASE("the decay of a step is that of its arithmetic", "[switching]") {
  const hls::scan_constants k(widths, 0);
  for (const uint32_t dt2 : {0u, 1u, 5000u, 0xffffffu})
    for (const int a : {-128, -7, 0, 9}) {
      const int8_t rate = static_cast<int8_t>(a), none = 0;
      int16_t h = 12000;
      uint64_t saturated = 0;
      hls::scan_step<int8_t, int16_t, int64_t>(1, dt2, 0, &rate, &none, &none, &h, k, saturated);
      const int64_t decay = step_operands(dt2, 0, a, 0, 0, 12000, h, k)[7];
      const int64_t kept = hls::kept_state<int64_t>(decay, 12000, k.round_product, k.product_shift);
      const int64_t half = k.guard == 0 ? 0 : int64_t{1} << (k.guard - 1);
      INFO("dt2 " << dt2 << ", a " << a);
      CHECK((kept + half) >> k.guard == h);
    }
}
