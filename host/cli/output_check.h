// The outputs that a command was asked for, looked at before anything runs. Contract: each can be written as
// far as can be told without writing, none is a file that the run reads (by device and inode, so also through
// links), no two are one, and none is where standard output or standard error go. Everything else is one
// input_error that names the option. What only writing tells, a full disk say, is host/cli/delivery.h's.
#pragma once
#include <string>
#include <vector>

#include "host/run/run_request.h"
#include "traces/output_target.h"

namespace scansim {

struct named_output {
  std::string option, path;    // an empty path passes: not asked for
  bool binary = false;         // not for a terminal
  std::string extension = {};  // that the name of a regular file must have
};

// `inputs`: files, or folders whose files are read. Returns what each output leads to.
std::vector<output_target> check_outputs(const std::vector<named_output>& outputs,
                                         const std::vector<std::string>& inputs);

// A folder for files with names that the program chooses; it is made when they are written.
void check_output_folder(const std::string& option, const std::string& path);

// What a checkpoint is read from: it, its shards, the config.json beside it.
std::vector<std::string> model_inputs(const std::string& path);

// What a run on a design point reads besides its trace.
std::vector<std::string> design_inputs(const std::string& config);

}  // namespace scansim
