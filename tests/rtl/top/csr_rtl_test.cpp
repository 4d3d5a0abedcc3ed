// ssm_csr at its AXI4-Lite port: whole-word writes only, a start once and never while busy, back-pressure on
// responses.
#include <catch2/catch.hpp>

#include "Vssm_csr.h"
#include "hls/map/machine_map.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {

void reset(Vssm_csr& dut) {
  dut.rst_ni = 0;
  test::tick(dut);
  dut.rst_ni = 1;
  test::tick(dut);
}

// One write; returns the number of cycles in which start was asserted.
int write(Vssm_csr& dut, uint32_t address, uint32_t value, unsigned strobes = 0xf) {
  dut.s_axil_awvalid_i = dut.s_axil_wvalid_i = 1;
  dut.s_axil_awaddr_i = static_cast<uint16_t>(address);
  dut.s_axil_wdata_i = value;
  dut.s_axil_wstrb_i = static_cast<uint8_t>(strobes);
  dut.s_axil_bready_i = 1;
  dut.eval();
  REQUIRE(dut.s_axil_awready_o == 1);
  REQUIRE(dut.s_axil_wready_o == 1);
  const int starts = dut.start_o;
  test::tick(dut);
  dut.s_axil_awvalid_i = dut.s_axil_wvalid_i = 0;
  dut.eval();
  REQUIRE(dut.s_axil_bvalid_o == 1);
  REQUIRE(dut.start_o == 0);
  test::tick(dut);
  return starts;
}

uint32_t read(Vssm_csr& dut, uint32_t address) {
  dut.s_axil_arvalid_i = 1;
  dut.s_axil_araddr_i = static_cast<uint16_t>(address);
  dut.s_axil_rready_i = 1;
  test::tick(dut);
  dut.s_axil_arvalid_i = 0;
  dut.eval();
  REQUIRE(dut.s_axil_rvalid_o == 1);
  const uint32_t value = dut.s_axil_rdata_o;
  test::tick(dut);
  return value;
}

}  // namespace

TEST_CASE("csr rtl keeps what is written and ignores partial words", "[block][rtl]") {
  Vssm_csr dut;
  reset(dut);
  CHECK(read(dut, csr::id) == csr::id_value);
  CHECK(read(dut, csr::version) == csr::version_value);
  CHECK(read(dut, csr::map) == map::map_hash);
  write(dut, csr::desc_addr_lo, 0x12345678);
  write(dut, csr::desc_addr_hi, 0x9a);
  write(dut, csr::desc_count, 3);
  for (unsigned strobes = 0; strobes < 0xf; ++strobes) write(dut, csr::desc_addr_lo, 0xffffffff, strobes);
  CHECK(read(dut, csr::desc_addr_lo) == 0x12345678);
  CHECK(read(dut, csr::desc_addr_hi) == 0x9a);
  CHECK(read(dut, csr::desc_count) == 3);
  CHECK(dut.desc_addr_o == 0x9a12345678);
  CHECK(read(dut, 0xffc) == 0);
}

TEST_CASE("csr rtl reads every counter at its place", "[block][rtl]") {
  Vssm_csr dut;
  reset(dut);
  for (uint32_t i = 0; i < 2 * num_counters; ++i) {
    dut.counter_data_i = 0xc000 + i;
    CHECK(read(dut, csr::counters + 4 * i) == 0xc000 + i);
    CHECK(dut.counter_word_o == i);
  }
  CHECK(read(dut, csr::parameters + 4 * map::num_parameter_csrs) == 0);
  CHECK(read(dut, csr::map + 4) == 0);
}

TEST_CASE("csr rtl starts once per write and never while busy", "[block][rtl]") {
  Vssm_csr dut;
  reset(dut);
  CHECK(read(dut, csr::status) == 0);
  CHECK(write(dut, csr::control, 0) == 0);
  CHECK(write(dut, csr::control, 1, 0x1) == 0);
  CHECK(write(dut, csr::control, 1) == 1);
  dut.busy_i = 1;
  CHECK(write(dut, csr::control, 1) == 0);
  CHECK(read(dut, csr::status) == csr::status_busy);
  dut.busy_i = 0;
  CHECK(read(dut, csr::status) == csr::status_done);
  dut.error_i = 4;
  CHECK(read(dut, csr::status) ==
        (csr::status_done | csr::status_error | 4u << csr::status_error_code_shift));
}

TEST_CASE("csr rtl holds its responses until they are taken", "[block][rtl]") {
  Vssm_csr dut;
  reset(dut);
  dut.s_axil_arvalid_i = 1;
  dut.s_axil_araddr_i = csr::id;
  dut.s_axil_rready_i = 0;
  test::tick(dut);
  dut.s_axil_araddr_i = csr::version;
  for (int cycle = 0; cycle < 5; ++cycle) {
    dut.eval();
    CHECK(dut.s_axil_arready_o == 0);
    CHECK(dut.s_axil_rvalid_o == 1);
    CHECK(dut.s_axil_rdata_o == csr::id_value);
    test::tick(dut);
  }
  dut.s_axil_rready_i = 1;
  test::tick(dut);
  dut.eval();
  CHECK(dut.s_axil_rdata_o == csr::version_value);
}
