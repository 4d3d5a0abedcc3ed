#include "tests/sim/gemm/unrank_workload.h"

#include <bit>

#include "hls/gemm/nm_format.h"
#include "sim/gemm/index_unrank.h"
#include "tests/support/stream_contract_systemc.h"

namespace scansim::test {
namespace {
constexpr int rank_bits = 14;
}  // namespace

void append_command(unrank_workload& work, int n, int m, int beats, std::mt19937_64& random) {
  work.cmd.push_back(entry_writer()
                         .put(static_cast<uint64_t>(std::countr_zero(static_cast<unsigned>(m)) - 2), 2)
                         .put(static_cast<uint64_t>(n), 5)
                         .put(static_cast<uint64_t>(hls::nm_index_bits(n, m)), 4)
                         .put(static_cast<uint64_t>(beats), 16)
                         .words());
  for (int beat = 0; beat < beats; ++beat) {
    entry_writer ranks, positions;
    for (int group = 0; group < work.groups; ++group) {
      const auto rank = static_cast<uint32_t>(random() % hls::binomial(m, n));
      uint8_t set[hls::max_nm_group] = {};
      hls::nm_unrank(rank, n, m, set);
      ranks.put(rank, rank_bits);
      for (const uint8_t position : set) positions.put(position, 4);
    }
    work.ranks.push_back(ranks.words());
    work.positions.push_back(positions.words());
  }
}

stream_stimulus stimulus_of(const unrank_workload& work, pace in, pace out, std::mt19937_64& random) {
  return {{{"cmd", fifo_depth, work.cmd,
            arrivals(in, work.cmd.size(), random, work.ranks.size() / work.cmd.size())},
           {"rank", fifo_depth, work.ranks, arrivals(in, work.ranks.size(), random)}},
          {{"pos", work.positions.size(), pop_delays(out, work.positions.size(), random)}}};
}

stream_trace systemc_trace(const unrank_workload& work, const stream_stimulus& stimulus, int out_depth,
                           uint64_t schedule_seed) {
  return forked_trace([&] {
    schedule_noise::seed(schedule_seed);
    systemc_side side(stimulus);
    auto& commands = side.input<unrank_command>([](const entry_words& words, unrank_command& c) {
      entry_reader reader(words);
      c.m = 4 << reader.take(2);
      c.n = static_cast<int>(reader.take(5));
      c.index_bits = static_cast<int>(reader.take(4));
      c.beats = static_cast<int>(reader.take(16));
    });
    auto& ranks = side.input<rank_beat>([&](const entry_words& words, rank_beat& beat) {
      entry_reader reader(words);
      for (int group = 0; group < work.groups; ++group)
        beat.rank[group] = static_cast<uint32_t>(reader.take(rank_bits));
    });
    auto& positions = side.output<position_beat>(out_depth, [&](const position_beat& beat) {
      entry_writer writer;
      for (int group = 0; group < work.groups; ++group)
        for (const uint8_t position : beat.position[group]) writer.put(position, 4);
      return writer.words();
    });
    index_unrank unit("index_unrank", work.groups, {commands, ranks, positions});
    return side.run(unit);
  });
}

}  // namespace scansim::test
