// The scratch jobs of every descriptor (sim/PROGRAM.md, section 4) as functions of the descriptor alone.
// The one statement of them in C++: sequencer, hls device and the host's check ask here. Fence and count are
// the sequencer's. Contract: legal descriptors; load and store: one job of all words, its pieces are cut by
// piece_words.
#pragma once
#include "sim/stream/scratch_job.h"
#include "sim/unit_check.h"

namespace scansim::unit_jobs {

inline scratch_job job_of(scratch_target port, uint16_t base) {
  return {.port = static_cast<uint8_t>(port), .base = base};
}
inline scratch_job job_of(scratch_source port, uint16_t base) {
  return {.port = static_cast<uint8_t>(port), .base = base};
}

// `words` words one behind the other.
template <class Port>
scratch_job run_of(Port port, uint64_t address, int words) {
  const auto base = static_cast<uint16_t>(address);
  scratch_job job = job_of(port, base);
  job.n0 = words, job.s0 = 1;
  return job;
}

inline scratch_job gemm_x(const hls::gemm_descriptor& d) {
  scratch_job job = job_of(scratch_target::gemm_x, d.x.address);
  job.n0 = d.k_words, job.s0 = d.x.pitch;
  job.n1 = d.x_tokens, job.s1 = d.x_step;
  return job;
}
inline scratch_job gemm_r(const hls::gemm_descriptor& d) {
  scratch_job job = run_of(scratch_target::gemm_r, d.r.address, 2);
  job.mode = scratch_mode::double_;
  job.n1 = d.tokens, job.s1 = d.r_step;
  job.n2 = d.tiles, job.s2 = d.r.pitch;
  return job;
}
inline scratch_job gemm_y(const hls::gemm_descriptor& d) {
  const int v = gemm_row_words(d);
  scratch_job job = run_of(scratch_source::gemm, d.y.address, v);
  job.mode = v == 4 ? scratch_mode::quad : v == 2 ? scratch_mode::double_ : scratch_mode::single;
  job.scatter = d.scatter;
  job.n1 = d.tokens, job.s1 = d.y_step;
  job.n2 = d.tiles, job.s2 = d.y.pitch;
  return job;
}

// Tokens outer, tiles inner; with reverse from the last token.
inline scratch_job conv_rows(const hls::conv_descriptor& d, scratch_job job, const hls::scratch_region& at) {
  job.base = static_cast<uint16_t>(at.address + (d.reverse ? d.tokens - 1 : 0));
  job.n0 = d.tiles, job.s0 = at.pitch;
  job.n1 = d.tokens, job.s1 = d.reverse ? -1 : 1;
  return job;
}
inline scratch_job conv_x(const hls::conv_descriptor& d) {
  return conv_rows(d, job_of(scratch_target::conv_x, 0), d.x);
}
inline scratch_job conv_u(const hls::conv_descriptor& d) {
  return conv_rows(d, job_of(scratch_source::conv_u, 0), d.u);
}
template <class Port>
scratch_job conv_states(const hls::conv_descriptor& d, Port port, uint16_t base) {
  scratch_job job = run_of(port, base, 3 * d.tiles);
  job.mode = scratch_mode::triple;
  return job;
}

// Rows of s16: two words per tile, tile by tile within a token.
template <class Port>
scratch_job wide_rows(Port port, const hls::scratch_region& at, int tiles, int tokens) {
  scratch_job job = run_of(port, at.address, 2);
  job.n1 = tiles, job.s1 = at.pitch;
  job.n2 = tokens, job.s2 = 2;
  return job;
}
// Rows of s8 that leave their unit as halves of words.
template <class Port>
scratch_job narrow_rows(Port port, const hls::scratch_region& at, int tiles, int tokens) {
  scratch_job job = job_of(port, at.address);
  job.mode = scratch_mode::pair;
  job.n0 = tiles, job.s0 = at.pitch;
  job.n1 = tokens, job.s1 = 1;
  return job;
}

inline scratch_job hadamard_y(const hls::hadamard_descriptor& d) {
  return d.wide ? wide_rows(scratch_source::hadamard, d.y, d.tiles, d.tokens)
                : narrow_rows(scratch_source::hadamard, d.y, d.tiles, d.tokens);
}

// B (else C) of a local scan, `states` = passes x states per lane: by tiles of a word, or both in one word
// per token.
inline scratch_job scan_bc(bool b, uint64_t address, int states, int tokens, int word) {
  scratch_job job = run_of(b ? scratch_target::b : scratch_target::c, address, tokens);
  if (2 * states == word) {
    job.mode = b ? scratch_mode::half_low : scratch_mode::half_high;
  } else {
    job.n0 = states / word, job.s0 = tokens;
    job.n1 = tokens, job.s1 = 1;
  }
  return job;
}

// Any operand of a local scan: u, delta and z in `words` words one behind the other.
inline scratch_job scan_operand(scratch_target port, uint64_t address, int words, int states, int tokens,
                                int word) {
  const bool b = port == scratch_target::b;
  if (b || port == scratch_target::c) return scan_bc(b, address, states, tokens, word);
  return run_of(port, address, words);
}

// f(first word, words) of every piece.
template <class Piece>
void for_each_piece(int words, Piece f) {
  for (int done = 0; done < words; done += piece_words)
    f(done, words - done < piece_words ? words - done : piece_words);
}

}  // namespace scansim::unit_jobs
