#include "host/program/check/scratch_jobs.h"

#include "sim/unit_jobs.h"

namespace scansim {

namespace {

std::vector<program_job> fenced(std::vector<program_job> jobs, bool fence, int newer) {
  for (program_job& p : jobs) {
    if (p.write) continue;
    p.job.fence = fence, p.newer = newer;
    break;
  }
  return jobs;
}

}  // namespace

std::vector<program_job> jobs_of(const hls::transfer_descriptor& d) {
  std::vector<program_job> jobs;
  unit_jobs::for_each_piece(d.words, [&](int done, int words) {
    const auto address = static_cast<uint64_t>(d.scratch + done);
    jobs.push_back({!d.store, "scratch address",
                    d.store ? unit_jobs::run_of(scratch_target::store, address, words)
                            : unit_jobs::run_of(scratch_source::load, address, words)});
  });
  return fenced(jobs, d.fence, d.newer);
}

std::vector<program_job> jobs_of(const hls::gemm_descriptor& d) {
  std::vector<program_job> jobs;
  if (d.load_x) jobs.push_back({false, "x", unit_jobs::gemm_x(d)});
  if (d.kind == static_cast<uint8_t>(hls::gemm_epilogue_kind::residual))
    jobs.push_back({false, "r", unit_jobs::gemm_r(d)});
  if (!d.to_z) jobs.push_back({true, "y", unit_jobs::gemm_y(d)});
  return fenced(jobs, d.fence, d.newer);
}

std::vector<program_job> jobs_of(const hls::conv_descriptor& d) {
  std::vector<program_job> jobs;
  if (d.has_state) jobs.push_back({false, "s", unit_jobs::conv_states(d, scratch_target::conv_s, d.s)});
  jobs.push_back({false, "x", unit_jobs::conv_x(d)});
  jobs.push_back({true, "u", unit_jobs::conv_u(d)});
  if (d.store_state) jobs.push_back({true, "h", unit_jobs::conv_states(d, scratch_source::conv_h, d.h)});
  return fenced(jobs, d.fence, d.newer);
}

std::vector<program_job> jobs_of(const hls::norm_descriptor& d) {
  return fenced({{false, "x", unit_jobs::wide_rows(scratch_target::norm_x, d.x, d.tiles, d.tokens)},
                 {true, "y", unit_jobs::narrow_rows(scratch_source::norm, d.y, d.tiles, d.tokens)}},
                d.fence, d.newer);
}

std::vector<program_job> jobs_of(const hls::hadamard_descriptor& d) {
  return fenced({{false, "x", unit_jobs::wide_rows(scratch_target::hadamard_x, d.x, d.tiles, d.tokens)},
                 {true, "y", unit_jobs::hadamard_y(d)}},
                d.fence, d.newer);
}

std::vector<program_job> jobs_of(const hls::scan_descriptor& d, uint32_t chunk, int tile,
                                 const machine_shape& shape) {
  const bool rest = d.reverse ? chunk == 0 : chunk + 1 == d.num_chunks;
  const int tokens = rest ? d.rest_tokens : d.chunk_tokens, word = shape.axi_bytes;
  const auto base = [&](uint64_t address, int32_t stride, int words) {
    return static_cast<uint64_t>((static_cast<int64_t>(address) + int64_t{stride} * chunk) / word +
                                 tile * words);
  };
  std::vector<program_job> jobs;
  if (tile == 0) {
    const int states = d.passes * shape.states;
    jobs.push_back(
        {false, "B", unit_jobs::scan_bc(true, base(d.addr_b, d.stride_bc, 0), states, tokens, word)});
    jobs.push_back(
        {false, "C", unit_jobs::scan_bc(false, base(d.addr_c, d.stride_bc, 0), states, tokens, word)});
  }
  const auto rows = [&](const char* field, scratch_target port, uint64_t address) {
    jobs.push_back({false, field, unit_jobs::run_of(port, base(address, d.stride_u, tokens), tokens)});
  };
  rows("u", scratch_target::u, d.addr_u);
  rows("delta", scratch_target::delta, d.addr_delta);
  if (d.z_gemm) {
    jobs.push_back({true, "z", unit_jobs::run_of(scratch_source::gemm_z, 0, tokens)});
  } else if (d.has_z) {
    rows("z", scratch_target::z, d.addr_z);
  }
  jobs.push_back(
      {true, "y",
       unit_jobs::run_of(scratch_source::scan_y, base(d.addr_y, d.stride_y, 2 * tokens), 2 * tokens)});
  return fenced(jobs, d.fence && chunk == 0 && tile == 0, d.newer);
}

program_job job_of_set(const walk_job& region, const hls::scan_descriptor& d, const machine_shape& shape) {
  const auto beat = static_cast<uint64_t>(shape.axi_bytes);
  const uint64_t word = region.address / beat;
  const int words = static_cast<int>(region.bytes / beat);
  if (region.region == walk_region::y)
    return {true, "y", unit_jobs::run_of(scratch_source::scan_y, word, words)};
  if (region.region == walk_region::z && d.z_gemm)
    return {true, "z", unit_jobs::run_of(scratch_source::gemm_z, 0, words)};
  constexpr const char* fields[] = {"u", "delta", "z", "B", "C"};  // in the order of walk_region
  return {false, fields[static_cast<size_t>(region.region)],
          unit_jobs::scan_operand(scratch_target_of(region.region), word, words, d.passes * shape.states,
                                  d.chunk_tokens, shape.axi_bytes)};
}

bool same_words(const scratch_job& a, const scratch_job& b) {
  return !a.scatter && !b.scatter && a.base == b.base && a.n0 == b.n0 && a.s0 == b.s0 && a.n1 == b.n1 &&
         (a.n1 == 1 || a.s1 == b.s1) && a.n2 == b.n2 && (a.n2 == 1 || a.s2 == b.s2);
}

}  // namespace scansim
