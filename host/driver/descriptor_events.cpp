#include "host/driver/descriptor_events.h"

#include <algorithm>

namespace scansim {

namespace {

constexpr uint64_t page_bytes = 4096;

struct memory_job {
  bool write;
  uint64_t address, bytes;
};

// A tile of one chunk: what the blocks work on between two commands.
struct tile_visit {
  bool first_chunk, last_chunk;
  uint64_t tokens, groups;
};

uint64_t counted(int value) { return static_cast<uint64_t>(value); }

// The machine's tiles and jobs, chunk by chunk. Order of jobs within a tile is not the machine's; counts do
// not need it.
template <class Visit, class Job>
void walk(const hls::scan_descriptor& d, const design_point& point, Visit visit, Job job) {
  const uint64_t lanes = counted(point.num_lanes);
  const uint64_t states = counted(d.passes * point.states_per_lane);
  const auto beats = [&](uint64_t bytes) {
    const uint64_t beat = counted(point.axi_bytes());
    return (bytes + beat - 1) / beat * beat;
  };
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    const bool first = chunk == 0, last = chunk == d.num_chunks - 1;
    const uint64_t tokens = (d.reverse ? first : last) ? d.rest_tokens : d.chunk_tokens;
    const auto at = [&](uint64_t address, int32_t stride) {
      return address + static_cast<uint64_t>(int64_t{stride} * chunk);
    };
    const uint64_t bc = beats(tokens * states * counted(point.operand_bytes()));
    job(memory_job{false, at(d.addr_b, d.stride_bc), bc});
    job(memory_job{false, at(d.addr_c, d.stride_bc), bc});
    uint64_t in = 0, out = 0, a = 0, db = 0, h = 0;
    for (int group = 0; group < d.lane_groups; group += point.interleave) {
      const uint64_t groups = counted(std::min(point.interleave, d.lane_groups - group));
      const uint64_t channels = groups * lanes;
      visit(tile_visit{first, last, tokens, groups});
      const uint64_t u_bytes = beats(channels * tokens * counted(point.operand_bytes()));
      const uint64_t y_bytes = beats(channels * tokens * counted(point.output_bytes()));
      const uint64_t a_bytes = beats(channels * states * counted(point.operand_bytes()));
      const uint64_t db_bytes = beats(channels * 4);
      const uint64_t h_bytes = beats(channels * states * counted(point.state_bytes()));
      job(memory_job{false, at(d.addr_u, d.stride_u) + in, u_bytes});
      job(memory_job{false, at(d.addr_delta, d.stride_u) + in, u_bytes});
      if (d.has_z) job(memory_job{false, at(d.addr_z, d.stride_u) + in, u_bytes});
      if (first && d.load_params) job(memory_job{false, d.addr_a + a, a_bytes});
      if (first && d.load_params) job(memory_job{false, d.addr_db + db, db_bytes});
      if (first && d.has_h0) job(memory_job{false, d.addr_h0 + h, h_bytes});
      if (last && d.store_state) job(memory_job{true, d.addr_ht + h, h_bytes});
      job(memory_job{true, at(d.addr_y, d.stride_y) + out, y_bytes});
      in += u_bytes, out += y_bytes, a += a_bytes, db += db_bytes, h += h_bytes;
    }
  }
}

uint64_t count_bursts(const memory_job& job, const design_point& point) {
  const uint64_t beat = counted(point.axi_bytes());
  const uint64_t longest = counted(point.axi_max_burst) * beat;
  uint64_t bursts = 0;
  for (uint64_t at = job.address, end = job.address + job.bytes; at < end; ++bursts) {
    at = std::min({end, at + longest, (at / page_bytes + 1) * page_bytes});
  }
  return bursts;
}

class event_counter {
 public:
  event_counter(const hls::scan_descriptor& d, const design_point& point, counter_values& counters)
      : d_(d), point_(point), counters_(counters), single_(d.lane_groups <= point.interleave) {}

  void count_job(const memory_job& job) {
    const uint64_t bursts = count_bursts(job, point_);
    if (job.write) {
      add<counter_index("dma", "dram_write_bytes")>(job.bytes);
      add<counter_index("dma", "buffer_read_bits")>(8 * job.bytes);
      add<counter_index("dma", "write_bursts")>(bursts);
    } else {
      add<counter_index("dma", "dram_read_bytes")>(job.bytes);
      add<counter_index("dma", "buffer_write_bits")>(8 * job.bytes);
      add<counter_index("dma", "read_bursts")>(bursts);
    }
  }

