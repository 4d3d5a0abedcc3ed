#include "sim/cosim/tool_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "traces/system_failure.h"

namespace scansim {
namespace {

std::vector<char*> argument_pointers(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Only calls that are safe between fork and exec.
[[noreturn]] void become_tool(char* const* arguments, const char* directory, int output) {
  setpgid(0, 0);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  const int input = open("/dev/null", O_RDONLY);
  if (input >= 0) dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  if (chdir(directory) == 0) execvp(arguments[0], arguments);
  const char* message = strerror(errno);
  if (write(2, arguments[0], strlen(arguments[0])) < 0 || write(2, ": ", 2) < 0 ||
      write(2, message, strlen(message)) < 0 || write(2, "\n", 1) < 0)
    _exit(126);
  _exit(127);
}

int exit_status(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

void end_group(pid_t leader) {
  kill(-leader, SIGTERM);
  int status = 0;
  for (int i = 0; i < 20; ++i) {
    if (waitpid(leader, &status, WNOHANG) != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  kill(-leader, SIGKILL);
  waitpid(leader, &status, 0);
}

int wait_for(pid_t tool, const tool_command& command, const progress_callback& progress) {
  using clock = std::chrono::steady_clock;
  auto next_report = clock::now();
  auto pause = std::chrono::milliseconds(1);
  for (int status = 0;;) {
    const pid_t ended = waitpid(tool, &status, WNOHANG);
    if (ended == tool) return exit_status(status);
    if (ended < 0 && errno != EINTR) throw system_failure(command.arguments[0] + ": cannot wait for it");
    if (progress && clock::now() >= next_report) {
      next_report = clock::now() + std::chrono::milliseconds(100);
      try {
        progress(command.what);
      } catch (...) {
        end_group(tool);
        throw;
      }
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(32));
  }
}

}  // namespace

int run_tool(const tool_command& command, const progress_callback& progress) {
  const std::vector<char*> arguments = argument_pointers(command.arguments);
  const int log = open(command.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) throw system_failure(command.log_path + ": cannot write");
  const pid_t tool = fork();
  if (tool == 0) become_tool(arguments.data(), command.directory.c_str(), log);
  const int cause = errno;
  close(log);
  if (tool < 0) throw system_failure(command.arguments[0] + ": cannot start", cause);
  setpgid(tool, tool);  // also here: whoever comes first
  return wait_for(tool, command, progress);
}

namespace {

struct command_end {
  int status = 127;
  std::string text;
};

command_end short_command(const std::vector<std::string>& arguments, bool with_errors) {
  const std::vector<char*> pointers = argument_pointers(arguments);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  if (with_errors)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  else
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t tool = -1;
  const int failure = posix_spawnp(&tool, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  command_end end;
  char buffer[4096];
  for (ssize_t n = 0; failure == 0 && (n = read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (n > 0) end.text.append(buffer, static_cast<size_t>(n));
    if (n < 0 && errno != EINTR) break;
  }
  close(ends[0]);
  int status = 1;
  while (failure == 0 && waitpid(tool, &status, 0) < 0 && errno == EINTR) {
  }
  if (failure == 0) end.status = exit_status(status);
  return end;
}

bool complains(std::string line) {
  std::transform(line.begin(), line.end(), line.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* word : {"error", "no space left", "fatal", "cannot", "not found", "denied", "killed"})
    if (line.find(word) != std::string::npos) return true;
  return false;
}

// make says which target failed behind the cause; a flag or a file may be called error.
bool is_echo(const std::string& line) {
  return line.starts_with("make") && line.find("***") != std::string::npos;
}

std::string complaint_in(std::istream& text) {
  std::string last;
  for (std::string line; std::getline(text, line);) {
    const size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos) continue;
    line = line.substr(first, 300);
    const bool command = line.find(" -o ") != std::string::npos && line.find(" -c ") != std::string::npos;
    if (complains(line) && !is_echo(line) && !command) return line;
    last = line;
  }
  return last;
}

}  // namespace

std::string tool_output(const std::vector<std::string>& arguments) {
  command_end end = short_command(arguments, false);
  if (end.status != 0) return {};
  while (!end.text.empty() && end.text.back() == '\n') end.text.pop_back();
  return end.text;
}

std::string path_of_tool(const std::string& tool) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const std::string file = (folder.empty() ? "." : folder) + "/" + tool;
        access(file.c_str(), X_OK) == 0)
      return file;
  return "";
}

bool in_path(const std::string& tool) { return !path_of_tool(tool).empty(); }

std::string tool_complaint(const std::vector<std::string>& arguments) {
  std::istringstream text(short_command(arguments, true).text);
  const std::string complaint = complaint_in(text);
  return complaint.empty() ? "no message" : complaint;
}

std::string first_complaint(const std::string& log_path) {
  std::ifstream log(log_path);
  return complaint_in(log);
}

bool mentions(const std::string& log_path, const std::string& text) {
  std::ifstream log(log_path);
  for (std::string line; std::getline(log, line);)
    if (line.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace scansim
