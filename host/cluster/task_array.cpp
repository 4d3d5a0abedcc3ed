#include "host/cluster/task_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <fstream>
#include <regex>
#include <sstream>

#include "host/cluster/text_template.h"
#include "host/run/run_request.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/output_file.h"
#include "traces/strict_json.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

using clock_of_arrays = std::chrono::steady_clock;

constexpr size_t longest_answer = 256 * 1024, longest_match = 4096;
constexpr auto submission_grace = std::chrono::seconds(10), cancel_patience = std::chrono::seconds(30);

struct queue_command {
  const batch_queue& queue;
  const char* field;  // of the queue's file
  std::string text;
  const std::string& folder;
};

std::string start_of(const std::string& path, size_t longest) {
  std::ifstream file(path, std::ios::binary);
  std::string text(longest, '\0');
  file.read(text.data(), static_cast<std::streamsize>(longest));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// What the command printed. Its complaints are in the error where it fails.
std::string answer_of(const queue_command& command, const progress_callback& progress) {
  const temporary_path out(command.folder + "/tasks/.command.out"),
      err(command.folder + "/tasks/.command.err");
  for (const temporary_path* one : {&out, &err}) std::remove(one->path().c_str());
  // In the group of the tool and of nobody else: Ctrl-C at a terminal does not reach a submission.
  const int status =
      run_tool({{"/bin/sh", "-c", R"(exec /bin/sh -c "$1" >"$2")", "sh", command.text, out.path()},
                command.folder,
                err.path(),
                command.field},
               progress);
  if (status != 0) {
    std::string complaint = first_complaint(err.path());
    if (complaint.empty()) complaint = first_complaint(out.path());
    throw tool_error(fmt::format("{}: {} failed with status {}: {}", command.queue.file, command.field,
                                 status, complaint.empty() ? "no message" : one_line(complaint)));
  }
  return start_of(out.path(), longest_answer);
}

// The first match, of its first group where it has one.
std::string matched(const std::string& text, const std::string& pattern) {
  std::smatch match;
  const std::string start = text.substr(0, longest_match);
  if (!std::regex_search(start, match, std::regex(pattern))) return {};
  return match.size() > 1 ? match[1].str() : match[0].str();
}

std::string job_in(const std::string& answer, const batch_queue& queue) {
  const std::string job = matched(answer, queue.job_pattern);
  if (job.empty())
    throw tool_error(fmt::format("{}: submit printed no job number ({}): '{}'", queue.file, queue.job_pattern,
                                 printable(answer)));
  return job;
}

std::string submission(const queue_command& command, const progress_callback& progress) {
  std::exception_ptr stopped;
  auto last = clock_of_arrays::time_point::max();
  return answer_of(command, [&](const std::string& what) {
    if (!progress) return;
    try {
      if (!stopped) progress(what);
    } catch (...) {
      stopped = std::current_exception();
      last = clock_of_arrays::now() + submission_grace;
    }
    if (clock_of_arrays::now() > last) std::rethrow_exception(stopped);
  });
}

}  // namespace

task_array task_array::submitted(const batch_queue& queue, const array_request& request,
                                 const progress_callback& progress) {
  const std::string script = "tasks/" + queue.name + ".sh";
  const int last = queue.first_index + request.tasks - 1;
  std::map<std::string, std::string> values = {
      {"folder", shell_word(request.folder)},
      {"n", std::to_string(request.tasks)},
      {"first", std::to_string(queue.first_index)},
      {"last", std::to_string(last)},
      {"running", std::to_string(std::min(queue.running, request.tasks))},
      {"limit", queue.limit},
      {"memory", queue.memory},
      {"cpus", std::to_string(request.cpus)},
      {"command", request.command},
      {"script", shell_word(script)}};
  write_own_file(request.folder + "/" + script, filled_template(queue.script, values));
  const std::string answer =
      submission({queue, "submit", filled_template(queue.submit, values), request.folder}, progress);
  return {queue, request.folder, job_in(answer, queue)};
}

std::map<std::string, std::string> task_array::values() const {
  return {{"job", shell_word(job_)}, {"folder", shell_word(folder_)}};
}

int task_array::unfinished(const progress_callback& progress) const {
  std::istringstream answer(
      answer_of({queue_, "list", filled_template(queue_.list, values()), folder_}, progress));
  int tasks = 0;
  std::string line, word;
  while (std::getline(answer, line)) {
    std::istringstream words(line);
    if (!(words >> word) || !word.starts_with(job_)) continue;
    tasks += word.size() == job_.size() || !std::isalnum(static_cast<unsigned char>(word[job_.size()]));
  }
  return tasks;
}

std::string task_array::cancel_text() const { return filled_template(queue_.cancel, values()); }

void task_array::cancel() const {
  const auto last = clock_of_arrays::now() + cancel_patience;
  answer_of({queue_, "cancel", cancel_text(), folder_}, [&](const std::string&) {
    if (clock_of_arrays::now() > last) throw tool_error(queue_.file + ": cancel did not end");
  });
}

std::string task_array::log_path(int task) const {
  const std::string path =
      filled_template(queue_.log, {{"job", job_}, {"index", std::to_string(queue_.first_index + task)}});
  return path.starts_with('/') ? path : folder_ + "/" + path;
}

std::optional<int> array_limit(const batch_queue& queue, const std::string& folder,
                               const progress_callback& progress) {
  if (queue.array_limit_command.empty()) return std::nullopt;
  std::string text;
  try {
    std::istringstream answer(answer_of({queue, "array_limit", queue.array_limit_command, folder}, progress));
    for (std::string line; text.empty() && std::getline(answer, line);)
      text = matched(line, queue.array_limit_pattern);
  } catch (const tool_error&) {  // the submission says what is wrong
    return std::nullopt;
  }
  int limit = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return limit;
}

}  // namespace scansim
