#include "sim/rungs/hls_unit_scratch.h"

#include <algorithm>

namespace scansim {

// visit(byte offset of the word) for every word of the job.
template <class Visit>
void hls_unit_scratch::walk(const scratch_job& job, std::span<const uint8_t> list, Visit visit) const {
  const size_t words = bytes_.size() / word_bytes_;
  for (int i2 = 0; i2 < job.n2; ++i2) {
    for (int i1 = 0; i1 < job.n1; ++i1) {
      const int row = job.scatter ? job.n0 * list[static_cast<size_t>(i1)] : i1 * job.s1;
      for (int i0 = 0; i0 < job.n0; ++i0)
        visit(static_cast<uint16_t>(job.base + i0 * job.s0 + row + i2 * job.s2) % words * word_bytes_);
    }
  }
}

std::vector<uint8_t> hls_unit_scratch::read(const scratch_job& job, counter_values& counters) const {
  const bool low = job.mode == scratch_mode::half_low, half = low || job.mode == scratch_mode::half_high;
  const size_t bytes = half ? word_bytes_ / 2 : word_bytes_, skip = half && !low ? bytes : 0;
  std::vector<uint8_t> words;
  words.reserve(static_cast<size_t>(job.words()) * bytes + word_bytes_);
  walk(job, {}, [&](size_t at) {
    const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(at + skip);
    words.insert(words.end(), first, first + static_cast<std::ptrdiff_t>(bytes));
  });
  // A last odd half fills up with zeros.
  words.resize((words.size() + word_bytes_ - 1) / word_bytes_ * word_bytes_);
  counters[counter_index("scratch_read", "scratch_read_bits")] +=
      8 * word_bytes_ * static_cast<uint64_t>(job.words());
  return words;
}

void hls_unit_scratch::write(const scratch_job& job, std::span<const uint8_t> words,
                             std::span<const uint8_t> list, counter_values& counters) {
  size_t next = 0;
  walk(job, list, [&](size_t at) {
    std::copy_n(words.begin() + static_cast<std::ptrdiff_t>(next), word_bytes_,
                bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    next += word_bytes_;
  });
  counters[counter_index("scratch_write", "scratch_write_bits")] +=
      8 * word_bytes_ * static_cast<uint64_t>(job.words());
}

}  // namespace scansim
