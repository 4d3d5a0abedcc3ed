// The data of a sweep's page (host/page/README.md), in columns; <index> is one number a point, or one for
// all:
//   kind "sweep", name, folder, base, energy_note, program {version, revision, dirty}, workloads [{name,
//   weight}] set {planned, done, failed [[message, points]], refused [[rule, points]], dropped_lines} points:
//   how many have results; ids: their ids, one behind the other, id_digits each objectives [{result,
//   maximise}], front [point, ...] rung {values, at <index>}: the lowest rung that every row of the point is
//   equal on, or "differs on RUNG" bound {values, at <index>} parameters [{name, values, words, at <index>}]:
//   words of a shell that set the value; index -1: not set results [{name, unit, values}], energy_range
//   {low_j, high_j} roof {state_updates, updates_per_s, bytes_per_s}: both as {values, at <index>} gpu
//   {label, device, precision, basis, time_s}, {why_not} or null: of the workloads, weighted energy
//   {blocks, shares [[...] a block]}: in 1e-4 of the point's energy cycles {blocks, busy, wait_in, wait_out
//   [[...] a block]}: in 1e-3 of the point's cycles effects [{result, parameters [{name, share, spread,
//   factor}]}] commands [text a workload], settings_mark: what stands in them for " --set WORD" of each set
//   parameter
// Contract: of an incomplete set the points that are there, and set.done below set.planned.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/sweep/sweep_confirm.h"
#include "host/sweep/sweep_front.h"

namespace scansim {

nlohmann::json sweep_page(const std::string& folder, const sweep_spec& spec, const stored_rows& store,
                          const sweep_outcome& outcome, const confirmations& confirmed = {});

}  // namespace scansim
