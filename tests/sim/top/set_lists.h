// Random lists of descriptors with sets (sim/SETS.md) between single scans: maps of every kind, tags,
// segments, states that come and go; every eighth list breaks a rule. Operands are random bytes in their
// regions. Contract: every row of every map lies in its tensor.
#pragma once
#include <array>
#include <random>
#include <vector>

#include "hls/scan/set_descriptor.h"
#include "models/configs/design_point.h"

namespace scansim::test {

using list_descriptor = std::array<uint32_t, hls::descriptor_words>;

struct byte_run {
  uint64_t first = 0, bytes = 0;
};

struct set_list {
  std::vector<list_descriptor> descriptors;
  std::vector<uint8_t> image;
  uint64_t address = 0;
  std::vector<byte_run> results;  // that the machine writes and means: y, h_last
  bool illegal = false;
};

struct broken_list {
  const char* rule;
  set_list list;
};
std::vector<broken_list> broken_set_lists(const design_point& point);
// Of a scan whose operands lie in the scratch: outside it, or packed.
std::vector<broken_list> broken_local_lists(const design_point& point);

// Rows that write nothing, in front of z.
set_list muted_set_list(const design_point& point);
// A tile of one lane group behind one of all: the last row of the first is the first row of the second.
set_list same_row_list(const design_point& point);

// Rows of B, or of C, that the last set of a scan leaves unread, still on their way when the next scan
// begins.
set_list cut_short_list(const design_point& point, bool of_b);

// z for every tile of a scan none of whose sets is gated.
set_list ungated_set_list(const design_point& point);
// Every unit once behind a scan of sets in the scratch. `point`: with units.
set_list sets_before_units(const design_point& point, std::mt19937_64& random);

set_list random_set_list(const design_point& point, std::mt19937_64& random);

}  // namespace scansim::test
