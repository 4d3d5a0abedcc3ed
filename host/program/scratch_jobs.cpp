#include "host/program/scratch_jobs.h"

#include "sim/block_check.h"

namespace scansim {

namespace {

template <class Port>
program_job job(bool write, const char* field, Port port, scratch_mode mode, int base) {
  program_job p{write, field, {}};
  p.job.port = static_cast<uint8_t>(port), p.job.mode = mode, p.job.base = static_cast<uint16_t>(base);
  return p;
}

program_job read(const char* field, scratch_target port, scratch_mode mode, int base) {
  return job(false, field, port, mode, base);
}

program_job write(const char* field, scratch_source port, scratch_mode mode, int base) {
  return job(true, field, port, mode, base);
}

program_job walk(program_job p, int n0, int s0, int n1 = 1, int s1 = 0, int n2 = 1, int s2 = 0) {
  p.job.n0 = n0, p.job.s0 = s0, p.job.n1 = n1, p.job.s1 = s1, p.job.n2 = n2, p.job.s2 = s2;
  return p;
}

std::vector<program_job> fenced(std::vector<program_job> jobs, bool fence) {
  for (program_job& p : jobs) {
    if (p.write) continue;
    p.job.fence = fence;
    break;
  }
  return jobs;
}

// s16 rows of a unit with W/2 lanes: word, tile, token.
program_job half_rows(program_job p, const hls::scratch_region& r, int tiles, int tokens) {
  return walk(p, 2, 1, tiles, r.pitch, tokens, 2);
}

}  // namespace

std::vector<program_job> jobs_of(const hls::transfer_descriptor& d) {
  const auto single = scratch_mode::single;
  const program_job p = d.store ? read("scratch address", scratch_target::store, single, d.scratch)
                                : write("scratch address", scratch_source::load, single, d.scratch);
  constexpr int piece = 64;
  std::vector<program_job> jobs;
  for (int at = 0; at < d.words; at += piece) {
    jobs.push_back(walk(p, d.words - at < piece ? d.words - at : piece, 1));
    jobs.back().job.base = static_cast<uint16_t>(d.scratch + at);
  }
  return fenced(jobs, d.fence);
}

std::vector<program_job> jobs_of(const hls::gemm_descriptor& d) {
  const int v = gemm_row_words(d);
  const auto single = scratch_mode::single, both = scratch_mode::double_;
  std::vector<program_job> jobs;
  if (d.load_x)
    jobs.push_back(
        walk(read("x", scratch_target::gemm_x, single, d.x.address), d.x_tokens, 1, d.k_words, d.x.pitch));
  if (d.kind == static_cast<uint8_t>(hls::gemm_epilogue_kind::residual))
    jobs.push_back(
        walk(read("r", scratch_target::gemm_r, both, d.r.address), 2 * d.tokens, 1, d.tiles, d.r.pitch));
  if (!d.to_z) {
    const scratch_mode mode = v == 4 ? scratch_mode::quad : v == 2 ? both : single;
    jobs.push_back(
        walk(write("y", scratch_source::gemm, mode, d.y.address), v * d.tokens, 1, d.tiles, d.y.pitch));
    jobs.back().job.scatter = d.scatter;
  }
  return fenced(jobs, d.fence);
}

std::vector<program_job> jobs_of(const hls::conv_descriptor& d) {
  const int first = d.reverse ? d.tokens - 1 : 0, step = d.reverse ? -1 : 1;
  const auto single = scratch_mode::single, triple = scratch_mode::triple;
  std::vector<program_job> jobs;
  if (d.has_state) jobs.push_back(walk(read("s", scratch_target::conv_s, triple, d.s), 3 * d.tiles, 1));
  jobs.push_back(walk(read("x", scratch_target::conv_x, single, d.x.address + first), d.tiles, d.x.pitch,
                      d.tokens, step));
  jobs.push_back(walk(write("u", scratch_source::conv_u, single, d.u.address + first), d.tiles, d.u.pitch,
                      d.tokens, step));
  if (d.store_state) jobs.push_back(walk(write("h", scratch_source::conv_h, triple, d.h), 3 * d.tiles, 1));
  return fenced(jobs, d.fence);
}

std::vector<program_job> jobs_of(const hls::norm_descriptor& d) {
  const program_job x = read("x", scratch_target::norm_x, scratch_mode::single, d.x.address);
  const program_job y = write("y", scratch_source::norm, scratch_mode::pair, d.y.address);
  return fenced({half_rows(x, d.x, d.tiles, d.tokens), walk(y, d.tiles, d.y.pitch, d.tokens, 1)}, d.fence);
}

std::vector<program_job> jobs_of(const hls::hadamard_descriptor& d) {
  const program_job x = read("x", scratch_target::hadamard_x, scratch_mode::single, d.x.address);
  const auto mode = d.wide ? scratch_mode::single : scratch_mode::pair;
  const program_job y = write("y", scratch_source::hadamard, mode, d.y.address);
  return fenced({half_rows(x, d.x, d.tiles, d.tokens),
                 d.wide ? half_rows(y, d.y, d.tiles, d.tokens) : walk(y, d.tiles, d.y.pitch, d.tokens, 1)},
                d.fence);
}

std::vector<program_job> jobs_of(const hls::scan_descriptor& d, uint32_t chunk, int tile,
                                 const machine_shape& shape) {
  const bool rest = d.reverse ? chunk == 0 : chunk + 1 == d.num_chunks;
  const int tokens = rest ? d.rest_tokens : d.chunk_tokens, word = shape.axi_bytes;
  const auto base = [&](uint64_t address, int32_t stride, int words) {
    return static_cast<int>((static_cast<int64_t>(address) + int64_t{stride} * chunk) / word) + tile * words;
  };
  std::vector<program_job> jobs;
  if (tile == 0) {
    const int states = d.passes * shape.states;
    const bool half = 2 * states == word;
    const auto add = [&](const char* field, scratch_target port, scratch_mode mode, uint64_t address) {
      const program_job p =
          read(field, port, half ? mode : scratch_mode::single, base(address, d.stride_bc, 0));
      jobs.push_back(half ? walk(p, tokens, 1) : walk(p, states / word, tokens, tokens, 1));
    };
    add("B", scratch_target::b, scratch_mode::half_low, d.addr_b);
    add("C", scratch_target::c, scratch_mode::half_high, d.addr_c);
  }
  const auto rows = [&](const char* field, scratch_target port, uint64_t address) {
    jobs.push_back(
        walk(read(field, port, scratch_mode::single, base(address, d.stride_u, tokens)), tokens, 1));
  };
  rows("u", scratch_target::u, d.addr_u);
  rows("delta", scratch_target::delta, d.addr_delta);
  if (d.z_gemm) {
    jobs.push_back(walk(write("z", scratch_source::gemm_z, scratch_mode::single, 0), tokens, 1));
  } else if (d.has_z) {
    rows("z", scratch_target::z, d.addr_z);
  }
  const int y = base(d.addr_y, d.stride_y, 2 * tokens);
  jobs.push_back(walk(write("y", scratch_source::scan_y, scratch_mode::single, y), 2 * tokens, 1));
  return fenced(jobs, d.fence && chunk == 0 && tile == 0);
}

bool same_words(const scratch_job& a, const scratch_job& b) {
  return !a.scatter && !b.scatter && a.base == b.base && a.n0 == b.n0 && a.s0 == b.s0 && a.n1 == b.n1 &&
         (a.n1 == 1 || a.s1 == b.s1) && a.n2 == b.n2 && (a.n2 == 1 || a.s2 == b.s2);
}

}  // namespace scansim
