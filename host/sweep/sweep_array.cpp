#include "host/sweep/sweep_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "host/cluster/task_array.h"
#include "host/run/run_request.h"
#include "host/sweep/missing_rows.h"
#include "host/sweep/program_copy.h"
#include "host/sweep/sweep_folder.h"
#include "sim/cosim/file_lock.h"
#include "traces/input_error.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

constexpr int most_failed_lists = 10;     // in a row
constexpr int empty_lists_of_an_end = 2;  // one may be older than the submission
constexpr auto tick = std::chrono::milliseconds(100);

// array.json: the array that was submitted last and has not been seen to end.
struct known_array {
  std::string job, queue, model;
  int tasks = 0;
};

std::string array_file(const std::string& folder) { return folder + "/array.json"; }

std::optional<known_array> read_array(const std::string& folder) {
  std::ifstream file(array_file(folder), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const nlohmann::json read = nlohmann::json::parse(text, nullptr, false);
  try {
    return known_array{read.at("job"), read.at("queue"), read.at("model"), read.at("tasks")};
  } catch (const nlohmann::json::exception&) {  // none
    return std::nullopt;
  }
}

class array_run {
 public:
  array_run(const sweep_array_request& request, const sweep_progress& progress)
      : request_(request),
        progress_(progress),
        folder_(std::filesystem::absolute(request.folder).lexically_normal().string()),
        queue_file_(std::filesystem::absolute(request.queue.file).lexically_normal().string()) {
    while (folder_.size() > 1 && folder_.ends_with('/')) folder_.pop_back();
    make_output_folder(folder_ + "/tasks");
  }

  // One that was submitted before, by this program.
  bool wait_for_known() {
    const std::optional<known_array> known = read_array(folder_);
    if (!known || known->queue != queue_file_) return false;
    const task_array array(request_.queue, folder_, known->job);
    if (unfinished_of(array) == 0) return forget();
    if (known->model != request_.model)
      throw tool_error(
          fmt::format("{}: array {} of another program is at work in it: wait for it, or cancel it: {}",
                      request_.folder, known->job, array.cancel_text()));
    tell(fmt::format("array {} is at work; waiting for it", known->job));
    wait(array);
    return true;
  }

  task_array submit(size_t rows) {
    const program_copy copy = copy_program(folder_);
    std::string command = fmt::format("env SCANSIM_DATA={} {} sweep work {}", shell_word(copy.data),
                                      shell_word(copy.program), shell_word(folder_));
    if (request_.jobs > 1) command += fmt::format(" --jobs {}", request_.jobs);
    tasks_ = tasks_of(rows);
    const task_array array = submitted(command);
    const nlohmann::json kept = {
        {"job", array.job()}, {"queue", queue_file_}, {"model", request_.model}, {"tasks", tasks_}};
    try {
      write_output(array_file(folder_),
                   kept.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    } catch (...) {
      cancel(array);
      throw;
    }
    tell(fmt::format("array {} of {} tasks submitted to {}", array.job(), tasks_, request_.queue.name));
    return array;
  }

  void wait(const task_array& array) {
    try {
      for (int empty = 0; empty < empty_lists_of_an_end;) {
        const int at_work = unfinished_of(array);
        empty = at_work > 0 ? 0 : empty + 1;
        ran_ = shard_lines(folder_) - lines_before_;
        if (at_work == 0 && ran_ >= total_) break;
        pause();
      }
    } catch (const tool_error&) {
      throw;  // of the list: the tasks are left to themselves
    } catch (...) {
      cancel(array);
      throw;
    }
    forget();
  }

  // Tasks whose rows are not there.
  std::vector<lost_task> lost_tasks(const task_array& array, const std::vector<row_task>& rows,
                                    const stored_rows& store) const {
    std::map<uint64_t, lost_task> lost;
    for (const row_task& row : rows)
      if (!store.rows.contains(row.key)) {
        const uint64_t part = part_of_key(row.key, static_cast<uint64_t>(tasks_));
        lost[part].log = array.log_path(static_cast<int>(part));
        ++lost[part].rows;
      }
    std::vector<lost_task> list;
    for (const auto& [part, one] : lost) list.push_back(one);
    return list;
  }

  void expect(uint64_t rows) { total_ = rows, ran_ = 0, lines_before_ = shard_lines(folder_); }

 private:
  task_array submitted(const std::string& command) {
    try {
      return task_array::submitted(request_.queue, {folder_, command, tasks_, request_.jobs}, ticking());
    } catch (const tool_error&) {
      throw;
    } catch (...) {
      tell("the submission was cut off; an array may be at work all the same");
      throw;
    }
  }

  int tasks_of(size_t rows) {
    const batch_queue& queue = request_.queue;
    const size_t per_task = static_cast<size_t>(queue.rows_per_task);
    size_t most = static_cast<size_t>(queue.tasks);
    if (const std::optional<int> limit = array_limit(queue, folder_, ticking())) {
      if (*limit < 1)
        throw tool_error(queue.file + ": array_limit: the batch system takes no arrays of tasks");
      most = std::min(most, static_cast<size_t>(*limit));
    }
    return static_cast<int>(std::min(most, (rows + per_task - 1) / per_task));
  }

  // A batch system that is not to be reached for a while is asked again.
  int unfinished_of(const task_array& array) {
    for (int failed = 1;; ++failed) {
      try {
        return array.unfinished(ticking());
      } catch (const tool_error& failure) {
        if (failed == most_failed_lists)
          throw tool_error(fmt::format("{}; array {} may still be at work", failure.what(), array.job()));
      }
      pause();
    }
  }

  void cancel(const task_array& array) {
    try {
      array.cancel();
      forget();
      tell(fmt::format("array {} is cancelled; the rows that are there are kept", array.job()));
    } catch (const tool_error& failure) {
      tell(fmt::format("{}; array {} may still be at work", failure.what(), array.job()));
    }
  }

  void pause() {
    const auto next = std::chrono::steady_clock::now() + std::chrono::duration<double>(request_.queue.poll_s);
    while (std::chrono::steady_clock::now() < next) {
      show();
      std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(
          tick, std::chrono::duration<double>(request_.queue.poll_s)));
    }
  }

  void show() const {
    if (progress_) progress_(ran_, total_);
  }
  progress_callback ticking() {
    return [this](const std::string&) { show(); };
  }
  void tell(const std::string& line) const {
    if (request_.tell) request_.tell(line);
  }
  bool forget() const {
    std::filesystem::remove(array_file(folder_));
    return false;
  }

  const sweep_array_request& request_;
  const sweep_progress& progress_;
  std::string folder_, queue_file_;
  int tasks_ = 1;
  uint64_t ran_ = 0, total_ = 0, lines_before_ = 0;
};

}  // namespace

