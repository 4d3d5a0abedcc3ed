// A layer operator by operator, in the order of the data: the unit that works on it, how long,
// multiply-accumulates or state updates, bytes of weights, energy of the unit. An operator on the gemm has
// the part of gemm_nm that its products take (one row of mac_slots a cycle); of every other unit it has all.
// Contract: energies sum to the rung's; empty for a call that is no layer. Cycles of different units overlap
// and do not sum to the call's.
#pragma once
#include <string>
#include <vector>

#include "host/report/run_result.h"

namespace scansim {

struct operator_use {
  std::string name, unit;
  uint64_t busy = 0;          // cycles of the unit
  uint64_t steps = 0;         // MACs, state updates of a scan; 0: not counted
  uint64_t weight_bytes = 0;  // as stored
  double energy_pj = 0;       // nominal; 0 where none was estimated
};

std::vector<operator_use> operators_of(const run_result& result, const rung_result& rung);
std::string operator_text(const run_result& result);  // of the last rung with time

}  // namespace scansim
