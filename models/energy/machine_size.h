// machine_size: how much there is to leak: thousands of gate equivalents (two-input NANDs) of logic, KiB of
// memory. Logic: the operators of every block, each as large as its recipe (energy_recipes.h) with the gates
// of the primitives in place of their energy, times the copies that work in parallel, times logic_overhead
// for pipeline registers and control. Memory: models/area/memory_shapes.h. An estimate before synthesis; for
// LUTs of an FPGA see models/area.
#pragma once
#include "models/configs/design_point.h"

namespace scansim {

struct machine_size {
  double logic_kge = 0;
  double memory_kib = 0;
};

// Assumption: half as much again as the operators themselves.
inline constexpr double logic_overhead = 1.5;

machine_size size_of(const design_point& point);

}  // namespace scansim
