// The missing rows of a folder as tasks of a batch system: an array of tasks, each a command on its part of
// the rows, with a copy of this program. Contract: the array is cancelled when `progress` throws, and the
// rows that are there are kept. An array that is still at work in the folder, submitted by a run that was
// killed or that did not wait, is waited for. Knows of rows their keys and how many there are, nothing else.
// Errors: tool_error.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/cluster/task_array.h"

namespace scansim {

struct folder_array_request {
  std::string folder, model;      // hash of the program
  std::string command;            // "sweep work": what a task runs on the folder
  std::vector<std::string> data;  // folders of the data that it reads (program_copy.h)
  batch_queue queue;
  int jobs = 1;                                                   // processes of a task
  bool detached = false;                                          // submit, and do not wait
  std::function<void(const std::string&)> tell = {};              // what happened, a line
  std::function<uint64_t()> rows_there = {};                      // in the folder, cheap
  std::function<void(uint64_t done, uint64_t of)> progress = {};  // may throw
};

struct lost_task {
  std::string log;
  uint64_t rows = 0;
};

class folder_array {
 public:
  explicit folder_array(const folder_array_request& request);

  // One that was submitted before, by this program.
  bool wait_for_known();
  task_array submit(size_t rows);
  void wait(const task_array& array);
  void expect(uint64_t rows);  // before both
  // Tasks of the array whose rows, of these keys, are not there.
  std::vector<lost_task> lost_tasks(const task_array& array, const std::vector<std::string>& missing) const;

 private:
  task_array submitted(const std::string& command);
  int tasks_of(size_t rows);
  int unfinished_of(const task_array& array);
  void cancel(const task_array& array);
  void pause();
  void show() const;
  progress_callback ticking() {
    return [this](const std::string&) { show(); };
  }
  void tell(const std::string& line) const {
    if (request_.tell) request_.tell(line);
  }
  bool forget() const;

  const folder_array_request& request_;
  std::string folder_, queue_file_;
  int tasks_ = 1;
  uint64_t ran_ = 0, total_ = 0, rows_before_ = 0;
};

// "array 12 of 24 tasks ..." of a folder that has one; empty otherwise.
std::string array_text(const std::string& folder);

// The part, from 0, that a row belongs to.
uint64_t part_of_key(const std::string& key, uint64_t parts);

// "1 task of array 12 ended without 3 rows; ..."; empty: none is lost.
std::string lost_text(const std::string& job, const std::vector<lost_task>& lost);

}  // namespace scansim
