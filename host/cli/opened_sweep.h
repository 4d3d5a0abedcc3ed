// A sweep's folder, read: its last file, plan, rows and outcome. For the commands that look at it.
#pragma once
#include "host/sweep/sweep_folder.h"
#include "host/sweep/sweep_tables.h"
#include "traces/input_error.h"

namespace scansim {

struct opened_sweep {
  sweep_folder folder;
  stored_rows store;
  sweep_plan plan;
  sweep_outcome outcome;
  explicit opened_sweep(const std::string& path, energy_end end = energy_end::nominal,
                        const std::string& fits = "")
      : folder(read_sweep_folder(path, fits)),
        store(read_shards(path)),
        plan(plan_sweep(folder.spec, folder.model, store)),
        outcome(judge_sweep(folder.spec, plan, store, end)) {}

  const sweep_point& point(const std::string& id) const {
    const sweep_point* found = nullptr;
    for (const sweep_point& one : plan.points)
      if (!id.empty() && one.id.starts_with(id)) {
        if (found)
          throw input_error("command line", "POINT", "the id of one point", "'" + id + "', of several");
        found = &one;
      }
    if (!found) throw input_error("command line", "POINT", "the id of a point of the plan", "'" + id + "'");
    return *found;
  }
};

}  // namespace scansim
