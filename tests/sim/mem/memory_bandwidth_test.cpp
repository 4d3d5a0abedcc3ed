// What a memory model can move at most: the figures of its parameters, and that a stream comes near and never
// passes them.
#include "sim/mem/memory_bandwidth.h"

#include <catch2/catch.hpp>

#include "tests/support/places.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

memory_parameters parameters_of(int axi_bytes, double clock_mhz) {
  return {axi_bytes, clock_mhz, 1, test::source_dir() + "/sim/mem/parameters"};
}

// Bytes a second of reads one behind the other, of rows in order.
double streamed(const std::string& model, const memory_parameters& parameters) {
  const auto memory = make_memory_timing(model, parameters);
  constexpr int beats = 16, bursts = 4000;
  std::vector<cycle_t> beat(beats);
  cycle_t next = 0;
  for (int i = 0; i < bursts; ++i) {
    const uint64_t address = static_cast<uint64_t>(i) * beats * static_cast<uint64_t>(parameters.axi_bytes);
    next = memory->read_address({address, beats}, next, beat) + 1;
  }
  const double seconds = static_cast<double>(beat.back() + 1) / (parameters.clock_mhz * 1e6);
  return static_cast<double>(bursts) * beats * parameters.axi_bytes / seconds;
}

}  // namespace

TEST_CASE("memory_bandwidth is that of the port, the pipe or the channels", "[mem]") {
  const memory_parameters narrow = parameters_of(16, 1000), wide = parameters_of(128, 1000);
  CHECK(peak_bandwidth("ideal", narrow).read_bytes_per_s == Approx(16e9));
  CHECK(peak_bandwidth("ideal", narrow).both_bytes_per_s == Approx(32e9));
  CHECK(peak_bandwidth("latency", wide).read_bytes_per_s == Approx(64e9));
  CHECK(peak_bandwidth("latency", wide).both_bytes_per_s == Approx(64e9));
  CHECK(peak_bandwidth("dram-ddr4", wide).both_bytes_per_s == Approx(25.6e9));
  CHECK(peak_bandwidth("dram-lpddr5", wide).write_bytes_per_s == Approx(25.6e9));
  CHECK(peak_bandwidth("dram-hbm2", wide).read_bytes_per_s == Approx(128e9));
  CHECK(peak_bandwidth("dram-hbm2", parameters_of(128, 4000)).both_bytes_per_s == Approx(256e9));
  CHECK_THROWS_AS(peak_bandwidth("dram", wide), input_error);
}

TEST_CASE("memory_bandwidth is not passed by a stream, and nearly reached", "[mem]") {
  for (const std::string& model : memory_model_names())
    for (const int axi_bytes : {8, 32, 128}) {
      CAPTURE(model, axi_bytes);
      const memory_parameters parameters = parameters_of(axi_bytes, 1000);
      const double peak = peak_bandwidth(model, parameters).read_bytes_per_s;
      const double found = streamed(model, parameters);
      CHECK(found <= peak * (1 + 1e-9));
      if (model != "random") CHECK(found > 0.5 * peak);
    }
}

}  // namespace scansim
