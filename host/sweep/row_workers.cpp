#include "host/sweep/row_workers.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <memory>
#include <thread>

#include "traces/input_error.h"
#include "traces/system_failure.h"

namespace scansim {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto look_again = std::chrono::milliseconds(100);
constexpr uint64_t no_task = UINT64_MAX, bytes_per_mb = 1'000'000;
constexpr int most_workers = 256;

// What a worker is at, for the parent; since: on the steady clock, which processes share.
struct worker_place {
  std::atomic<uint64_t> task{no_task};
  std::atomic<clock::rep> since{0};
};

// Shared with the workers. Why one of them ended early: the first to fail says it.
struct shared_work {
  std::atomic<uint64_t> next{0}, done{0};
  std::atomic<bool> told{false};
  char cause[512] = {};
  worker_place places[most_workers];
};

bool is_crash(int signal) {
  return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE || signal == SIGILL;
}

class worker_pool {
 public:
  worker_pool(const sweep_spec& spec, const std::vector<row_task>& tasks, const std::string& folder)
      : spec_(spec), tasks_(tasks), folder_(folder) {
    void* page =
        mmap(nullptr, sizeof(shared_work), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw system_failure("sweep: cannot share memory with the workers");
    work_ = new (page) shared_work;
  }
  ~worker_pool() {
    for (const worker& one : workers_) kill(one.process, SIGKILL);
    for (const worker& one : workers_) waitpid(one.process, nullptr, 0);
    munmap(work_, sizeof(shared_work));
  }
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;

  void start(int jobs) {
    for (int i = 0; i < std::min(jobs, most_workers); ++i) start_at(static_cast<size_t>(i));
  }

  // Until all have ended. Those that were killed.
  int wait(const sweep_progress& progress, clock::time_point last) {
    int lost = 0;
    while (!workers_.empty()) {
      if (clock::now() >= last) work_->next = tasks_.size();  // each ends behind its row
      if (progress) progress(work_->done, tasks_.size());
      for (const worker& one : std::vector<worker>(workers_)) lost += look_after(one);
      std::this_thread::sleep_for(look_again);
    }
    if (work_->told) throw tool_error(work_->cause);
    return lost;
  }
  uint64_t done() const { return work_->done; }

 private:
  struct worker {
    pid_t process;
    size_t place;
  };

  void start_at(size_t place) {
    const pid_t parent = getpid();
    work_->places[place].task = no_task;
    const pid_t child = fork();
    if (child < 0) throw system_failure("sweep: cannot create a worker process");
    if (child == 0) _exit(work(parent, work_->places[place]));
    workers_.push_back({child, place});
  }

  // 1 where it was killed by somebody else.
  int look_after(const worker& one) {
    int status = 0;
    if (waitpid(one.process, &status, WNOHANG) == one.process) {
      forget(one);
      if (!WIFSIGNALED(status)) return 0;
      if (!is_crash(WTERMSIG(status))) return 1;
      end_row(one, row_status::failed,
              fmt::format("the process that ran it ended by signal {}", WTERMSIG(status)));
    } else if (is_over_time(work_->places[one.place])) {
      kill(one.process, SIGKILL);
      waitpid(one.process, nullptr, 0);
      forget(one);
      end_row(one, row_status::timeout,
              fmt::format("more than the {:g} s of limits.seconds_per_point", *spec_.limits.seconds));
    }
    return 0;
  }
  void forget(const worker& one) {
    std::erase_if(workers_, [&](const worker& other) { return other.process == one.process; });
  }
  bool is_over_time(const worker_place& place) const {
    if (!spec_.limits.seconds || place.task == no_task) return false;
    return clock::now() - clock::time_point(clock::duration(place.since)) >
           std::chrono::duration<double>(*spec_.limits.seconds);
  }

  // The row that a worker left, written in its place, and another worker for the others.
  void end_row(const worker& one, row_status status, const std::string& message) {
    const uint64_t at = work_->places[one.place].task;
    if (at != no_task) {
      if (!shard_) shard_ = std::make_unique<shard_writer>(folder_, free_shard_name(folder_, getpid()));
      shard_->append(row_without_result(tasks_[at], status, message));
      ++work_->done;
    }
    if (work_->next < tasks_.size()) start_at(one.place);
  }

  // The child: the next task until there is none.
  int work(pid_t parent, worker_place& place) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return 0;
    try {
      limit_memory();
      shard_writer shard(folder_, free_shard_name(folder_, getpid()));
      for (uint64_t i = work_->next++; i < tasks_.size(); i = work_->next++) {
        place.since = clock::now().time_since_epoch().count();
        place.task = i;
        shard.append(run_row(spec_, tasks_[i]));
        place.task = no_task;
        ++work_->done;
      }
    } catch (const std::exception& failure) {
      if (!work_->told.exchange(true)) std::strncpy(work_->cause, failure.what(), sizeof work_->cause - 1);
    }
    return 0;
  }
  void limit_memory() const {
    if (!spec_.limits.memory_mb) return;
    const rlimit most{*spec_.limits.memory_mb * bytes_per_mb, *spec_.limits.memory_mb * bytes_per_mb};
    if (setrlimit(RLIMIT_AS, &most) != 0) throw system_failure("sweep: cannot limit the memory of a worker");
  }

  const sweep_spec& spec_;
  const std::vector<row_task>& tasks_;
  const std::string folder_;
  shared_work* work_;
  std::vector<worker> workers_;
  std::unique_ptr<shard_writer> shard_;  // the parent's, of rows that workers left
};

}  // namespace

rows_end run_rows(const sweep_spec& spec, const std::vector<row_task>& tasks, const std::string& folder,
                  int jobs, const sweep_progress& progress, clock::time_point last) {
  worker_pool workers(spec, tasks, folder);
  workers.start(static_cast<int>(std::min<size_t>(static_cast<size_t>(jobs), tasks.size())));
  const int lost = workers.wait(progress, last);
  return {workers.done(), lost};
}

}  // namespace scansim
