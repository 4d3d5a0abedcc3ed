// Where two rungs differ, as one line, the same for every operator and every pair of rungs; the value of the
// lower rung first, then that of the rung above:
//   "NAME: N elements differ, first at PLACE: rtl 7, systemc 8; first counter that differs: dma.busy: rtl 3,
//   systemc 4"
// Contract: outputs are compared by name in the order of `above`, elements in the operator's own order
// (operator_case::comparison_order), counters in CSR order; below ref nothing is tolerated.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/operators/operator_case.h"
#include "sim/rungs/descriptor_events.h"
#include "sim/rungs/rung.h"
#include "sim/switching/operand_switching.h"

namespace scansim {

// What one rung gave, under the name that the line shall have for it.
struct named_outputs {
  std::string rung;
  const std::vector<named_integers>& outputs;
};

// The first output that differs; nullopt: all that `above` names are equal.
std::optional<std::string> output_difference(const operator_case& call, const named_outputs& above,
                                             const named_outputs& below);

// The first counter of `classes` that differs.
std::optional<std::string> counter_difference(counter_classes classes, const std::string& above_rung,
                                              const counter_values& above, const std::string& below_rung,
                                              const counter_values& below);

// The first count of how operands switch that differs, of rungs that both counted.
std::optional<std::string> switching_difference(const std::string& above_rung,
                                                std::span<const switching_count> above,
                                                const std::string& below_rung,
                                                std::span<const switching_count> below);

// "every bit, cycle and counter equal": what was compared and is the same.
std::string equality_text(const comparison& how);

}  // namespace scansim