  void count_tile(const tile_visit& tile) {
    count_delta(tile);
    count_scan(tile);
    count_gate(tile);
  }

 private:
  template <size_t Index>
  void add(uint64_t amount) {
    static_assert(Index < num_counters, "no counter of that name");
    counters_[Index] += amount;
  }

  void count_delta(const tile_visit& tile) {
    const uint64_t channels = tile.tokens * tile.groups * counted(point_.num_lanes);
    add<counter_index("delta_softplus", "softplus_ops")>(channels);
    add<counter_index("delta_softplus", "mac_delta")>(3 * channels);
    add<counter_index("delta_softplus", "buffer_read_bits")>(2 * channels * counted(point_.operand_bits));
    add<counter_index("delta_softplus", "param_read_bits")>(32 * channels);
  }

  void count_scan(const tile_visit& tile) {
    const uint64_t beats_of_token = tile.groups * d_.passes;
    const uint64_t beats = tile.tokens * beats_of_token;
    const uint64_t width = counted(point_.num_pe());
    add<counter_index("scan_serial", "state_updates")>(beats * width);
    add<counter_index("scan_serial", "exp_ops")>(beats * width);
    add<counter_index("scan_serial", "param_read_bits")>(beats * width * counted(point_.operand_bits));
    add<counter_index("scan_serial", "bc_read_bits")>(beats * 2 *
                                                      counted(point_.states_per_lane * point_.operand_bits));

    const uint64_t inner =
        beats - beats_of_token;  // tokens whose state comes from, or goes to, a neighbour in the tile
    const uint64_t row_bits = beats_of_token * width * counted(point_.state_bits);
    const uint64_t memory_bits = beats_of_token * width * 8 * counted(point_.state_bytes());
    add<counter_index("scan_serial", "slot_read_bits")>(inner * width * counted(point_.state_bits));
    add<counter_index("scan_serial", "slot_write_bits")>(inner * width * counted(point_.state_bits));
    if (tile.first_chunk) {
      if (d_.has_h0) add<counter_index("scan_serial", "buffer_read_bits")>(memory_bits);
    } else if (single_) {
      add<counter_index("scan_serial", "slot_read_bits")>(row_bits);
    } else {
      add<counter_index("scan_serial", "state_sram_read_bits")>(row_bits);
    }
    if (tile.last_chunk) {
      if (d_.store_state) add<counter_index("scan_serial", "buffer_write_bits")>(memory_bits);
    } else if (single_) {
      add<counter_index("scan_serial", "slot_write_bits")>(row_bits);
    } else {
      add<counter_index("scan_serial", "state_sram_write_bits")>(row_bits);
    }
  }

  void count_gate(const tile_visit& tile) {
    const uint64_t channels = tile.tokens * tile.groups * counted(point_.num_lanes);
    add<counter_index("gate_silu", "mac_gate")>(d_.has_z ? 2 * channels : channels);
    add<counter_index("gate_silu", "buffer_write_bits")>(channels * counted(point_.output_bits));
    if (!d_.has_z) return;
    add<counter_index("gate_silu", "silu_ops")>(channels);
    add<counter_index("gate_silu", "buffer_read_bits")>(channels * counted(point_.operand_bits));
  }

  const hls::scan_descriptor& d_;
  const design_point& point_;
  counter_values& counters_;
  bool single_;
};

}  // namespace

bool inside_memory(const hls::scan_descriptor& descriptor, const design_point& point, uint64_t memory_bytes) {
  bool inside = true;
  walk(
      descriptor, point, [](const tile_visit&) {},
      [&](const memory_job& job) {
        inside &= job.address <= memory_bytes && job.bytes <= memory_bytes - job.address &&
                  job.address % counted(point.axi_bytes()) == 0;
      });
  return inside;
}

void count_events(const hls::scan_descriptor& descriptor, const design_point& point,
                  counter_values& counters) {
  event_counter count(descriptor, point, counters);
  walk(
      descriptor, point, [&](const tile_visit& tile) { count.count_tile(tile); },
      [&](const memory_job& job) { count.count_job(job); });
}

void count_descriptor_read(uint64_t address, const design_point& point, counter_values& counters) {
  event_counter(hls::scan_descriptor{}, point, counters).count_job({false, address, hls::descriptor_bytes});
}

}  // namespace scansim
