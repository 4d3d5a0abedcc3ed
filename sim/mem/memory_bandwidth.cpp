#include "sim/mem/memory_bandwidth.h"

#include <algorithm>
#include <optional>

#include "sim/mem/memory_dram_parameters.h"
#include "sim/mem/memory_latency.h"

namespace scansim {
namespace {

constexpr double fs_of_second = 1e15;

double dram_bytes_per_s(const dram_parameters& dram) {
  const auto clocks = static_cast<double>(std::max(dram.timing.tBURST, dram.timing.tCCD_S));
  return fs_of_second * dram.channels * dram.burst_bytes / (clocks * static_cast<double>(dram.clock_fs));
}

// Of what both directions share; nullopt: nothing.
std::optional<double> shared_bytes_per_s(const std::string& model, const memory_parameters& p) {
  if (model == "latency") {
    const auto milli =
        static_cast<double>(read_latency_parameters(p.parameter_dir, p.set).milli_bytes_per_cycle);
    return milli * 1e-3 * p.clock_mhz * 1e6;
  }
  if (model.starts_with("dram-"))
    return dram_bytes_per_s(read_dram_parameters(p.parameter_dir, model, p.set));
  return std::nullopt;
}

}  // namespace

memory_bandwidth peak_bandwidth(const std::string& model, const memory_parameters& parameters) {
  make_memory_timing(model, parameters);  // refuses what it must
  const double port = parameters.axi_bytes * parameters.clock_mhz * 1e6;
  const double shared = shared_bytes_per_s(model, parameters).value_or(2 * port);
  const double one = std::min(port, shared);
  return {one, one, std::min(2 * port, shared)};
}

}  // namespace scansim
