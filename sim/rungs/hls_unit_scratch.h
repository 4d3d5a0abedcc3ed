// The scratch memory of the hls rung: words of W bytes, moved by the jobs of sim/PROGRAM.md, section 4,
// without their time.
//   read   words in the order of the job, one behind the other; half modes: their low (high) halves
//   write  the same the other way
// Contract: addresses wrap modulo 2^16 and then modulo scratch_words, as on the machine; every word counts
// 8 W bits in scratch_read_bits or scratch_write_bits. Contents outlive a start. Errors: none.
#pragma once
#include <span>
#include <vector>

#include "sim/rungs/descriptor_events.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/scratch_job.h"

namespace scansim {

class hls_unit_scratch {
 public:
  explicit hls_unit_scratch(const machine_shape& shape)
      : word_bytes_(static_cast<size_t>(shape.axi_bytes)),
        bytes_(word_bytes_ * static_cast<size_t>(shape.scratch_words)) {}

  std::vector<uint8_t> read(const scratch_job& job, counter_values& counters) const;
  // `words`: as many as the job has. `list`: of a job with scatter, an entry per token.
  void write(const scratch_job& job, std::span<const uint8_t> words, std::span<const uint8_t> list,
             counter_values& counters);
  void write(const scratch_job& job, std::span<const uint8_t> words, counter_values& counters) {
    write(job, words, {}, counters);
  }

 private:
  template <class Visit>
  void walk(const scratch_job& job, std::span<const uint8_t> list, Visit visit) const;

  size_t word_bytes_;
  std::vector<uint8_t> bytes_;
};

}  // namespace scansim
