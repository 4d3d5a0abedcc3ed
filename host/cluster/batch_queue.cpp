#include "host/cluster/batch_queue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <regex>

#include "host/cluster/text_template.h"
#include "host/network/yaml_map.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr int queue_version = 1, most_tasks = 200, most_rows_per_task = 1'000'000;
constexpr size_t longest_text = 16 * 1024;
constexpr double least_poll_s = 0.05, most_poll_s = 600;

const std::vector<std::string> submit_names = {"folder",  "n",     "first",  "last",
                                               "running", "limit", "memory", "cpus"};

std::vector<std::string> with(std::vector<std::string> names, const std::string& more) {
  names.insert(names.begin(), more);
  return names;
}

std::string in_braces(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "{" : ", {") + name + "}";
  return text.empty() ? "none" : text;
}

class queue_reader {
 public:
  explicit queue_reader(const std::string& file)
      : map_(load_yaml(file), file, "",
             {"queue", "tasks", "running", "rows_per_task", "first_index", "limit", "memory", "script",
              "submit", "list", "cancel", "log", "job", "array_limit", "poll_s"}) {
    map_.number("queue", queue_version, queue_version);
    queue_.file = file;
  }

  batch_queue read() {
    queue_.tasks = static_cast<int>(map_.number("tasks", 1, most_tasks));
    queue_.running = static_cast<int>(map_.number("running", 1, most_tasks));
    queue_.rows_per_task = static_cast<int>(map_.number("rows_per_task", 1, most_rows_per_task));
    queue_.first_index = static_cast<int>(map_.number("first_index", 0, 1));
    if (map_.has("limit")) queue_.limit = value("limit");
    if (map_.has("memory")) queue_.memory = value("memory");
    queue_.script = text("script", with(submit_names, "command"), {"command", "n"});
    queue_.submit = text("submit", with(submit_names, "script"), {"script"});
    queue_.list = text("list", {"job", "folder"}, {});
    queue_.cancel = text("cancel", {"job", "folder"}, {"job"});
    queue_.log = text("log", {"job", "index"}, {"job", "index"});
    queue_.job_pattern = map_.has("job") ? pattern(map_["job"], "job") : "[0-9]+";
    if (map_.has("array_limit")) read_array_limit();
    read_poll();
    return std::move(queue_);
  }

 private:
  // Several lines are allowed; `known` placeholders, of which it has to have `needed`.
  std::string text(const std::string& key, const std::vector<std::string>& known,
                   const std::vector<std::string>& needed) const {
    const YAML::Node node = map_[key];
    if (!node.IsDefined() || !node.IsScalar() || node.Scalar().empty())
      map_.refuse(key, "a text", yaml_map::found_in(node));
    const std::string& read = node.Scalar();
    if (read.size() > longest_text)
      map_.refuse(key, fmt::format("at most {} bytes", longest_text), fmt::format("{}", read.size()));
    const std::vector<std::string> found = placeholders_in(read);
    for (const std::string& name : found) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        map_.refuse(key,
                    "no placeholders but " + in_braces(known) + " (of the shell: ${...}; as text: {{...}})",
                    "{" + name + "}");
      if ((name == "limit" || name == "memory") && !map_.has(name))
        map_.refuse(name, "a value for {" + name + "} of " + key, "no such key");
    }
    for (const std::string& name : needed)
      if (std::find(found.begin(), found.end(), name) == found.end())
        map_.refuse(key, "{" + name + "} in it", "none");
    return read;
  }

  // What stands in lines that are no shell's, so that it cannot be quoted.
  std::string value(const std::string& key) const {
    const std::string read = map_.text(key, 100);
    const auto plain = [](unsigned char c) {
      return c < 0x80 && (std::isalnum(c) || std::string(":._+-/").find(char(c)) != std::string::npos);
    };
    if (!std::all_of(read.begin(), read.end(), plain))
      map_.refuse(key, "letters, digits and any of : . _ + - /", "'" + printable(read) + "'");
    return read;
  }

  std::string pattern(const YAML::Node& node, const std::string& key) const {
    if (!node.IsDefined() || !node.IsScalar() || node.Scalar().empty())
      map_.refuse(key, "a regular expression", yaml_map::found_in(node));
    try {
      const std::regex read(node.Scalar());
      return node.Scalar();
    } catch (const std::regex_error&) {
      map_.refuse(key, "a regular expression", "'" + printable(node.Scalar()) + "'");
    }
  }

  void read_array_limit() {
    const yaml_map limit(map_["array_limit"], queue_.file, "array_limit", {"command", "pattern"});
    queue_.array_limit_command = limit.text("command");
    if (const auto found = placeholders_in(queue_.array_limit_command); !found.empty())
      limit.refuse("command", "no placeholders", "{" + found.front() + "}");
    queue_.array_limit_pattern = pattern(limit["pattern"], "array_limit.pattern");
  }

  void read_poll() {
    const std::string read = map_.text("poll_s", 20);
    if (!YAML::convert<double>::decode(map_["poll_s"], queue_.poll_s) || !std::isfinite(queue_.poll_s) ||
        queue_.poll_s < least_poll_s || queue_.poll_s > most_poll_s)
      map_.refuse("poll_s", fmt::format("seconds from {} to {}", least_poll_s, most_poll_s),
                  "'" + printable(read) + "'");
  }

  const yaml_map map_;
  batch_queue queue_;
};

}  // namespace

std::vector<std::string> list_queues(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  if (failed) throw input_error(folder, "queues", "a directory", failed.message());
  std::sort(names.begin(), names.end());
  return names;
}

batch_queue load_queue(const std::string& name_or_path, const std::string& folder) {
  const bool is_path = is_yaml_path(name_or_path);
  if (!is_path) {
    const std::vector<std::string> names = list_queues(folder);
    if (std::find(names.begin(), names.end(), name_or_path) == names.end())
      throw input_error(
          "command line", "--on",
          fmt::format("local, {}, or a path that ends in .yaml or .yml", fmt::join(names, ", ")),
          "'" + printable(name_or_path) + "'");
  }
  const std::string file = is_path ? name_or_path : folder + "/" + name_or_path + ".yaml";
  batch_queue queue = queue_reader(file).read();
  queue.name = is_path ? printable(fs::path(name_or_path).stem().string()) : name_or_path;
  return queue;
}

}  // namespace scansim
