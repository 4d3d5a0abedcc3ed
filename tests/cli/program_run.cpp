#include "tests/cli/program_run.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

pid_t start(std::vector<std::string> arguments, const std::string& out, const std::string& err) {
  const std::string cache = std::string(SCANSIM_BINARY_DIR) + "/test-cache";
  arguments.insert(arguments.begin(), SCANSIM_PROGRAM);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t program = fork();
  if (program != 0) return program;
  setenv("SCANSIM_CACHE", cache.c_str(), 1);
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
  execv(pointers[0], pointers.data());
  _exit(127);
}

}  // namespace

int program_end::error_lines() const { return static_cast<int>(std::count(err.begin(), err.end(), '\n')); }

program_end run_scansim(const std::vector<std::string>& arguments, int interrupt_after_ms) {
  const temporary_folder folder;
  const pid_t program = start(arguments, folder.file("out"), folder.file("err"));
  if (program < 0) throw std::runtime_error("cannot fork");
  if (interrupt_after_ms >= 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(interrupt_after_ms));
    kill(program, SIGINT);
  }
  int status = 0;
  waitpid(program, &status, 0);
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), read_bytes(folder.file("out")),
          read_bytes(folder.file("err"))};
}

void write_small_trace(const std::string& path) {
  const program_end end =
      run_scansim({"trace", "generate", "--channels", "4", "--states", "8", "--length", "32", "--groups", "2",
                   "--h0", "--expect", "--seed", "3", "--out", path});
  if (end.status != 0) throw std::runtime_error("no trace: " + end.err);
}

std::string with_header(const std::string& bytes, const std::function<void(nlohmann::json&)>& change) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  nlohmann::json header = nlohmann::json::parse(bytes.substr(8, length));
  change(header);
  return raw_safetensors(header.dump(), bytes.substr(8 + length));
}

std::string with_metadata(const std::string& bytes, const std::function<void(nlohmann::json&)>& change) {
  return with_header(bytes, [&](nlohmann::json& header) {
    nlohmann::json metadata = nlohmann::json::parse(header["__metadata__"]["scansim"].get<std::string>());
    change(metadata);
    header["__metadata__"]["scansim"] = metadata.dump();
  });
}

}  // namespace scansim::test
