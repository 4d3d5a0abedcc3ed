#include "host/cluster/folder_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "host/cluster/program_copy.h"
#include "host/run/run_request.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/one_line.h"
#include "traces/output_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t key_digits_of_a_part = 15;
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
  const nlohmann::json read = nlohmann::json::parse(text_if_there(array_file(folder)), nullptr, false);
  try {
    return known_array{read.at("job"), read.at("queue"), read.at("model"), read.at("tasks")};
  } catch (const nlohmann::json::exception&) {  // none
    return std::nullopt;
  }
}

constexpr size_t longest_line = 300;  // of a log, in a message

// Why a task ended, as far as its log tells: the last line of the queue or of a program about that, else the
// last one. A shell may say more behind it ("Terminated").
std::string last_reason(const std::string& path) {
  std::istringstream log(text_if_there(path));
  std::string last, reason;
  for (std::string line; std::getline(log, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    last = line;
    std::string small = line;
    std::transform(small.begin(), small.end(), small.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    for (const char* word : {"error", "cancelled", "killed", "exceeded", "exited"})
      if (small.find(word) != std::string::npos) reason = line;
  }
  return reason.empty() ? last : reason;
}

}  // namespace

folder_array::folder_array(const folder_array_request& request)
    : request_(request),
      folder_(std::filesystem::absolute(request.folder).lexically_normal().string()),
      queue_file_(std::filesystem::absolute(request.queue.file).lexically_normal().string()) {
  while (folder_.size() > 1 && folder_.ends_with('/')) folder_.pop_back();
  make_output_folder(folder_ + "/tasks");
}

bool folder_array::wait_for_known() {
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

task_array folder_array::submit(size_t rows) {
  const program_copy copy = copy_program(folder_, request_.data);
  std::string command = fmt::format("env SCANSIM_DATA={} {} {} {}", shell_word(copy.data),
                                    shell_word(copy.program), request_.command, shell_word(folder_));
  if (request_.jobs > 1) command += fmt::format(" --jobs {}", request_.jobs);
  tasks_ = tasks_of(rows);
  const task_array array = submitted(command);
  const nlohmann::json kept = {
      {"job", array.job()}, {"queue", queue_file_}, {"model", request_.model}, {"tasks", tasks_}};
  try {
    write_own_file(array_file(folder_),
                   kept.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  } catch (...) {
    cancel(array);
    throw;
  }
  tell(fmt::format("array {} of {} tasks submitted to {}", array.job(), tasks_, request_.queue.name));
  return array;
}

void folder_array::wait(const task_array& array) {
  try {
    for (int empty = 0; empty < empty_lists_of_an_end;) {
      const int at_work = unfinished_of(array);
      empty = at_work > 0 ? 0 : empty + 1;
      ran_ = request_.rows_there() - rows_before_;
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

void folder_array::expect(uint64_t rows) { total_ = rows, ran_ = 0, rows_before_ = request_.rows_there(); }

task_array folder_array::submitted(const std::string& command) {
  try {
    return task_array::submitted(request_.queue, {folder_, command, tasks_, request_.jobs}, ticking());
  } catch (const tool_error&) {
    throw;
  } catch (...) {
    tell("the submission was cut off; an array may be at work all the same");
    throw;
  }
}

int folder_array::tasks_of(size_t rows) {
  const batch_queue& queue = request_.queue;
  const size_t per_task = static_cast<size_t>(queue.rows_per_task);
  size_t most = static_cast<size_t>(queue.tasks);
  if (const std::optional<int> limit = array_limit(queue, folder_, ticking())) {
    if (*limit < 1) throw tool_error(queue.file + ": array_limit: the batch system takes no arrays of tasks");
    most = std::min(most, static_cast<size_t>(*limit));
  }
  return static_cast<int>(std::min(most, (rows + per_task - 1) / per_task));
}

// A batch system that is not to be reached for a while is asked again.
int folder_array::unfinished_of(const task_array& array) {
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

void folder_array::cancel(const task_array& array) {
  try {
    array.cancel();
    forget();
    tell(fmt::format("array {} is cancelled; the rows that are there are kept", array.job()));
  } catch (const tool_error& failure) {
    tell(fmt::format("{}; array {} may still be at work", failure.what(), array.job()));
  }
}

void folder_array::pause() {
  const auto next = std::chrono::steady_clock::now() + std::chrono::duration<double>(request_.queue.poll_s);
  while (std::chrono::steady_clock::now() < next) {
    show();
    std::this_thread::sleep_for(
        std::min<std::chrono::duration<double>>(tick, std::chrono::duration<double>(request_.queue.poll_s)));
  }
}

void folder_array::show() const {
  if (request_.progress) request_.progress(ran_, total_);
}

bool folder_array::forget() const {
  std::filesystem::remove(array_file(folder_));
  return false;
}

std::vector<lost_task> folder_array::lost_tasks(const task_array& array,
                                                const std::vector<std::string>& missing) const {
  std::map<uint64_t, lost_task> lost;
  for (const std::string& key : missing) {
    const uint64_t part = part_of_key(key, static_cast<uint64_t>(tasks_));
    lost[part].log = array.log_path(static_cast<int>(part));
    ++lost[part].rows;
  }
  std::vector<lost_task> list;
  for (const auto& [part, one] : lost) list.push_back(one);
  return list;
}

std::string array_text(const std::string& folder) {
  const std::optional<known_array> known = read_array(folder);
  return known ? fmt::format("array {} of {} tasks was submitted ({}) and has not been seen to end\n",
                             known->job, known->tasks, known->queue)
               : "";
}

uint64_t part_of_key(const std::string& key, uint64_t parts) {
  return std::stoull(key.substr(0, key_digits_of_a_part), nullptr, 16) % parts;
}

std::string lost_text(const std::string& job, const std::vector<lost_task>& lost) {
  if (lost.empty()) return {};
  uint64_t rows = 0;
  for (const lost_task& one : lost) rows += one.rows;
  const std::string& log = lost.front().log;
  const bool there = std::filesystem::exists(log);
  const std::string last = last_reason(log);
  return fmt::format("{} of array {} ended without {} rows; run again for them; the first log{}: {}{}\n",
                     lost.size() == 1 ? "1 task" : fmt::format("{} tasks", lost.size()), job, rows,
                     there ? "" : " is missing", log,
                     last.empty() ? "" : ": " + one_line(last.substr(0, longest_line)));
}

}  // namespace scansim
