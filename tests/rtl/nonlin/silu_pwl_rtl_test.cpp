// ssm_silu_pwl against hls silu_gate and linear_gate: all sigmoid arguments with a sweep of operands, and the
// case without z.
#include <catch2/catch.hpp>

#include "Vssm_silu_pwl.h"
#include "hls/nonlin/silu_pwl.h"
#include "hls/scan/gate_silu.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("silu_pwl rtl equals hls for every sigmoid argument and every 8-bit operand", "[leaf][rtl]") {
  Vssm_silu_pwl dut;
  const int32_t limit = 1 << (hls::x_bits - 1);
  int32_t z_at[3] = {}, x_at[3] = {};
  bool has_at[3] = {}, linear_at[3] = {};
  int64_t fed = 0;
  for (int pass = 0; pass < 4; ++pass) {
    for (int32_t x = -limit; x < limit; ++x, ++fed) {
      const int32_t z = ((x + 37 * pass) & 255) - 128;
      const bool has_z = (x & 63) != 5, linear = (x & 28) == 4;
      dut.x_i = static_cast<uint32_t>(test::to_port(x, hls::x_bits));
      dut.z_i = static_cast<uint8_t>(z);
      dut.has_z_i = has_z, dut.linear_i = linear;
      test::tick(dut);
      z_at[fed % 3] = z;
      x_at[fed % 3] = x;
      has_at[fed % 3] = has_z, linear_at[fed % 3] = linear;
      if (fed < 2) continue;
      const size_t i = static_cast<size_t>((fed + 1) % 3);  // two calls ago: latency 3
      const int32_t want = !has_at[i]     ? hls::gate_one
                           : linear_at[i] ? hls::linear_gate(z_at[i], 8)
                                          : hls::silu_gate(z_at[i], x_at[i], 8);
      if (test::from_port(dut.gate_o, hls::gate_bits) != want)
        FAIL("z = " << z_at[i] << ", x = " << x_at[i] << ": rtl "
                    << test::from_port(dut.gate_o, hls::gate_bits) << ", hls " << want);
    }
  }
}
