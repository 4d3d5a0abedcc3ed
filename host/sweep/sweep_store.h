// The folder of a sweep: spec.yaml, the file as it was last run, and shards/*.jsonl, one row a line.
// A shard has one writer, which appends whole lines and never changes one; a line ends with the CRC-32 of
// what stands before it. So kill -9 loses at most the line that was being written, and any number of hosts
// may write shards into one folder. Reading is the union of the shards; a line that is cut off or damaged is
// dropped and counted. Equal keys must have equal rows: a difference is a tool_error.
#pragma once
#include <map>
#include <string>

#include "host/sweep/point_row.h"

namespace scansim {

struct stored_rows {
  std::map<std::string, point_row> rows;  // by key; one that is ok before one that is not
  uint64_t dropped = 0;                   // lines
};

stored_rows read_shards(const std::string& folder);
uint64_t shard_lines(const std::string& folder);  // whole ones, whatever is in them: cheap

class shard_writer {
 public:
  // A shard of its own, made with the first row.
  explicit shard_writer(const std::string& folder, const std::string& name);
  ~shard_writer();
  shard_writer(const shard_writer&) = delete;
  shard_writer& operator=(const shard_writer&) = delete;
  void append(const point_row& row);  // tool_error: the disk is full, ...

 private:
  std::string path_;
  int descriptor_ = -1;
};

// <host>-<process>-<first free number>
std::string free_shard_name(const std::string& folder, int process);
std::string spec_path(const std::string& folder);

}  // namespace scansim
