// Sweeps as text: the plan, the front, one point; the front as CSV. Contract: of an incomplete set every
// table and file begins with "PARTIAL k of n".
#pragma once
#include <string>

#include "host/sweep/sweep_front.h"

namespace scansim {

// What the energy of a point leaves out.
inline constexpr const char* energy_note =
    "energy: with static power, without clock tree, control and wires; the clock is the point's own";

inline constexpr const char* robust_note =
    "robust: on the front with every cost at its low, its nominal and its high end";

std::string plan_text(const sweep_spec& spec, const sweep_plan& plan);
std::string status_text(const sweep_outcome& outcome);  // counts, failures by message
// Rung by rung, what a row took in this store, and what those that are missing will.
std::string duration_text(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store);
// That, and how good the front is that there is.
std::string progress_text(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          const sweep_outcome& outcome);
std::string front_text(const sweep_spec& spec, const sweep_outcome& outcome);
std::string front_csv(const sweep_spec& spec, const sweep_outcome& outcome);
std::string point_text(const sweep_spec& spec, const judged_point& point);
// What makes the base's machine that of a point: " --set num_lanes=8 ...".
std::string settings_text(const sweep_point& point);
// The commands that repeat one workload on a point with SystemC beside it; a call with the settings of the
// file alone (operator_workload.h: with_settings).
std::string reproduce_text(const sweep_spec& spec, const std::string& settings,
                           const sweep_workload& workload);

}  // namespace scansim
