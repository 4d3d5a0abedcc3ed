// Runs tasks in processes of their own, some at a time, and hands over a row for each: what the work returns,
// or what ended it; of one that somebody else killed (kill -9, a system out of memory) that it was killed,
// which says nothing of the work. Contract: nothing that a task does ends the pool: a crash, an exit, too
// much memory or time are rows (crash, hang, memory); a task's process and what it started end with the pool,
// also when that is killed. Rows are handed over one by one, in the order in which tasks end. The process
// that calls has one thread. `tick` is called about ten times a second and may throw: then all tasks are
// ended and it passes.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "host/regress/job_row.h"
#include "host/regress/regress_plan.h"

namespace scansim {

struct pool_task {
  std::string key;
  job_limits limits;
  std::function<job_row()> work;     // in the child; or
  std::vector<std::string> command;  // a program: its exit status 0 is a pass, 77 a refusal
  std::vector<std::pair<std::string, std::string>> environment =
      {};  // of the process, beside that of the pool
};

inline constexpr const char* killed_kind = "killed";
inline bool was_killed(const job_row& row) { return row.signature.kind == killed_kind; }

struct pool_calls {
  std::function<void(size_t task, job_row row)> ended;
  std::function<bool(size_t task)> may_start = [](size_t) { return true; };  // false: it is left out
  std::function<void()> tick = [] {};
};

void run_pool(const std::vector<pool_task>& tasks, int slots, const pool_calls& calls);

}  // namespace scansim
