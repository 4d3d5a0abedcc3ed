// Where `scansim sweep run` runs rows: worker processes here, or tasks of a batch system. Contract: the
// queue's file is read first, so that a wrong one is refused before anything runs; Ctrl-C ends workers and
// cancels tasks, and keeps what they wrote.
#pragma once
#include <optional>
#include <string>

#include "host/cluster/batch_queue.h"
#include "host/sweep/sweep_run.h"

namespace scansim {

inline constexpr const char* local_engine = "local";

struct sweep_engine_end {
  sweep_run_counts counts;
  std::string lost;  // lines about workers and tasks that ended early
};

class sweep_engine {
 public:
  // `on`: local_engine, a queue's name or its path.
  sweep_engine(const std::string& on, std::optional<int> jobs, bool detached, sweep_budget budget);
  sweep_engine_end run(const sweep_spec& spec, const sweep_plan& plan, const std::string& folder,
                       const std::string& model) const;

 private:
  std::optional<batch_queue> queue_;
  std::optional<int> jobs_;
  bool detached_;
  sweep_budget budget_;
};

}  // namespace scansim
