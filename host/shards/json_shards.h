// Rows that processes of any number of hosts keep in one folder: <folder>/shards/*.jsonl, a JSON object a
// line. A shard has one writer, which appends whole lines and never changes one; a line ends with the CRC-32
// of what stands before it. So kill -9 loses at most the line that was being written. Contract: reading is
// the union of the shards, by name of the shard and order of its lines; a line that is cut off or damaged is
// left out and counted. What rows mean, and what two of one key say, is the caller's.
#pragma once
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace scansim {

class json_shard {
 public:
  // A shard of its own, made with the first row.
  json_shard(const std::string& folder, const std::string& name);
  ~json_shard();
  json_shard(const json_shard&) = delete;
  json_shard& operator=(const json_shard&) = delete;
  void append(const nlohmann::json& row);  // tool_error: the disk is full, ...

 private:
  std::string path_;
  int descriptor_ = -1;
};

// `take` may throw nlohmann::json::exception for what is no row: that line counts as damaged. Returns how
// many lines were left out.
using row_taker = std::function<void(const nlohmann::json& row, const std::string& path)>;
uint64_t read_json_shards(const std::string& folder, const row_taker& take);

// One more line of a file that has many writers and no sums. tool_error: the disk is full, ...
void append_json_line(const std::string& path, const nlohmann::json& row);

uint64_t shard_lines(const std::string& folder);  // whole ones, whatever is in them: cheap

// <host>-<process>-<first free number>
std::string free_shard_name(const std::string& folder, int process);

}  // namespace scansim
