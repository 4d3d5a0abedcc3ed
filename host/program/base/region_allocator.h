// Places of regions in the machine's memory, one behind the other, each on whole pages.
//   start = end of the one before + (n mod 7) * skew_pages pages,   n counts regions of at least 32 pages
// Why: a scan reads its regions in step, and regions whose sizes are powers of two would all start in the
// same banks of a DRAM and close each other's rows; 7 is coprime to every power of two. Small regions stay
// close, so that they share rows. Contract: a region is whole pages long, so no two share one; skew 0 leaves
// no gaps.
#pragma once
#include <cstdint>

namespace scansim {

inline constexpr uint64_t page_bytes = 4096;  // regions start on whole pages

class region_allocator {
 public:
  explicit region_allocator(int skew_pages) : skew_(static_cast<uint64_t>(skew_pages) * page_bytes) {}

  uint64_t take(uint64_t bytes) {
    const uint64_t at = bytes < least_skewed ? end_ : end_ + large_regions_++ % skew_period * skew_;
    end_ = at + (bytes + page_bytes - 1) / page_bytes * page_bytes;
    return at;
  }
  uint64_t end() const { return end_; }

 private:
  static constexpr uint64_t least_skewed = 32 * page_bytes, skew_period = 7;
  const uint64_t skew_;
  uint64_t end_ = 0, large_regions_ = 0;
};

}  // namespace scansim
