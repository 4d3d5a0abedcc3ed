// The DRAM models of the repository for their tests.
#pragma once
#include <string>
#include <vector>

#include "sim/mem/memory_dram_parameters.h"
#include "tests/support/places.h"

namespace scansim::test {

inline const std::string parameter_dir = source_dir() + "/sim/mem/parameters";
inline const std::vector<std::string> dram_models = {"dram-ddr4", "dram-lpddr5", "dram-hbm2"};
constexpr int64_t no_refresh = 1000000000000;  // an interval beyond every test

inline dram_parameters parameters_of(const std::string& model) {
  return read_dram_parameters(parameter_dir, model);
}

}  // namespace scansim::test
