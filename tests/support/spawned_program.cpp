#include "tests/support/spawned_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// This process's variables, those that `added` names replaced.
std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  const auto name = [](const std::string& variable) { return variable.substr(0, variable.find('=') + 1); };
  std::vector<std::string> variables = added;
  for (char** one = environ; *one != nullptr; ++one)
    if (std::none_of(added.begin(), added.end(), [&](const std::string& a) { return name(a) == name(*one); }))
      variables.push_back(*one);
  return variables;
}

pid_t spawn(const program_start& start, const std::string& out, const std::string& err) {
  const std::vector<std::string> variables = environment_with(start.variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addchdir_np(&actions, start.folder.c_str());
  pid_t child = -1;
  const int failure = posix_spawn(&child, start.words.front().c_str(), &actions, nullptr,
                                  pointers(start.words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw tool_error("cannot start " + start.words.front() + ": " + std::strerror(failure));
  return child;
}

}  // namespace

int program_end::error_lines() const { return static_cast<int>(std::count(err.begin(), err.end(), '\n')); }

program_end run_program(const program_start& start) {
  const temporary_folder folder;
  const pid_t program = spawn(start, folder.file("out"), folder.file("err"));
  if (start.interrupt_after_ms >= 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(start.interrupt_after_ms));
    kill(program, SIGINT);
  }
  int status = 0;
  waitpid(program, &status, 0);
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), read_bytes(folder.file("out")),
          read_bytes(folder.file("err"))};
}

}  // namespace scansim::test
