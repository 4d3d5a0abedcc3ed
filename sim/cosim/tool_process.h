// Runs one external tool (verilator, make, a compiler) in a directory with its output appended to a log file.
// The tool and everything it starts form a process group of their own, so that an interruption ends all of
// them. Contract: no shell, arguments are passed as they are; `progress` is called about ten times a second
// and may throw to interrupt. Choose it for builds; it gives no access to the tool's output other than the
// log.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace scansim {

// What a long step is doing now, in one line. May throw: the step cleans up and passes the exception on.
using progress_callback = std::function<void(const std::string& what)>;

struct tool_command {
  std::vector<std::string> arguments;  // [0] is looked up in PATH
  std::string directory;
  std::string log_path;  // stdout and stderr are appended
  std::string what;      // passed to progress
};

// Exit status of the tool; 127 if it could not be started, 128 + n if signal n ended it. Throws tool_error if
// no process can be made, and whatever `progress` throws (after the process group has ended).
int run_tool(const tool_command& command, const progress_callback& progress = {});

// The standard output of a short command, without the last line end; empty if it fails.
std::string tool_output(const std::vector<std::string>& arguments);

// The first program of that name in PATH; empty if there is none.
std::string path_of_tool(const std::string& tool);
bool in_path(const std::string& tool);

// What a short command that failed said on either output: its first complaint, else its first line.
std::string tool_complaint(const std::vector<std::string>& arguments);

// The line of a log that names the cause: the first that tells of an error, else the last that is not empty.
std::string first_complaint(const std::string& log_path);

bool mentions(const std::string& log_path, const std::string& text);

}  // namespace scansim
