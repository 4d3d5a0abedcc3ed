// Places in the scratch memory, in words: first fit, given back by address. Contract: what was given back may
// be taken again at once; whether the machine is done with it is proven by program_check.h, not here.
#pragma once
#include <cstdint>
#include <map>
#include <optional>

namespace scansim {

class scratch_allocator {
 public:
  explicit scratch_allocator(int64_t words) : words_(words) {}

  // Nothing if no gap is large enough.
  std::optional<int64_t> take(int64_t words) {
    int64_t at = 0;
    for (const auto& [first, count] : taken_) {
      if (first - at >= words) break;
      at = first + count;
    }
    if (at + words > words_) return std::nullopt;
    taken_[at] = words;
    return at;
  }
  void release(int64_t address) { taken_.erase(address); }

 private:
  int64_t words_;
  std::map<int64_t, int64_t> taken_;  // address, words
};

}  // namespace scansim
