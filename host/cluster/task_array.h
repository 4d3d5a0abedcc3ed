// An array of tasks in a batch system: submitted, looked at, cancelled with the commands of a queue
// (batch_queue.h), which `sh` runs in the folder of the work; scripts and logs are in <folder>/tasks.
// Contract: a command that is not there, fails or says nothing usable is a tool_error of one line; `progress`
// is called about ten times a second and may throw. Whether tasks did their work is the caller's to find out.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "host/cluster/batch_queue.h"
#include "sim/cosim/tool_process.h"

namespace scansim {

struct array_request {
  std::string folder;   // absolute, with a folder `tasks`
  std::string command;  // of a task, for the shell; what tells it its part is in the script
  int tasks = 1, cpus = 1;
};

class task_array {
 public:
  // One that was submitted before.
  task_array(batch_queue queue, std::string folder, std::string job)
      : queue_(std::move(queue)), folder_(std::move(folder)), job_(std::move(job)) {}
  // A submission that is on its way is not cut off: what `progress` throws meanwhile is dropped, so it has to
  // throw again when it is asked again; after ten seconds it passes.
  static task_array submitted(const batch_queue& queue, const array_request& request,
                              const progress_callback& progress);

  const std::string& job() const { return job_; }
  // Tasks that are waiting or running, as far as the list tells them apart.
  int unfinished(const progress_callback& progress) const;
  void cancel() const;                   // within half a minute
  std::string cancel_text() const;       // the command
  std::string log_path(int task) const;  // of a task from 0

 private:
  std::map<std::string, std::string> values() const;  // of list and cancel

  batch_queue queue_;
  std::string folder_, job_;
};

// How many tasks an array may have here; nothing where it is not said.
std::optional<int> array_limit(const batch_queue& queue, const std::string& folder,
                               const progress_callback& progress);

}  // namespace scansim
