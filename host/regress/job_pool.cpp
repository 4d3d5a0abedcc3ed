#include "host/regress/job_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "host/regress/job_run.h"
#include "traces/system_failure.h"

namespace scansim {
namespace {

using pool_clock = std::chrono::steady_clock;

constexpr int look_again_ms = 100, refusing_status = 77;
constexpr size_t longest_tail = 600, bytes_of_mb = 1024 * 1024;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

void limit(int resource, uint64_t most) {
  const rlimit both{most, most};
  setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

void write_all(int descriptor, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = write(descriptor, text.data() + done, text.size() - done);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

class running_task {
 public:
  running_task(const pool_task& task, size_t index) : task_(&task), index_(index), start_(pool_clock::now()) {
    int ends[2];
    log_ = memfd_create("scansim-job", MFD_CLOEXEC);
    if (log_ < 0 || pipe2(ends, O_CLOEXEC) != 0)
      throw system_failure("regress: cannot make a pipe for a job");
    const pid_t parent = getpid();
    process_ = fork();
    if (process_ < 0) throw system_failure("regress: cannot create a process");
    if (process_ == 0) {
      setpgid(0, 0);
      for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGBUS, SIGPIPE}) std::signal(signal, SIG_DFL);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(3);
      work(ends[1]);
    }
    setpgid(process_, process_);
    close(ends[1]);
    results_ = ends[0];
    fcntl(results_, F_SETFL, O_NONBLOCK);
    end_ = static_cast<int>(syscall(SYS_pidfd_open, process_, 0));
    if (end_ < 0) throw system_failure("regress: cannot watch a process");
  }
  running_task(running_task&& other) noexcept { *this = std::move(other); }
  running_task& operator=(running_task&& other) noexcept {
    std::swap(task_, other.task_), std::swap(index_, other.index_), std::swap(start_, other.start_);
    std::swap(log_, other.log_), std::swap(results_, other.results_), std::swap(process_, other.process_);
    std::swap(text_, other.text_), std::swap(late_, other.late_), std::swap(end_, other.end_);
    return *this;
  }
  ~running_task() {
    if (process_ > 0) end(), waitpid(process_, nullptr, 0);
    for (const int descriptor : {results_, log_, end_})
      if (descriptor >= 0) close(descriptor);
  }

  int results() const { return results_; }  // readable: take_results
  int end_mark() const { return end_; }     // readable: the process has ended
  size_t index() const { return index_; }

  void take_results() {
    char bytes[4096];
    ssize_t count = 0;
    while ((count = read(results_, bytes, sizeof bytes)) > 0) text_.append(bytes, static_cast<size_t>(count));
    if (count == 0) close(results_), results_ = -1;  // poll passes over it
  }
  void end_if_late() {
    const std::chrono::duration<double> since = pool_clock::now() - start_;
    if (late_ || since.count() < task_->limits.wall_s) return;
    late_ = true;
    end();
  }

  // After its end.
  job_row row() {
    if (results_ >= 0) take_results();
    int status = 0;
    rusage used{};
    while (wait4(process_, &status, 0, &used) < 0 && errno == EINTR) {
    }
    kill(-process_, SIGKILL);  // what it left behind
    process_ = -1;
    job_row row = outcome(status);
    row.wall_s = std::chrono::duration<double>(pool_clock::now() - start_).count();
    row.cpu_s = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    row.memory_mb = static_cast<uint64_t>(used.ru_maxrss) / 1024;
    return row;
  }

 private:
  void end() const {
    kill(-process_, SIGKILL);
    kill(process_, SIGKILL);
  }

  [[noreturn]] void work(int to) const {
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, 0), dup2(log_, 1), dup2(log_, 2);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_AS, task_->limits.memory_mb * bytes_of_mb);
    for (const auto& [name, value] : task_->environment) setenv(name.c_str(), value.c_str(), 1);
    if (!task_->command.empty()) {
      std::vector<char*> words;
      for (const std::string& word : task_->command) words.push_back(const_cast<char*>(word.c_str()));
      words.push_back(nullptr);
      execvp(words[0], words.data());
      dprintf(2, "%s: %s\n", words[0], std::strerror(errno));
      _exit(127);
    }
    std::string result;
    try {
      result = to_json(task_->work()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    } catch (const std::bad_alloc&) {
      result = to_json(failed_row(task_->key, "memory", "no memory")).dump();
    } catch (const std::exception& failure) {
      result = to_json(tool_row(task_->key, failure.what()))
                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    write_all(to, result);
    _exit(0);
  }

  job_row outcome(int status) const {
    if (late_)
      return failed_row(task_->key, "hang", fmt::format("no end within {} s", task_->limits.wall_s) + tail());
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      return failed_row(task_->key, killed_kind, "killed");
    if (WIFSIGNALED(status))
      return failed_row(
          task_->key, "crash",
          fmt::format("ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status))) + tail());
    if (!task_->command.empty()) return of_program(WEXITSTATUS(status));
    const nlohmann::json read = nlohmann::json::parse(text_, nullptr, false);
    if (WEXITSTATUS(status) == 0 && read.is_object()) return job_row_from_json(read);
    return failed_row(task_->key, "crash",
                      fmt::format("ended with status {} and no result", WEXITSTATUS(status)) + tail());
  }

  job_row of_program(int status) const {
    job_row row;
    row.key = task_->key;
    if (status == 0) return row;
    if (status != refusing_status)
      return failed_row(task_->key, "exit", fmt::format("exit status {}", status) + tail());
    row.verdict = job_verdict::refused;
    row.message = "skipped" + tail();
    return row;
  }

  // What the process said last; lines as " | ".
  std::string tail() const {
    const off_t size = lseek(log_, 0, SEEK_END);
    const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(longest_tail));
    std::string text(static_cast<size_t>(size - begin), '\0');
    const ssize_t count = pread(log_, text.data(), text.size(), begin);
    text.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::string line;
    for (const char c : text) line += c == '\n' ? std::string(" | ") : std::string(1, c < 0x20 ? '?' : c);
    return line.empty() ? "" : ": " + line;
  }

  const pool_task* task_ = nullptr;
  size_t index_ = 0;
  pool_clock::time_point start_;
  int log_ = -1, results_ = -1, end_ = -1;
  pid_t process_ = -1;
  std::string text_;
  bool late_ = false;
};

}  // namespace

void run_pool(const std::vector<pool_task>& tasks, int slots, const pool_calls& calls) {
  std::vector<running_task> running;
  size_t next = 0;
  auto last_tick = pool_clock::now();
  while (next < tasks.size() || !running.empty()) {
    for (; next < tasks.size() && running.size() < static_cast<size_t>(slots); ++next)
      if (calls.may_start(next)) running.emplace_back(tasks[next], next);
    std::vector<pollfd> ends;
    for (const running_task& one : running)
      ends.push_back({one.results(), POLLIN, 0}), ends.push_back({one.end_mark(), POLLIN, 0});
    poll(ends.data(), ends.size(), look_again_ms);
    for (size_t i = running.size(); i-- > 0;) {
      if (ends[2 * i].revents != 0) running[i].take_results();
      if (ends[2 * i + 1].revents == 0) {
        running[i].end_if_late();
        continue;
      }
      const size_t index = running[i].index();
      job_row row = running[i].row();
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      calls.ended(index, std::move(row));
    }
    if (pool_clock::now() - last_tick < std::chrono::milliseconds(look_again_ms)) continue;
    last_tick = pool_clock::now();
    calls.tick();
  }
}

}  // namespace scansim
