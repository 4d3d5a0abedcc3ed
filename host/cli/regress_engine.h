// Where `scansim regress run` runs jobs: processes here, or tasks of a batch system. Contract: the queue's
// file is read first, so that a wrong one is refused before anything runs; Ctrl-C ends what runs and keeps
// what has ended.
#pragma once
#include <optional>
#include <string>

#include "host/cli/sweep_engine.h"
#include "host/regress/regress_run.h"

namespace scansim {

struct regress_engine_end {
  regress_counts counts;
  std::string lost;  // lines about tasks that ended early
};

class regress_engine {
 public:
  // `on`: local_engine, a queue's name or its path.
  regress_engine(const std::string& on, std::optional<int> jobs, bool detached);
  int slots() const;  // here
  // What the folder is missing of `jobs`; makes the folder.
  regress_engine_end run(const std::string& path, const regress_folder& folder,
                         const std::vector<regress_job>& jobs) const;
  // All of `jobs`, here, into a folder that is there.
  regress_counts run_all(const std::string& path, const regress_plan& plan,
                         const std::vector<regress_job>& jobs) const;

 private:
  regress_engine_end run_array(const std::string& path, const regress_folder& folder,
                               const std::vector<regress_job>& jobs, const regress_progress& told) const;

  std::optional<batch_queue> queue_;
  std::optional<int> jobs_;
  bool detached_;
};

// `regress work`: the part "i/n" of what the folder is missing. Returns the exit status.
int work_jobs(const std::string& folder, const std::string& part, int slots);

// The folder that holds bin/scansim: what {build} in a plan's commands stands for.
std::string build_folder();

// Keys name the program: another one must not add to a folder (input_error).
void check_program(const std::string& path, const regress_folder& folder);

}  // namespace scansim
