// Driving a Verilated machine, on a toy: every port width and memory, waves, coverage, breaches of the
// protocol.
#include "sim/cosim/rtl_machine.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "tests/sim/cosim/toy_machine.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

// The toy with a check that says so when the machine asks for data.
std::string checked_toy(const temporary_folder& folder) {
  changed_toy(folder, "module ssm_top", "module ssm_top");
  write_bytes(folder.file("checks.f"), "check.sv\n");
  write_bytes(folder.file("check.sv"), R"(
package toy_check_pkg;
  import "DPI-C" function void scansim_rtl_violation(input string what);
endpackage
module toy_check (input logic clk_i, input logic read_i);
  always_ff @(posedge clk_i) if (read_i) toy_check_pkg::scansim_rtl_violation("it asks for data");
endmodule
bind ssm_top toy_check u_check (.clk_i(clk_i), .read_i(m_axi_arvalid_o));
)");
  return folder.path().string();
}

}  // namespace

TEST_CASE("rtl_build rtl every port width moves every byte under every memory model", "[cosim][rtl]") {
  for (const int bits : {32, 64, 128, 256, 512, 1024}) {
    const int bytes = bits / 8, beats = std::min(256, 4096 / bytes);
    const std::string library = build_rtl_library(toy_point(bits), toy_build());
    for (const std::string& model : memory_model_names()) {
      CAPTURE(bits, model);
      rtl_machine machine(library, bytes, memory(model, bytes), "");
      CHECK(machine.read_csr(csr::id) == csr::id_value);
      std::vector<uint8_t> image = pattern(), want = pattern();
      for (int i = 0; i < beats * bytes; ++i)
        want[first_byte + 4096 + static_cast<size_t>(i)] =
            static_cast<uint8_t>(~want[first_byte + static_cast<size_t>(i)]);
      const uint32_t cycles = run_toy(machine, image, beats);
      CHECK(image == want);
      CHECK(cycles > static_cast<uint32_t>(2 * beats));
      CHECK(run_toy(machine, image, beats) == cycles);  // every start sees the memory anew
    }
  }
}

TEST_CASE("rtl_build rtl a library of another kind says which contract broke", "[cosim][rtl]") {
  const temporary_folder folder;
  rtl_build_request request = toy_build(checked_toy(folder));
  const std::string plain = build_rtl_library(toy_point(64), request);
  const auto run = [](const std::string& library) {
    rtl_machine machine(library, 8, memory("ideal", 8), "");
    std::vector<uint8_t> image = pattern();
    run_toy(machine, image, 16);
  };
  CHECK_NOTHROW(run(plain));
  request.kind = rtl_kind::randinit;
  const std::string random = build_rtl_library(toy_point(64), request);
  CHECK(random != plain);
  CHECK(failure([&] { run(random); }).find("it asks for data") != std::string::npos);
}

TEST_CASE("rtl_build rtl a library for coverage writes what was covered", "[cosim][rtl]") {
  rtl_build_request request = toy_build();
  request.kind = rtl_kind::coverage;
  const std::string library = build_rtl_library(toy_point(64), request);
  const temporary_folder folder;
  const auto covered = [&](int beats) {
    rtl_machine machine(library, 8, memory("ideal", 8), "");
    std::vector<uint8_t> image = pattern();
    if (beats > 0) run_toy(machine, image, beats);
    machine.write_coverage(folder.file("data"));
    std::istringstream lines(read_bytes(folder.file("data")));
    int count = 0;
    for (std::string line; std::getline(lines, line);) count += line.ends_with("' 0") ? 0 : 1;
    return count;
  };
  const int idle = covered(0);
  CHECK(idle > 0);
  CHECK(covered(16) > idle);
}

TEST_CASE("rtl_build rtl writes waves only when built for them", "[cosim][rtl]") {
  const temporary_folder folder;
  const std::string wave = folder.file("w.fst");
  const std::string plain = build_rtl_library(toy_point(64), toy_build());
  CHECK(failure([&] { rtl_machine(plain, 8, memory("ideal", 8), wave); }).find("waves") != std::string::npos);
  const std::string traced =
      build_rtl_library(toy_point(64), toy_build(root + "/tests/sim/cosim/toy_rtl", true));
  {
    rtl_machine machine(traced, 8, memory("ideal", 8), wave);
    std::vector<uint8_t> image = pattern();
    run_toy(machine, image, 16);
  }
  CHECK(fs::file_size(wave) > 500);
}

TEST_CASE("rtl_machine rtl reports breaches of the protocol", "[cosim][rtl]") {
  struct breach {
    std::string from, to, named;
  };
  const breach breaches[] = {
      {"m_axi_arvalid_o = step_q == ReadAddress",
       "m_axi_arvalid_o = step_q == ReadAddress || (rst_ni && !busy)", "arvalid"},
      {"m_axi_arburst_o = 2'b01", "m_axi_arburst_o = 2'b00", "arburst"},
      {"m_axi_wlast_o   = beat_q == m_axi_awlen_o", "m_axi_wlast_o   = beat_q == m_axi_awlen_o - 8'd1",
       "wlast"},
      {"m_axi_awaddr_o  = m_axi_araddr_o + AddrWidth'(4096)",
       "m_axi_awaddr_o  = m_axi_araddr_o + AddrWidth'(1 << 20)", "awaddr"},
      {"s_axil_rresp_o   = '0", "s_axil_rresp_o   = 2'b10", "rresp"},
      {"s_axil_arready_o = !s_axil_rvalid_o", "s_axil_arready_o = 1'b0", "rvalid"},
      {"if (m_axi_bvalid_i) begin\n          step_q <= Idle;", "if (m_axi_bvalid_i) begin", "hangs"},
  };
  for (const breach& planted : breaches) {
    const temporary_folder folder;
    const std::string library =
        build_rtl_library(toy_point(64), toy_build(changed_toy(folder, planted.from, planted.to)));
    const std::string message = failure([&] {
      rtl_machine machine(library, 8, memory("ideal", 8), "");
      std::vector<uint8_t> image = pattern();
      run_toy(machine, image, 16);
    });
    CAPTURE(planted.to, message);
    CHECK(message.find(planted.named) != std::string::npos);
  }
}

}  // namespace scansim::test
