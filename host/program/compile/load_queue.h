// Loads of one tensor that wait to be put into a program, share by share, so that none holds up what comes
// behind it. Contract: in the order in which they were added; a load may be cut at any word.
#pragma once
#include <algorithm>
#include <deque>
#include <string>

#include "host/program/base/program_builder.h"

namespace scansim {

class load_queue {
 public:
  explicit load_queue(std::string tensor) : tensor_(std::move(tensor)) {}

  void add(uint64_t dram, int64_t scratch, int64_t words) { loads_.push_back({dram, scratch, words}); }
  int64_t words() const {
    int64_t words = 0;
    for (const pending& load : loads_) words += load.words;
    return words;
  }
  // The next `words` words, or what is left.
  void load(program_builder& builder, int64_t words) {
    while (words > 0 && !loads_.empty()) {
      pending& first = loads_.front();
      const int64_t now = std::min(words, first.words);
      builder.load(tensor_, first.dram, first.scratch, now);
      first.dram += static_cast<uint64_t>(now * builder.word());
      first.scratch += now, first.words -= now, words -= now;
      if (first.words == 0) loads_.pop_front();
    }
  }

 private:
  struct pending {
    uint64_t dram;
    int64_t scratch, words;
  };
  std::string tensor_;
  std::deque<pending> loads_;
};

}  // namespace scansim
