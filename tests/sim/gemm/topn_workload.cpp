#include "tests/sim/gemm/topn_workload.h"

#include <bit>

#include "hls/gemm/topn_select.h"
#include "sim/gemm/topn_select.h"
#include "tests/support/stream_contract_systemc.h"

namespace scansim::test {
namespace {

// Many ties, both signs, the most negative value.
int16_t random_value(int bits, std::mt19937_64& random) {
  const uint64_t draw = random();
  if (draw % 16 == 0) return static_cast<int16_t>(-(1 << (bits - 1)));
  if (draw % 16 == 1) return static_cast<int16_t>((1 << (bits - 1)) - 1);
  if (draw % 4 == 2) return static_cast<int16_t>(static_cast<int>(draw >> 8 & 3) - 2);
  return static_cast<int16_t>(static_cast<int64_t>(random()) >> (64 - bits));
}

}  // namespace

topn_values random_values(int value_bits, std::mt19937_64& random) {
  return [value_bits, &random](int, int, int) { return random_value(value_bits, random); };
}

void append_command(topn_workload& work, int n, int m, int groups, const topn_values& value) {
  work.cmd.push_back(entry_writer()
                         .put(static_cast<uint64_t>(std::countr_zero(static_cast<unsigned>(m)) - 2), 2)
                         .put(static_cast<uint64_t>(n), 5)
                         .put(static_cast<uint64_t>(groups), 16)
                         .words());
  for (int group = 0; group < groups; ++group) {
    int16_t v[max_topn_lanes][max_nm_m], kept[max_topn_lanes][max_nm_m];
    uint8_t positions[max_topn_lanes][max_nm_m];
    std::vector<entry_writer> in(static_cast<size_t>(m)), out(static_cast<size_t>(n));
    for (int lane = 0; lane < work.lanes; ++lane) {
      for (int i = 0; i < m; ++i) {
        v[lane][i] = value(lane, group, i);
        in[static_cast<size_t>(i)].put(static_cast<uint16_t>(v[lane][i]), work.value_bits);
      }
      hls::topn_select(v[lane], m, n, kept[lane], positions[lane]);
      for (int j = 0; j < n; ++j)
        out[static_cast<size_t>(j)]
            .put(static_cast<uint16_t>(kept[lane][j]), work.value_bits)
            .put(positions[lane][j], 4);
    }
    for (const entry_writer& writer : in) work.values.push_back(writer.words());
    for (const entry_writer& writer : out) work.kept.push_back(writer.words());
  }
}

stream_stimulus stimulus_of(const topn_workload& work, pace in, pace out, std::mt19937_64& random) {
  return {{{"cmd", fifo_depth, work.cmd,
            arrivals(in, work.cmd.size(), random, work.values.size() / work.cmd.size())},
           {"v", fifo_depth, work.values, arrivals(in, work.values.size(), random)}},
          {{"kept", work.kept.size(), pop_delays(out, work.kept.size(), random)}}};
}

stream_trace systemc_trace(const topn_workload& work, const stream_stimulus& stimulus, int out_depth,
                           uint64_t schedule_seed) {
  return forked_trace([&] {
    schedule_noise::seed(schedule_seed);
    systemc_side side(stimulus);
    auto& commands = side.input<topn_command>([](const entry_words& words, topn_command& c) {
      entry_reader reader(words);
      c.m = 4 << reader.take(2);
      c.n = static_cast<int>(reader.take(5));
      c.groups = static_cast<int>(reader.take(16));
    });
    auto& values = side.input<topn_value>([&](const entry_words& words, topn_value& entry) {
      entry_reader reader(words);
      for (int lane = 0; lane < work.lanes; ++lane)
        entry.value[lane] = static_cast<int16_t>(reader.take_signed(work.value_bits));
    });
    auto& kept = side.output<topn_kept>(out_depth, [&](const topn_kept& entry) {
      entry_writer writer;
      for (int lane = 0; lane < work.lanes; ++lane)
        writer.put(static_cast<uint16_t>(entry.value[lane]), work.value_bits).put(entry.position[lane], 4);
      return writer.words();
    });
    topn_select unit("topn_select", work.lanes, {commands, values, kept});
    return side.run(unit);
  });
}

}  // namespace scansim::test
