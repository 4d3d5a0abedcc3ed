// Random scans with sets for the tests of a device: a legal descriptor, its records, operands over their
// whole widths, and the rows of every token by tests/support/token_rows.h. place_case lays them into memory
// as sim/README.md, section 2, says, element by element, and notes every job of the DMA.
#pragma once
#include "hls/scan/set_descriptor.h"
#include "tests/sim/rungs/device_bench.h"
#include "tests/support/token_rows.h"

namespace scansim::test {

// Indexed [row][channel], [row][state], [channel][state], [channel].
struct set_operands {
  std::vector<int32_t> delta, b, c, a, h0, bias, d;
};

struct set_case {
  hls::scan_descriptor scan;
  std::vector<hls::set_descriptor> sets;
  int channels = 0, states = 0, tokens = 0, rest = 0;  // states: that the rows of a token have values of
  std::vector<int32_t> u, z;
  std::vector<set_operands> operands;         // of each set
  std::vector<std::vector<uint32_t>> lists;   // empty: none
  std::vector<std::vector<token_row>> walks;  // of each set
};

struct memory_job {
  uint64_t address, bytes;
};
struct placed_case {
  std::vector<memory_job> reads, writes;
};

// `point` with room for sets: what sim/SETS.md, section 6, wants, and B of one set.
design_point with_sets(design_point point, int max_sets);

set_case random_set_case(const design_point& point, std::mt19937_64& random);
// Sets the addresses; y and the final states lie over random bytes.
placed_case place_case(set_case& c, device_bench& bench, std::mt19937_64& random);
inline void add_case(const set_case& c, device_bench& bench) {
  bench.add(c.scan);
  for (const hls::set_descriptor& set : c.sets) bench.add(set);
}

}  // namespace scansim::test
