#include "host/program/scratch_check.h"

#include <fmt/format.h>

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

bool feeds_results(const program_job& p) {  // not: a state, read before all of them
  return !p.write && static_cast<scratch_target>(p.job.port) != scratch_target::conv_s;
}

}  // namespace

scratch_check::word_state& scratch_check::at(const program_job& p, int64_t word) {
  if (word < 0 || word >= static_cast<int64_t>(words_.size()))
    site_.refuse(p.field, fmt::format("words below scratch_words = {}", words_.size()),
                 fmt::format("word {}", word));
  return words_[static_cast<size_t>(word)];
}

void scratch_check::read(const program_job& p) {
  if (p.job.fence) fenced_ = writes_;
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
    w.read = reads_;
  });
  ++reads_;
}

void scratch_check::write(const program_job& p, int64_t safe_reads, const program_job* in_place,
                          int64_t in_place_read, std::span<const uint8_t> scatter_list) {
  const int64_t number = writes_++;
  if (static_cast<scratch_source>(p.job.port) == scratch_source::gemm_z) return;
  const bool same = in_place != nullptr && same_words(p.job, in_place->job);
  for_each_word(p.job, scatter_list, [&](int64_t word) {
    word_state& w = at(p, word);
    if (w.read >= safe_reads && !(same && w.read == in_place_read))
      site_.refuse(p.field, "words whose reads are over when they are overwritten",
                   fmt::format("word {}, still read", word));
    w.written = number;
    w.width = width_written(p.job);
  });
}

void scratch_check::flush() {
  for (; !lag_.empty(); lag_.pop_front()) write(lag_.front().job, lag_.front().safe_reads, nullptr, -1, {});
}

void scratch_check::run(const std::vector<program_job>& jobs, std::span<const uint8_t> scatter_list) {
  flush();
  const program_job* operand = nullptr;
  int64_t operand_read = slot_read_;  // of a gemm that uses a slot loaded before
  for (const program_job& p : jobs) {
    if (!p.write) {
      if (feeds_results(p)) operand = &p, operand_read = reads_;
      if (static_cast<scratch_target>(p.job.port) == scratch_target::gemm_x) slot_read_ = reads_;
      read(p);
      continue;
    }
    const bool loads = static_cast<scratch_source>(p.job.port) == scratch_source::load;
    write(p, loads ? reads_ : operand_read, operand, operand_read, scatter_list);
  }
}

void scratch_check::scan(const hls::scan_descriptor& d) {
  const int tiles = d.lane_groups / site_.shape.interleave;
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    for (int tile = 0; tile < tiles; ++tile) {
      std::vector<program_job> jobs = jobs_of(d, chunk, tile, site_.shape);
      const program_job y = jobs.back();
      jobs.pop_back();
      for (const program_job& p : jobs) {
        if (p.write) {
          write(p, reads_, nullptr, -1, {});
        } else {
          read(p);
        }
      }
      lag_.push_back({y, reads_});
      if (static_cast<int>(lag_.size()) < site_.shape.tile_buffers) continue;
      write(lag_.front().job, lag_.front().safe_reads, nullptr, -1, {});
      lag_.pop_front();
    }
  }
}

}  // namespace scansim
