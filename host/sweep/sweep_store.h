// The folder of a sweep: spec.yaml, the file as it was last run, and rows in shards (host/shards): of time
// (point_row.h) and of values (value_row.h). Contract: equal keys must have equal rows: a difference is a
// tool_error.
#pragma once
#include <map>
#include <string>
#include <variant>

#include "host/shards/json_shards.h"
#include "host/sweep/point_row.h"
#include "host/sweep/value_row.h"

namespace scansim {

using sweep_row = std::variant<point_row, value_row>;
const row_outcome& outcome_of(const sweep_row& row);

struct stored_rows {
  // By key; one that is ok before one that is not.
  std::map<std::string, point_row> rows;
  std::map<std::string, value_row> values;
  uint64_t dropped = 0;  // lines

  // `where`: a shard, for the message of two that differ.
  void add(const sweep_row& row, const std::string& where = "a new row");
  const row_outcome* find(const std::string& key) const;  // of either kind; nullptr: none
};

stored_rows read_shards(const std::string& folder);

class shard_writer {
 public:
  shard_writer(const std::string& folder, const std::string& name) : shard_(folder, name) {}
  void append(const sweep_row& row);

 private:
  json_shard shard_;
};

std::string spec_path(const std::string& folder);

}  // namespace scansim
