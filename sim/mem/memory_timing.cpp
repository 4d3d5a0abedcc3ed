#include "sim/mem/memory_timing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <set>

#include "sim/mem/memory_dram.h"
#include "sim/mem/memory_ideal.h"
#include "sim/mem/memory_latency.h"
#include "sim/mem/memory_parameter_file.h"
#include "sim/mem/memory_random.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using maker = std::unique_ptr<memory_timing> (*)(const std::string&, const memory_parameters&);

void refuse_settings(const std::string& name, const memory_parameters& p) {
  if (!p.set.empty())
    throw input_error("design point", "memory." + p.set.begin()->first,
                      "nothing: the memory model " + name + " has no parameters",
                      fmt::format("'{}'", p.set.begin()->second));
}

std::unique_ptr<memory_timing> make_ideal(const std::string& name, const memory_parameters& p) {
  refuse_settings(name, p);
  return std::make_unique<memory_ideal>(p.axi_bytes);
}
std::unique_ptr<memory_timing> make_latency(const std::string&, const memory_parameters& p) {
  return std::make_unique<memory_latency>(p.axi_bytes, read_latency_parameters(p.parameter_dir, p.set));
}
std::unique_ptr<memory_timing> make_random(const std::string& name, const memory_parameters& p) {
  refuse_settings(name, p);
  return std::make_unique<memory_random>(p.axi_bytes, p.seed);
}
std::unique_ptr<memory_timing> make_dram(const std::string& name, const memory_parameters& p) {
  return std::make_unique<memory_dram>(p.axi_bytes, p.clock_mhz,
                                       read_dram_parameters(p.parameter_dir, name, p.set));
}

struct model {
  const char* name;
  maker make;
  bool has_file;  // of parameters
};

// The list of memory models: a new one is a line here.
constexpr model models[] = {
    {"ideal", make_ideal, false},   {"latency", make_latency, true},  {"random", make_random, false},
    {"dram-ddr4", make_dram, true}, {"dram-lpddr5", make_dram, true}, {"dram-hbm2", make_dram, true},
};

}  // namespace

std::unique_ptr<memory_timing> make_memory_timing(const std::string& name,
                                                  const memory_parameters& parameters) {
  if (parameters.axi_bytes < 1 || parameters.axi_bytes > 128 ||
      !std::has_single_bit(static_cast<unsigned>(parameters.axi_bytes)))
    throw input_error("memory", "axi_bytes", "a power of two in 1..128",
                      fmt::format("'{}'", parameters.axi_bytes));
  if (!(parameters.clock_mhz >= 1 && parameters.clock_mhz <= 10000))
    throw input_error("memory", "clock_mhz", "a number in 1..10000",
                      fmt::format("'{}'", parameters.clock_mhz));
  for (const model& candidate : models)
    if (name == candidate.name) return candidate.make(name, parameters);
  throw input_error("memory", "model", fmt::format("one of {}", fmt::join(memory_model_names(), ", ")),
                    fmt::format("'{}'", name));
}

std::vector<std::string> memory_model_names() {
  std::vector<std::string> names;
  for (const model& candidate : models) names.emplace_back(candidate.name);
  return names;
}

std::vector<std::string> memory_parameter_names(const std::string& parameter_dir) {
  std::set<std::string> names;
  for (const model& one : models) {
    if (!one.has_file) continue;
    for (const std::string& name : memory_parameter_file(parameter_dir, one.name).names()) names.insert(name);
  }
  return {names.begin(), names.end()};
}

}  // namespace scansim
