// A scan with sets, its records behind it (sim/SETS.md), beyond the machine's own rules:
//   memory   every region inside the image, on whole beats; nothing written that the scan or one of its
//            records reads or writes, but the last state of a set over its own initial one
//   rows     every position's rows of u, delta, B and C below L, its row of z and y below R, a muted one's
//   too;
//            a list is what the image says: no descriptor writes it before
// Contract: the descriptors are legal (sim/set_check.h). Errors: as of check_site, with field and position.
#pragma once
#include <span>
#include <vector>

#include "host/program/check/memory_check.h"
#include "models/configs/design_point.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {

class set_check {
 public:
  set_check(check_site& site, std::span<const uint8_t> image, memory_check& memory)
      : site_(site), image_(image), memory_(memory) {}

  // The site is at the last record; in between at the descriptor that is looked at.
  void scan(const set_scan& scan);

 private:
  struct moved_region {
    const char* field = nullptr;
    memory_range bytes;  // its jobs are one behind the other
    bool write = false;
    uint32_t descriptor = 0;
  };
  std::vector<moved_region> regions_of(const set_scan& scan, uint32_t first) const;
  void check_place(const walk_job& job, uint32_t descriptor) const;
  void check_writes(const std::vector<moved_region>& regions);
  void rows(const set_scan& scan, const hls::set_descriptor& d) const;

  check_site& site_;
  std::span<const uint8_t> image_;
  memory_check& memory_;
};

}  // namespace scansim
