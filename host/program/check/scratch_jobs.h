// The jobs that a descriptor pushes for the scratch memory, in order (sim/PROGRAM.md, sections 3 and 4), and
// the words of a job. Contract: addresses as they come out of the fields, not wrapped: what lies outside the
// memory is outside.
#pragma once
#include <span>
#include <vector>

#include "hls/units/unit_descriptor.h"
#include "sim/rungs/walk_jobs.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/scratch_job.h"

namespace scansim {

struct program_job {
  bool write = false;
  const char* field = "";  // x, y, r, ... of the descriptor
  scratch_job job;         // job.fence: the descriptor's, on its first read
  int newer = 0;           // of the fence
};

std::vector<program_job> jobs_of(const hls::transfer_descriptor& d);
std::vector<program_job> jobs_of(const hls::gemm_descriptor& d);
std::vector<program_job> jobs_of(const hls::conv_descriptor& d);
std::vector<program_job> jobs_of(const hls::norm_descriptor& d);
std::vector<program_job> jobs_of(const hls::hadamard_descriptor& d);
// Of the i-th chunk processed; the last one is the tile's write job of y, which the machine pushes later.
std::vector<program_job> jobs_of(const hls::scan_descriptor& d, uint32_t chunk, int tile,
                                 const machine_shape& shape);

// Of a job of a scan with sets whose region lies there.
program_job job_of_set(const walk_job& region, const hls::scan_descriptor& d, const machine_shape& shape);

// f(word)
template <class Function>
void for_each_word(const scratch_job& job, std::span<const uint8_t> scatter_list, Function f) {
  for (int i2 = 0; i2 < job.n2; ++i2) {
    for (int i1 = 0; i1 < job.n1; ++i1) {
      const int row = job.scatter ? job.n0 * scatter_list[static_cast<size_t>(i1)] : i1 * job.s1;
      for (int i0 = 0; i0 < job.n0; ++i0)
        f(int64_t{job.base} + int64_t{i0} * job.s0 + row + int64_t{i2} * job.s2);
    }
  }
}

// The same words in the same order.
bool same_words(const scratch_job& a, const scratch_job& b);

}  // namespace scansim