std::string array_text(const std::string& folder) {
  const std::optional<known_array> known = read_array(folder);
  return known ? fmt::format("array {} of {} tasks was submitted ({}) and has not been seen to end\n",
                             known->job, known->tasks, known->queue)
               : "";
}

sweep_array_end run_sweep_array(const sweep_spec& spec, const sweep_plan& plan,
                                const sweep_array_request& request, const sweep_progress& progress) {
  make_output_folder(request.folder + "/shards");
  const std::unique_ptr<file_lock> lock = file_lock::if_free(request.folder + "/lock");
  if (!lock) throw tool_error(request.folder + ": another run works in this folder");
  array_run run(request, progress);
  sweep_array_end end;
  const uint64_t before = shard_lines(request.folder);
  const auto plan_now = [&] { return plan_sweep(spec, request.model, read_shards(request.folder)); };
  run.expect(missing_rows(spec, plan, read_shards(request.folder), end.counts.wanted).size());
  const bool waited = run.wait_for_known();
  write_run(request.folder, spec, request.model);
  for (sweep_plan now = waited ? plan_now() : plan;; now = plan_now()) {
    const std::vector<row_task> rows =
        missing_rows(spec, now, read_shards(request.folder), end.counts.wanted);
    if (rows.empty()) break;
    run.expect(rows.size());
    const task_array array = run.submit(rows.size());
    end.job = array.job();
    if (request.detached) break;
    run.wait(array);
    const stored_rows store = read_shards(request.folder);
    end.lost = run.lost_tasks(array, rows, store);
    const bool gained = missing_rows(spec, now, store, end.counts.wanted).size() < rows.size();
    if (!now.open || !end.lost.empty() || !gained) break;
  }
  end.counts.ran = shard_lines(request.folder) - before;
  return end;
}

}  // namespace scansim
