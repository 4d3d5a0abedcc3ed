// scratch_walk: the word addresses of a job, in order (sim/PROGRAM.md, section 4).
//   address = base + i0 s0 + i1 s1 + i2 s2, i0 innermost
//   scatter:  base + i0 + V list[i1] + i2 s2, V = n0 words of an entry
// mod 2^16, then mod the words of the memory. The list is read by the caller, who also knows since when it is
// there.
#pragma once
#include "sim/stream/scratch_job.h"

namespace scansim {

// Words of an entry in the modes that take one apart or put one together.
constexpr int entry_words(scratch_mode mode) {
  switch (mode) {
    case scratch_mode::double_:
      return 2;
    case scratch_mode::triple:
      return 3;
    case scratch_mode::quad:
      return 4;
    default:
      return 1;
  }
}

class scratch_walk {
 public:
  scratch_walk(const scratch_job& job, int memory_words)
      : job_(job), mask_(static_cast<uint32_t>(memory_words - 1) & 0xffffu), left_(job.words()) {}

  bool done() const { return left_ == 0; }
  // Of the scatter list, needed by the current word.
  int list_entry() const { return i1_; }
  int address(int list_value) const {
    const uint32_t row = job_.scatter ? offset(job_.n0, list_value) : offset(i1_, job_.s1);
    return static_cast<int>((job_.base + offset(i0_, job_.s0) + row + offset(i2_, job_.s2)) & mask_);
  }
  void next() {
    --left_;
    if (++i0_ < job_.n0) return;
    i0_ = 0;
    if (++i1_ < job_.n1) return;
    i1_ = 0;
    ++i2_;
  }

 private:
  // Wraps as the adders do.
  static uint32_t offset(int count, int stride) {
    return static_cast<uint32_t>(count) * static_cast<uint32_t>(stride);
  }

  scratch_job job_;
  uint32_t mask_;
  int64_t left_;
  int i0_ = 0, i1_ = 0, i2_ = 0;
};

}  // namespace scansim
