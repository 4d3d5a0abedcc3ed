// The ceilings' kernel source under emulation: they do the work that they are credited with.
#include "host/cuda/measure/ceiling_kernel.cuh"

#include <catch2/catch.hpp>
#include <vector>

using namespace scansim;

TEST_CASE("ceiling copy moves every word once, whatever the grid", "[unit][gpu]") {
  for (const int64_t words : {0, 1, 63, 64, 65, 255, 256, 257, 1000, 4096}) {
    std::vector<copy_word> from(static_cast<size_t>(words)), to(static_cast<size_t>(words) + 1);
    for (size_t k = 0; k < from.size(); ++k)
      for (uint32_t j = 0; j < 4; ++j) from[k].part[j] = static_cast<uint32_t>(4 * k) + j + 1;
    emulation::launch(dim3(2), dim3(32), [&] { copy_kernel(to.data(), from.data(), words); });
    bool same = true;
    for (size_t k = 0; k < from.size(); ++k)
      for (size_t j = 0; j < 4; ++j) same = same && to[k].part[j] == from[k].part[j];
    CAPTURE(words);
    CHECK(same);
    CHECK(to.back().part[0] == 0);
  }
}

TEST_CASE("ceiling exps converge to the fixed point of 2^-x in every chain", "[unit][gpu]") {
  std::vector<float> unit(64), split(64);
  emulation::launch(dim3(2), dim3(32), [&] { exp_kernel<exp_method::unit, exp_chains>(unit.data()); });
  emulation::launch(dim3(2), dim3(32), [&] { exp_kernel<exp_method::split, 2>(split.data()); });
  for (size_t k = 0; k < unit.size(); ++k) {
    CHECK(unit[k] == Approx(exp_chains * 0.6411857f).epsilon(1e-5));
    CHECK(split[k] == Approx(exp_chains * 0.6411857f).epsilon(1e-5));
  }
}
