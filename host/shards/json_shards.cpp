#include "host/shards/json_shards.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "traces/json_text.h"
#include "traces/system_failure.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view crc_field = R"(,"crc":")";
constexpr size_t crc_digits = 8, crc_end = 2;  // "}

std::string crc_of(std::string_view text) {
  const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return fmt::format("{:08x}", sum);
}

// {...,"crc":"01234567"}: of everything before the field.
std::string line_of(const nlohmann::json& row) {
  std::string text = row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.pop_back();
  return fmt::format("{}{}{}\"}}\n", text, crc_field, crc_of(text));
}

std::optional<nlohmann::json> row_of(const std::string& line) {
  const size_t tail = crc_field.size() + crc_digits + crc_end;
  if (line.size() <= tail) return std::nullopt;
  const std::string_view text(line.data(), line.size() - tail);
  if (line.compare(text.size(), crc_field.size(), crc_field) != 0 ||
      line.compare(text.size() + crc_field.size(), crc_digits, crc_of(text)) != 0)
    return std::nullopt;
  nlohmann::json row = nlohmann::json::parse(std::string(text) + "}", nullptr, false);
  if (row.is_discarded()) return std::nullopt;
  return row;
}

std::vector<std::string> shard_paths(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder + "/shards", failed))
    if (entry.path().extension() == ".jsonl" && entry.is_regular_file(failed))  // a pipe would be waited for
      paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

tool_error unwritten(const std::string& path, int reason) {
  return system_failure(path + ": cannot be written", reason);
}

bool took(const std::string& line, const row_taker& take, const std::string& path) {
  const std::optional<nlohmann::json> row = row_of(line);
  if (!row) return false;
  try {
    take(*row, path);
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

uint64_t read_json_shards(const std::string& folder, const row_taker& take) {
  uint64_t dropped = 0;
  for (const std::string& path : shard_paths(folder)) {
    std::ifstream lines(path, std::ios::binary);
    std::string line;
    while (std::getline(lines, line))
      if (lines.eof() || !took(line, take, path)) ++dropped;  // no end: cut off
  }
  return dropped;
}

uint64_t shard_lines(const std::string& folder) {
  uint64_t count = 0;
  for (const std::string& path : shard_paths(folder)) {
    std::ifstream shard(path, std::ios::binary);
    count += static_cast<uint64_t>(std::count(std::istreambuf_iterator<char>(shard), {}, '\n'));
  }
  return count;
}

std::string free_shard_name(const std::string& folder, int process) {
  char host[256] = "host";
  gethostname(host, sizeof host - 1);
  for (int number = 0;; ++number) {
    std::string name = fmt::format("{}-{}-{}", host, process, number);
    if (!fs::exists(folder + "/shards/" + name + ".jsonl")) return name;
  }
}

json_shard::json_shard(const std::string& folder, const std::string& name)
    : path_(folder + "/shards/" + name + ".jsonl") {}

json_shard::~json_shard() {
  if (descriptor_ < 0) return;
  fdatasync(descriptor_);
  close(descriptor_);
}

void append_json_line(const std::string& path, const nlohmann::json& row) {
  // Not blocking: a pipe in its place is not waited for.
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0644);
  if (descriptor < 0) throw unwritten(path, errno);
  struct stat status {};
  const bool regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  const std::string line = json_text(row) + "\n";
  const int reason = regular ? write_all(descriptor, line.data(), line.size()) : 0;
  close(descriptor);
  if (!regular) throw tool_error(path + ": cannot be written: expected a regular file");
  if (reason != 0) throw unwritten(path, reason);
}

void json_shard::append(const nlohmann::json& row) {
  if (descriptor_ < 0)
    descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw unwritten(path_, errno);
  const std::string line = line_of(row);  // in one piece, unless the disk is full
  if (const int reason = write_all(descriptor_, line.data(), line.size()); reason != 0)
    throw unwritten(path_, reason);
}

}  // namespace scansim
