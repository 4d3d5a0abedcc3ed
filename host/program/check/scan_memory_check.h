// What a scan moves to and from DRAM: every region inside the image, in every chunk on whole beats; nothing
// written that the same scan reads, but the final state over the initial one; y and the final state apart.
// Contract: the descriptor is legal (sim/descriptor_check.h). A region reaches from its first to its last
// byte in memory, whatever the stride; operands in the scratch are scratch_check's.
#pragma once
#include <array>

#include "host/program/check/memory_check.h"
#include "sim/rungs/walk_jobs.h"

namespace scansim {

// The descriptor's fields in the order of walk_region.
inline constexpr std::array<const char*, num_scan_regions> scan_region_fields = {
    "addr_u", "addr_delta", "addr_z",  "addr_b", "addr_c",
    "addr_a", "addr_db",    "addr_h0", "addr_y", "addr_ht"};

class scan_memory_check {
 public:
  scan_memory_check(const check_site& site, const design_point& point, memory_check& memory)
      : site_(site), point_(point), memory_(memory) {}

  void scan(const hls::scan_descriptor& d, uint64_t image_bytes);

 private:
  void collect(const hls::scan_descriptor& d);
  void check_writes() const;
  memory_range& range_of(walk_region region) { return ranges_[static_cast<size_t>(region)]; }

  const check_site& site_;
  const design_point& point_;
  memory_check& memory_;
  std::array<memory_range, num_scan_regions> ranges_{};  // empty: not in DRAM
};

}  // namespace scansim
