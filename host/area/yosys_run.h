// A run of Yosys (npm package @yowasp/yosys through node) in a folder of its own: the files by name, a
// script, one file of the result back. Contract: work_dir keeps the tool (installed on first use; the
// environment variable SCANSIM_YOSYS names an installed one instead) and the log of a run that failed, and
// nothing else, however a run ends. synthesis_digest: of all that a result depends on, the tool included.
// Errors: tool_error if npm, node or the tool fails, and what `progress` throws.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/cosim/tool_process.h"

namespace scansim {

struct synthesis_run {
  std::vector<std::pair<std::string, std::filesystem::path>> files;  // name for the script, where it is
  std::vector<std::pair<std::string, std::string>> texts = {};       // name for the script, what is in it
  std::string script = {};
  std::string result = {};  // name of the file that the script writes
};

std::string run_synthesis(const synthesis_run& run, const std::string& name, const std::string& work_dir,
                          const progress_callback& progress = {});
std::string synthesis_digest(const synthesis_run& run);

// The RTL in compile order: rtl_dir/files.f, one path per line, # for comments, relative to rtl_dir or to its
// parent. Errors: input_error for a list that cannot be read.
std::vector<std::filesystem::path> rtl_files(const std::filesystem::path& rtl_dir);

}  // namespace scansim
