// A queue of a batch system, out of one YAML file: the text of a task's script and the commands that submit
// an array of tasks, list what has not ended of it and cancel it. Keys and placeholders: the section "On a
// cluster" of host/sweep/README.md. Contract: a file that cannot work is an input_error with file and field:
// an unknown key, an unknown placeholder, a script without {command} or {n}. Choose it for any batch system:
// a private one is a file, not code.
#pragma once
#include <string>
#include <vector>

namespace scansim {

struct batch_queue {
  std::string name, file;
  int tasks = 0, running = 0;  // at most, of an array; at a time
  int rows_per_task = 1;       // at least
  int first_index = 0;         // of an array
  double poll_s = 0;
  std::string limit, memory;  // of a task, in the words of the batch system
  std::string script, submit, list, cancel, log;
  std::string job_pattern;  // the number in what `submit` prints
  std::string array_limit_command,
      array_limit_pattern{};  // how many tasks an array may have; empty: no limit
};

std::vector<std::string> list_queues(const std::string& folder);

// `name_or_path`: a name of list_queues(folder), or a path that ends in .yaml or .yml.
batch_queue load_queue(const std::string& name_or_path, const std::string& folder);

}  // namespace scansim
