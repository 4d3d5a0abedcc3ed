// A folder with a batch system in it that runs tasks on this machine (fake_queue.sh), for scripts that call
// the program: its commands are first in PATH, slurm.yaml and lsf.yaml are the shipped queues that look five
// times a second, s.yaml is a sweep of 108 rows and long.yaml one of thousands. $D is a folder whose name
// needs every quote there is.
#pragma once
#include "tests/system/shell_run.h"

namespace scansim::test {

class queue_place {
 public:
  queue_place();
  // In the folder; `variables` besides those of shell_folder.
  program_end run(const std::string& script, std::vector<std::string> variables = {}) const;
  std::string text(const std::string& name) const { return read_bytes(folder_.file(name)); }
  std::string calls() const { return text("queue/calls"); }
  void write(const std::string& name, const std::string& text) const {
    write_bytes(folder_.file(name), text);
  }
  // The shipped queue, that of few tasks, with texts replaced: the first place of each.
  std::string changed_queue(const std::string& name,
                            std::vector<std::pair<std::string, std::string>> changes) const;

 private:
  shell_folder folder_;
};

}  // namespace scansim::test
