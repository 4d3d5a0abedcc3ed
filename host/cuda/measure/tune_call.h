// Which configuration of a prepared kernel is fastest here: each is timed in turn, round after round, so that
// a clock that drifts meets all of them. Contract: leaves the fastest chosen (of equals the first); a kernel
// with one configuration is not timed. Medians of 9 rounds of 200 us or longer.
#pragma once
#include <string>
#include <vector>

#include "host/cuda/measure/launch_timing.h"

namespace scansim {

struct tuned_configuration {
  std::string name;  // "schedule block, threads 128, items 16, ..."
  double us = 0;
};

struct tuned_kernel {
  std::vector<tuned_configuration> all;  // in the kernel's order; empty: there was no choice
  int chosen = 0;
  std::string text() const;  // "23.1 us: schedule block, ...; 40.2 us: ...", the fastest first
};

tuned_kernel tune(rotating_kernel& launches, gpu_kernel& kernel);

}  // namespace scansim
