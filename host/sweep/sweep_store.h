// The folder of a sweep: spec.yaml, the file as it was last run, and rows in shards (host/shards). Contract:
// equal keys must have equal rows: a difference is a tool_error.
#pragma once
#include <map>
#include <string>

#include "host/shards/json_shards.h"
#include "host/sweep/point_row.h"

namespace scansim {

struct stored_rows {
  std::map<std::string, point_row> rows;  // by key; one that is ok before one that is not
  uint64_t dropped = 0;                   // lines
};

stored_rows read_shards(const std::string& folder);

class shard_writer {
 public:
  shard_writer(const std::string& folder, const std::string& name) : shard_(folder, name) {}
  void append(const point_row& row) { shard_.append(to_json(row)); }

 private:
  json_shard shard_;
};

std::string spec_path(const std::string& folder);

}  // namespace scansim
