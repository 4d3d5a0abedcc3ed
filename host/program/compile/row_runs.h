// Rows that a gather takes and a scatter leaves, as runs that one transfer can move.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace scansim {

// `count` rows from `row` of a tensor in memory, at `place` onwards among the rows in the scratch.
struct row_run {
  int64_t row = 0, place = 0, count = 0;
};

// row -> place; a run as long as both follow each other.
inline std::vector<row_run> runs_of(const std::map<int64_t, int64_t>& places) {
  std::vector<row_run> runs;
  for (const auto& [row, place] : places) {
    if (!runs.empty() && runs.back().row + runs.back().count == row &&
        runs.back().place + runs.back().count == place) {
      ++runs.back().count;
    } else {
      runs.push_back({row, place, 1});
    }
  }
  return runs;
}

// The rows that a chunk of a gather needs, each once, in rising order, and where its rows find them.
struct gathered_rows {
  std::map<int64_t, int64_t> places;
  std::vector<uint8_t> list;  // per row of the product, at most 256 places
  bool in_order = true;       // the list is 0, 1, 2, ...
};

inline gathered_rows gather_rows(std::span<const int64_t> sources) {
  gathered_rows g;
  for (const int64_t source : sources) g.places[source] = 0;
  int64_t next = 0;
  for (auto& [row, place] : g.places) place = next++;
  for (const int64_t source : sources) {
    g.in_order = g.in_order && g.places[source] == static_cast<int64_t>(g.list.size());
    g.list.push_back(static_cast<uint8_t>(g.places[source]));
  }
  return g;
}

}  // namespace scansim
