// What a program does to the scratch memory, job by job in the order in which the sequencer pushes them:
//   inside        every word of every job lies in the memory
//   written       a read word was written, with elements of the width that is read
//   fence         the write of a read word was pushed before the last fence, so it has landed
//   overwriting   a word is written only when its last read is certainly over: the reads before the job's own
//   operands
//                 (the engines work in order); loads wait for all reads; in place, word by word, is allowed
// Contract: a program that passes gives the same values whatever the timing.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "host/program/check_site.h"
#include "host/program/scratch_jobs.h"

namespace scansim {

class scratch_check {
 public:
  explicit scratch_check(const check_site& site)
      : site_(site), words_(static_cast<size_t>(site.shape.scratch_words)) {}

  // Any block descriptor; the lagging writes of scans come first.
  void run(const std::vector<program_job>& jobs, std::span<const uint8_t> scatter_list = {});
  void scan(const hls::scan_descriptor& d);

 private:
  struct word_state {
    int64_t written = -1;  // number of the last write job; -1: never
    int64_t read = -1;     // number of the last read job
    int width = 0;         // bytes of its elements; 0: as loaded, any
  };
  struct lagging_job {
    program_job job;
    int64_t safe_reads;  // reads of a smaller number are over when this job's first word leaves
  };

  void flush();
  void read(const program_job& p);
  void write(const program_job& p, int64_t safe_reads, const program_job* in_place, int64_t in_place_read,
             std::span<const uint8_t> scatter_list);
  word_state& at(const program_job& p, int64_t word);

  const check_site& site_;
  std::vector<word_state> words_;
  std::deque<lagging_job> lag_;
  int64_t reads_ = 0, writes_ = 0, fenced_ = 0;
  int64_t slot_read_ = 0;  // number of the gemm's last x job
};

}  // namespace scansim
