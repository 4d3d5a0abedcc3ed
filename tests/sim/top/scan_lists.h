// Random lists of scan descriptors over packed operands: up to three scans, with parameters of their own,
// those of the scan before, or rows behind it on chip; every eighth list has an illegal one.
#pragma once
#include "tests/support/packed_scan.h"

namespace scansim::test {

struct scan_list {
  std::vector<packed_scan> scans;
  std::vector<uint8_t> image;
  uint64_t address = 0;
};

// most_chunks: of a scan, of as many tokens as the machine takes.
scan_list random_list(const design_point& point, std::mt19937_64& random, int most_chunks = 3);

}  // namespace scansim::test
