// Building and driving a Verilated machine, on a toy behind the same pins (toy_rtl): every port width, cache,
// waves, failures, two processes at once, interruption, protocol errors.
#include "sim/cosim/rtl_build.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "hls/map/csr_map.h"
#include "sim/cosim/rtl_machine.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

const std::string root = source_dir();
constexpr uint32_t first_byte = 8192;

design_point toy_point(int axi_bits) {
  design_point point = load_design_point("tiny", root + "/models/configs");
  point.axi_data_bits = axi_bits;  // not every width suits the real machine of this size
  return point;
}

rtl_build_request toy_build(const std::string& rtl_dir = root + "/tests/sim/cosim/toy_rtl",
                            bool waves = false) {
  return {rtl_dir, root + "/sim/cosim", rtl_cache(), waves};
}

rtl_machine::memory_maker memory(const std::string& name, int axi_bytes) {
  return [=] {
    return make_memory_timing(
        name,
        {.axi_bytes = axi_bytes, .clock_mhz = 200, .seed = 9, .parameter_dir = root + "/sim/mem/parameters"});
  };
}

std::vector<uint8_t> pattern() {
  std::vector<uint8_t> bytes(20000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 256);
  return bytes;
}

uint32_t run_toy(rtl_machine& machine, std::vector<uint8_t>& image, int beats) {
  machine.set_memory(image);
  machine.write_csr(csr::desc_addr_lo, first_byte);
  machine.write_csr(csr::desc_count, static_cast<uint32_t>(beats));
  machine.write_csr(csr::control, 1);
  machine.run_until_idle();
  return machine.read_csr(csr::counters);
}

// A copy of the toy with one replacement.
std::string changed_toy(const temporary_folder& folder, const std::string& from, const std::string& to) {
  std::string text = read_bytes(root + "/tests/sim/cosim/toy_rtl/ssm_top.sv");
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_bytes(folder.file("ssm_top.sv"), text.replace(at, from.size(), to));
  write_bytes(folder.file("files.f"), "ssm_top.sv\n");
  return folder.path().string();
}

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const tool_error& error) {
    return error.what();
  }
  return "";
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

TEST_CASE("rtl_build rtl takes the second library from the cache", "[cosim][rtl]") {
  const design_point point = toy_point(64);
  const std::string library = build_rtl_library(point, toy_build());
  const auto time = fs::last_write_time(library);
  CHECK(build_rtl_library(point, toy_build()) == library);
  CHECK(fs::last_write_time(library) == time);
  const temporary_folder folder;
  const std::string other = changed_toy(folder, "32'h53434e31", "32'h53434e32");
  CHECK(build_rtl_library(point, toy_build(other)) != library);
}

TEST_CASE("rtl_build rtl two processes build once", "[cosim][rtl]") {
  const temporary_folder cache;
  rtl_build_request request = toy_build();
  request.cache_dir = cache.path().string();
  const pid_t other = fork();
  if (other == 0) {
    const bool good = failure([&] { build_rtl_library(toy_point(32), request); }).empty();
    _exit(good ? 0 : 1);
  }
  const std::string library = build_rtl_library(toy_point(32), request);
  int status = 1;
  waitpid(other, &status, 0);
  CHECK(status == 0);
  CHECK(fs::exists(library));
  CHECK(std::distance(fs::directory_iterator(cache.path()), {}) == 2);  // library and lock
}

TEST_CASE("rtl_build rtl names the log of a failure and leaves nothing half-built", "[cosim][rtl]") {
  const temporary_folder folder, cache;
  rtl_build_request request = toy_build(changed_toy(folder, "endmodule", "endmodul"));
  request.cache_dir = cache.path().string();
  const std::string message = failure([&] { build_rtl_library(toy_point(64), request); });
  CAPTURE(message);
  CHECK(message.find("verilator failed") != std::string::npos);
  CHECK(message.find("%Error") != std::string::npos);
  CHECK(message.find("whole log: " + cache.path().string()) != std::string::npos);
  CHECK(std::distance(fs::directory_iterator(cache.path()), {}) == 2);  // log and lock
}

TEST_CASE("rtl_build rtl an interrupted build is cleaned up", "[cosim][rtl]") {
  struct stop {};
  const temporary_folder cache;
  rtl_build_request request = toy_build();
  request.cache_dir = cache.path().string();
  CHECK_THROWS_AS(build_rtl_library(toy_point(64), request,
                                    [](const std::string& what) {
                                      if (what.starts_with("compiling")) throw stop();
                                    }),
                  stop);
  for (const auto& entry : fs::directory_iterator(cache.path())) CHECK_FALSE(entry.is_directory());
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
