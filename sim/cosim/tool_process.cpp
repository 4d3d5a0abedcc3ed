#include "sim/cosim/tool_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <fstream>
#include <thread>

#include "traces/input_error.h"

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
    if (ended < 0 && errno != EINTR) throw tool_error(command.arguments[0] + ": cannot wait for it");
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
  if (log < 0) throw tool_error(command.log_path + ": cannot write: " + strerror(errno));
  const pid_t tool = fork();
  if (tool == 0) become_tool(arguments.data(), command.directory.c_str(), log);
  close(log);
  if (tool < 0) throw tool_error(command.arguments[0] + ": cannot start: " + strerror(errno));
  setpgid(tool, tool);  // also here: whoever comes first
  return wait_for(tool, command, progress);
}

std::string tool_output(const std::vector<std::string>& arguments) {
  const std::vector<char*> pointers = argument_pointers(arguments);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t tool = -1;
  const int failure = posix_spawnp(&tool, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; failure == 0 && (n = read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (n > 0) text.append(buffer, static_cast<size_t>(n));
    if (n < 0 && errno != EINTR) break;
  }
  close(ends[0]);
  int status = 1;
  while (failure == 0 && waitpid(tool, &status, 0) < 0 && errno == EINTR) {
  }
  if (failure != 0 || status != 0) return {};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string last_lines(const std::string& path, int lines) {
  std::ifstream file(path);
  std::deque<std::string> kept;
  for (std::string line; std::getline(file, line);) {
    kept.push_back(line.substr(0, 500));
    if (static_cast<int>(kept.size()) > lines) kept.pop_front();
  }
  std::string text;
  for (const std::string& line : kept) text += "  " + line + "\n";
  return text;
}

}  // namespace scansim
