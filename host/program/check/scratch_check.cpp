#include "host/program/check/scratch_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {

namespace {

// Bytes of the elements that a port reads; 0: any.
int width_read(scratch_target port) {
  switch (port) {
    case scratch_target::store:
      return 0;
    case scratch_target::gemm_r:
    case scratch_target::norm_x:
    case scratch_target::hadamard_x:
      return 2;
    default:
      return 1;
  }
}

int width_written(const scratch_job& job) {
  switch (static_cast<scratch_source>(job.port)) {
    case scratch_source::load:
      return 0;
    case scratch_source::scan_y:
      return 2;
    case scratch_source::hadamard:
      return job.mode == scratch_mode::single ? 2 : 1;
    case scratch_source::gemm:
      return job.mode == scratch_mode::quad ? 4 : job.mode == scratch_mode::double_ ? 2 : 1;
    default:
      return 1;
  }
}

}  // namespace

scratch_check::word_state& scratch_check::at(const program_job& p, int64_t word) {
  const int64_t words = site_.shape.scratch_words;
  if (word < 0 || word >= words)
    site_.refuse(p.field, fmt::format("words below scratch_words = {}", words), fmt::format("word {}", word));
  if (words_.empty()) words_.resize(static_cast<size_t>(words));
  return words_[static_cast<size_t>(word)];
}

void scratch_check::read(const program_job& p, int64_t number) {
  if (p.job.fence) fenced_ = std::max(fenced_, writes() - p.newer);
  const int width = width_read(static_cast<scratch_target>(p.job.port));
  for_each_word(p.job, {}, [&](int64_t word) {
    word_state& w = at(p, word);
    if (w.written < 0)
      site_.refuse(p.field, "words that something wrote before", fmt::format("word {}", word));
    if (w.written >= fenced_)
      site_.refuse(p.field, "a fence behind the write of what is read",
                   fmt::format("none for word {}", word));
    if (width != 0 && w.width != 0 && w.width != width)
      site_.refuse(p.field, fmt::format("elements of {} bits", 8 * width),
                   fmt::format("{} bits in word {}", 8 * w.width, word));
    w.read = number;
  });
}

void scratch_check::write(const program_job& p, int64_t number, const write_site& site) {
  if (static_cast<scratch_source>(p.job.port) == scratch_source::gemm_z) return;
  const bool same = site.in_place != nullptr && same_words(p.job, site.in_place->job);
  for_each_word(p.job, scatter_list_, [&](int64_t word) {
    word_state& w = at(p, word);
    if (w.read >= site.safe_reads && !(same && w.read == site.in_place_read))
      site_.refuse(p.field, "words whose reads are over when they are overwritten",
                   fmt::format("word {}, still read", word));
    w.written = number;
    w.width = width_written(p.job);
  });
}

void scratch_check::run(const std::vector<program_job>& jobs, std::span<const uint8_t> scatter_list) {
  scatter_list_ = scatter_list;
  scratch_sequence::run(jobs);
}

}  // namespace scansim
