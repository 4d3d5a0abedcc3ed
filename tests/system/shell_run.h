// The program inside a bash script: redirections, pipes, limits and signals as a user's shell makes them.
// Contract: a script runs in a folder of its own that holds the trace t.safetensors (write_small_trace) and
// nothing else; $S is the program, $M a checkpoint, $W its text. $S runs `hls` of it in $C: a whole, short
// run. What is mounted there is the script's to unmount.
#pragma once
#include <string>
#include <vector>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

class shell_folder {
 public:
  shell_folder();

  program_end run(const std::string& script, const std::vector<std::string>& variables = {}) const;
  std::string file(const std::string& name) const { return folder_.file(name); }
  // Names in the folder, sorted, but for the trace; "a b" for two.
  std::string left() const;

 private:
  temporary_folder folder_;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Whether the script's kind of thing can be made here; says why not where it cannot.
bool can_make_nodes();
bool can_mount();

}  // namespace scansim::test
