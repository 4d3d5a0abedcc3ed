// What a program does to the scratch memory, job by job in the order in which the sequencer pushes them:
//   inside        every word of every job lies in the memory
//   written       a read word was written, with elements of the width that is read
//   fence         a fence before the read waits for the write of the word, so it has landed
//   overwriting   a word is written only when its last read is certainly over: the reads before the job's own
//   operands
//                 (the engines work in order); loads wait for all reads; in place, word by word, is allowed
// Contract: a program that passes gives the same values whatever the timing.
#pragma once
#include <cstdint>
#include <vector>

#include "host/program/check/check_site.h"
#include "host/program/check/scratch_sequence.h"

namespace scansim {

class scratch_check : private scratch_sequence {
 public:
  explicit scratch_check(const check_site& site) : scratch_sequence(site.shape), site_(site) {}

  void run(const std::vector<program_job>& jobs, std::span<const uint8_t> scatter_list = {});
  using scratch_sequence::scan;

 private:
  struct word_state {
    int64_t written = -1;  // number of the last write job; -1: never
    int64_t read = -1;     // number of the last read job
    int width = 0;         // bytes of its elements; 0: as loaded, any
  };

  void read(const program_job& p, int64_t number) override;
  void write(const program_job& p, int64_t number, const write_site& site) override;
  word_state& at(const program_job& p, int64_t word);

  const check_site& site_;
  std::vector<word_state> words_;  // once there is a job: scans from DRAM have none
  std::span<const uint8_t> scatter_list_;
  int64_t fenced_ = 0;  // writes that are over for every read from now on
};

}  // namespace scansim
