// The memory jobs and tiles of one scan descriptor, chunk by chunk (sim/README.md, sections 1 and 2;
// sim/PROGRAM.md, section 3): walk_scan_jobs calls visit(tile) for every tile and job(walk_job) for every
// region of it that is read or written. Order of jobs within a tile is not the machine's; counts and results
// do not need it. Contract: the descriptor is legal and without sets (set_jobs.h); resume and keep only on
// machines with units.
#pragma once
#include <algorithm>
#include <cstdint>

#include "hls/map/port_map.h"
#include "hls/scan/scan_descriptor.h"
#include "models/configs/design_point.h"

namespace scansim {

enum class walk_region : uint8_t { u, delta, z, b, c, a, db, h0, y, ht, list };
inline constexpr int num_scan_regions = 10;  // of a scan; list: of a set

struct walk_job {
  walk_region region;
  bool local;               // in the scratch memory, else in DRAM
  uint64_t address, bytes;  // bytes: whole beats
  bool write() const { return region == walk_region::y || region == walk_region::ht; }
};

// A tile of one chunk: what the blocks work on between two commands.
struct tile_visit {
  bool first_chunk, last_chunk;  // as to the state: a resumed scan has no first, a kept one no last chunk
  uint64_t tokens, groups;
};

// Where an operand in the scratch goes.
inline scratch_target scratch_target_of(walk_region region) {
  switch (region) {
    case walk_region::u:
      return scratch_target::u;
    case walk_region::delta:
      return scratch_target::delta;
    case walk_region::z:
      return scratch_target::z;
    default:
      return region == walk_region::b ? scratch_target::b : scratch_target::c;
  }
}

// z comes from the gemm before, not from memory.
inline bool z_from_gemm(const hls::scan_descriptor& d) { return d.local && d.has_z && d.z_gemm; }

template <class Visit, class Job>
void walk_chunk_jobs(const hls::scan_descriptor& d, const design_point& point, uint32_t chunk, Visit visit,
                     Job job) {
  using enum walk_region;
  const auto size = [](int value) { return static_cast<uint64_t>(value); };
  const uint64_t lanes = size(point.num_lanes), beat = size(point.axi_bytes());
  const uint64_t states = size(d.passes * point.states_per_lane);
  const auto beats = [&](uint64_t bytes) { return (bytes + beat - 1) / beat * beat; };
  const bool first = chunk == 0, last = chunk == d.num_chunks - 1;
  const bool clear = first && !d.resume, leave = last && !d.keep;
  const uint64_t tokens = (d.reverse ? first : last) ? d.rest_tokens : d.chunk_tokens;
  const auto at = [&](uint64_t address, int32_t stride) {
    return address + static_cast<uint64_t>(int64_t{stride} * chunk);
  };
  const uint64_t bc = beats(tokens * states * size(point.operand_bytes()));
  job(walk_job{b, d.local, at(d.addr_b, d.stride_bc), bc});
  job(walk_job{c, d.local, at(d.addr_c, d.stride_bc), bc});
  uint64_t in = 0, out = 0, a_at = 0, db_at = 0, h_at = 0;
  for (int group = 0; group < d.lane_groups; group += point.interleave) {
    const uint64_t groups = size(std::min(point.interleave, d.lane_groups - group));
    const uint64_t channels = groups * lanes;
    visit(tile_visit{clear, leave, tokens, groups});
    const uint64_t u_bytes = beats(channels * tokens * size(point.operand_bytes()));
    const uint64_t y_bytes = beats(channels * tokens * size(point.output_bytes()));
    const uint64_t a_bytes = beats(channels * states * size(point.operand_bytes()));
    const uint64_t db_bytes = beats(channels * 4);
    const uint64_t h_bytes = beats(channels * states * size(point.state_bytes()));
    job(walk_job{u, d.local, at(d.addr_u, d.stride_u) + in, u_bytes});
    job(walk_job{delta, d.local, at(d.addr_delta, d.stride_u) + in, u_bytes});
    if (d.has_z) job(walk_job{z, d.local, at(d.addr_z, d.stride_u) + in, u_bytes});
    if (first && d.load_params) job(walk_job{a, false, d.addr_a + a_at, a_bytes});
    if (first && d.load_params) job(walk_job{db, false, d.addr_db + db_at, db_bytes});
    if (clear && d.has_h0) job(walk_job{h0, false, d.addr_h0 + h_at, h_bytes});
    if (leave && d.store_state) job(walk_job{ht, false, d.addr_ht + h_at, h_bytes});
    job(walk_job{y, d.local, at(d.addr_y, d.stride_y) + out, y_bytes});
    in += u_bytes, out += y_bytes, a_at += a_bytes, db_at += db_bytes, h_at += h_bytes;
  }
}

template <class Visit, class Job>
void walk_scan_jobs(const hls::scan_descriptor& d, const design_point& point, Visit visit, Job job) {
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) walk_chunk_jobs(d, point, chunk, visit, job);
}

}  // namespace scansim
