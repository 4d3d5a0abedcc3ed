// The toy machine behind the pins of the real one (toy_rtl), built, changed and run by the tests of cosim.
#pragma once
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "hls/map/csr_map.h"
#include "sim/cosim/rtl_build.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/rtl_machine.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

inline const std::string root = source_dir();
inline constexpr uint32_t first_byte = 8192;

inline design_point toy_point(int axi_bits) {
  design_point point = load_design_point("tiny", root + "/models/configs");
  point.axi_data_bits = axi_bits;  // not every width suits the real machine of this size
  return point;
}

inline rtl_build_request toy_build(const std::string& rtl_dir = root + "/tests/sim/cosim/toy_rtl",
                                   bool waves = false) {
  return {rtl_dir, root + "/sim/cosim", rtl_cache(), waves};
}

inline rtl_machine::memory_maker memory(const std::string& name, int axi_bytes) {
  return [=] {
    return make_memory_timing(
        name,
        {.axi_bytes = axi_bytes, .clock_mhz = 200, .seed = 9, .parameter_dir = root + "/sim/mem/parameters"});
  };
}

inline std::vector<uint8_t> pattern() {
  std::vector<uint8_t> bytes(20000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 256);
  return bytes;
}

inline uint32_t run_toy(rtl_machine& machine, std::vector<uint8_t>& image, int beats) {
  machine.set_memory(image);
  machine.write_csr(csr::desc_addr_lo, first_byte);
  machine.write_csr(csr::desc_count, static_cast<uint32_t>(beats));
  machine.write_csr(csr::control, 1);
  machine.run_until_idle();
  return machine.read_csr(csr::counters);
}

// A copy of the toy with one replacement.
inline std::string changed_toy(const temporary_folder& folder, const std::string& from,
                               const std::string& to) {
  std::string text = read_bytes(root + "/tests/sim/cosim/toy_rtl/ssm_top.sv");
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_bytes(folder.file("ssm_top.sv"), text.replace(at, from.size(), to));
  write_bytes(folder.file("files.f"), "ssm_top.sv\n");
  return folder.path().string();
}

inline std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const tool_error& error) {
    return error.what();
  }
  return "";
}

inline rtl_build_request build_in(const std::filesystem::path& cache) {
  rtl_build_request request = toy_build();
  request.cache_dir = cache.string();
  return request;
}

}  // namespace scansim::test
