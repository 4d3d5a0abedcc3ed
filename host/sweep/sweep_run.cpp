#include "host/sweep/sweep_run.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <set>
#include <thread>

#include "host/cluster/folder_array.h"
#include "host/sweep/missing_rows.h"
#include "host/sweep/point_run.h"
#include "sim/cosim/file_lock.h"
#include "traces/output_file.h"
#include "traces/sha256.h"
#include "traces/system_failure.h"

namespace scansim {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto look_again = std::chrono::milliseconds(100);

// Shared with the workers. Why one of them ended early: the first to fail says it.
struct task_counter {
  std::atomic<uint64_t> next{0}, done{0};
  std::atomic<bool> told{false};
  char cause[512] = {};
};

class worker_pool {
 public:
  worker_pool(const std::vector<row_task>& tasks, const std::string& folder, uint64_t memory_seed)
      : tasks_(tasks), folder_(folder), memory_seed_(memory_seed) {
    void* page =
        mmap(nullptr, sizeof(task_counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw system_failure("sweep: cannot share memory with the workers");
    counter_ = new (page) task_counter;
  }
  ~worker_pool() {
    for (const pid_t worker : workers_) kill(worker, SIGKILL);
    for (const pid_t worker : workers_) waitpid(worker, nullptr, 0);
    munmap(counter_, sizeof(task_counter));
  }
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;

  void start(int jobs) {
    const pid_t parent = getpid();
    for (int i = 0; i < jobs; ++i) {
      const pid_t child = fork();
      if (child < 0) throw system_failure("sweep: cannot create a worker process");
      if (child == 0) _exit(work(parent));
      workers_.push_back(child);
    }
  }

  // Until all have ended. Those that a signal ended.
  int wait(const sweep_progress& progress, clock::time_point last) {
    int lost = 0;
    while (!workers_.empty()) {
      if (clock::now() >= last) counter_->next = tasks_.size();  // each ends behind its row
      if (progress) progress(counter_->done, tasks_.size());
      std::erase_if(workers_, [&](pid_t worker) {
        int status = 0;
        if (waitpid(worker, &status, WNOHANG) != worker) return false;
        lost += WIFSIGNALED(status) ? 1 : 0;
        return true;
      });
      std::this_thread::sleep_for(look_again);
    }
    if (counter_->told) throw tool_error(counter_->cause);
    return lost;
  }
  uint64_t done() const { return counter_->done; }

 private:
  // The child: the next task until there is none.
  int work(pid_t parent) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return 0;
    try {
      shard_writer shard(folder_, free_shard_name(folder_, getpid()));
      for (uint64_t i = counter_->next++; i < tasks_.size(); i = counter_->next++) {
        const row_task& task = tasks_[i];
        shard.append(run_point(*task.point, task.key, *task.workload, memory_seed_));
        ++counter_->done;
      }
    } catch (const std::exception& failure) {
      if (!counter_->told.exchange(true))
        std::strncpy(counter_->cause, failure.what(), sizeof counter_->cause - 1);
    }
    return 0;
  }

  const std::vector<row_task>& tasks_;
  const std::string folder_;
  const uint64_t memory_seed_;
  task_counter* counter_;
  std::vector<pid_t> workers_;
};

void run_tasks(const std::vector<row_task>& tasks, const sweep_spec& spec, const sweep_run_request& request,
               const sweep_progress& progress, sweep_run_counts& counts,
               clock::time_point last = clock::time_point::max()) {
  worker_pool workers(tasks, request.folder, spec.memory_seed);
  workers.start(static_cast<int>(std::min<size_t>(static_cast<size_t>(request.jobs), tasks.size())));
  counts.lost_workers += workers.wait(progress, last);
  counts.ran += workers.done();
  counts.budget_spent |= clock::now() >= last && workers.done() < tasks.size();
}

clock::time_point end_of(const sweep_budget& budget) {
  if (!budget.seconds) return clock::time_point::max();
  return clock::now() +
         std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(*budget.seconds));
}

// The rows of points beyond the budget go: `points` are those that began in this run.
void keep_within(const sweep_budget& budget, std::set<std::string>& points, std::vector<row_task>& tasks,
                 sweep_run_counts& counts) {
  if (!budget.points) return;
  counts.budget_spent |= std::erase_if(tasks, [&](const row_task& task) {
                           if (points.size() >= *budget.points && !points.contains(task.point->id))
                             return true;
                           points.insert(task.point->id);
                           return false;
                         }) > 0;
}

}  // namespace

sweep_run_counts run_sweep(const sweep_spec& spec, const sweep_plan& plan, const sweep_run_request& request,
                           const sweep_progress& progress) {
  make_output_folder(request.folder + "/shards");
  const std::unique_ptr<file_lock> lock = file_lock::if_free(request.folder + "/lock");
  if (!lock) throw tool_error(request.folder + ": another run works in this folder");
  write_run(request.folder, spec, request.model);
  sweep_run_counts counts;
  if (request.jobs == 0) return counts;  // the folder is there
  const clock::time_point last = end_of(request.budget);
  std::set<std::string> begun;  // points of this run
  std::set<std::string>
      tried;  // a row that failed is tried again by the next run, not by the next generation
  for (sweep_plan now = plan;; now = plan_sweep(spec, request.model, read_shards(request.folder))) {
    std::vector<row_task> tasks = missing_rows(spec, now, read_shards(request.folder), counts.wanted);
    std::erase_if(tasks, [&](const row_task& task) { return !tried.insert(task.key).second; });
    keep_within(request.budget, begun, tasks, counts);
    if (tasks.empty()) return counts;
    run_tasks(tasks, spec, request, progress, counts, last);
    if (!now.open || counts.lost_workers > 0 || counts.budget_spent) return counts;
  }
}

sweep_run_counts run_part(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          const sweep_run_request& request, const sweep_part& part,
                          const sweep_progress& progress) {
  sweep_run_counts counts;
  std::vector<row_task> tasks = missing_rows(spec, plan, store, counts.wanted);
  std::erase_if(tasks, [&](const row_task& task) { return part_of_key(task.key, part.of) != part.index; });
  if (!tasks.empty()) run_tasks(tasks, spec, request, progress, counts);
  return counts;
}

std::string model_digest() { return sha256_of_program(); }

void check_program(const std::string& folder, const sweep_folder& sweep) {
  if (sweep.model != model_digest())
    throw input_error(folder, "run.json", "the program that prepared the folder (scansim sweep run)",
                      "another program");
}

}  // namespace scansim
