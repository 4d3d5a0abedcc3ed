// What a program does to memory: every access inside the image and on whole beats, no write over a list of
// descriptors, and no read of something that may still be on its way to memory: such a read must be a load
// with drain.
#pragma once
#include <span>
#include <vector>

#include "host/program/check/check_site.h"
#include "host/program/program.h"

namespace scansim {

struct memory_range {
  uint64_t first = 0, last = 0;  // bytes first..last - 1
  bool overlaps(const memory_range& o) const { return first < o.last && o.first < last; }
};

class memory_check {
 public:
  memory_check(const check_site& site, uint64_t image_bytes, std::span<const descriptor_run> lists);

  void read(const char* field, uint64_t address, uint64_t bytes) const;
  void write(const char* field, uint64_t address, uint64_t bytes);
  void drain() { pending_.clear(); }  // also between runs
  // Something that the image's bytes no longer tell.
  bool rewritten(uint64_t address, uint64_t bytes) const;
  uint64_t bytes() const { return image_bytes_; }  // of memory

 private:
  memory_range inside(const char* field, uint64_t address, uint64_t bytes) const;

  const check_site& site_;
  uint64_t image_bytes_;
  std::vector<memory_range> lists_;  // neighbours joined
  std::vector<memory_range> pending_, written_;
};

}  // namespace scansim
