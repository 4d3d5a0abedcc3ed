// scratch_memory: the words between the units and when the jobs on them were complete (sim/PROGRAM.md,
// section 4). One process reads (scratch_read), one writes (scratch_write). Bytes travel in process order,
// times as data: a read behind a fence is processed after the writes it waits for, so it sees what they
// wrote. Words that a program reads without a fence, or overwrites before an earlier job has read them, are
// the host's to refuse. Bytes stay from run to run.
#pragma once
#include <stdexcept>

#include "sim/stream/scratch_job.h"
#include "sim/stream/time_line.h"

namespace scansim {

struct scratch_memory {
  scratch_memory(int words_of_memory, int bytes_of_word, bool values = true)
      : words(words_of_memory),
        word_bytes(bytes_of_word),
        bytes(values ? static_cast<size_t>(words) * static_cast<size_t>(bytes_of_word) : 0) {}

  void reset() {
    reads_complete.reset();
    writes_complete.reset();
  }
  uint8_t* word(int address) { return bytes.data() + int64_t{address} * word_bytes; }

  // More jobs than can be complete beyond the one that a fence names: the queues hold few, and only commands
  // that read nothing get past a job that waits.
  static constexpr int window = 4096;

  int words, word_bytes;
  std::vector<uint8_t> bytes;
  // Per job: its last issue, its last landing.
  time_line reads_complete{window}, writes_complete{window};
};

// The cycle from which a job's fence lets it through; suspends until it is known.
inline cycle_t fence_time(const scratch_job& job, time_line& completions) {
  if (!job.fence) return 0;
  if (completions.count() - job.count >= scratch_memory::window)
    throw std::logic_error("scratch: a fence names a job too long ago");
  return completions.at(job.count - 1) + 1;
}

}  // namespace scansim
