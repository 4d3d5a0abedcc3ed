#include "tests/sim/units/norm_workload.h"

#include "hls/units/rms_norm.h"
#include "sim/units/rms_norm.h"
#include "tests/support/stream_contract_systemc.h"

namespace scansim::test {
namespace {

// Rows of every magnitude, and now and then all zero or all most negative.
std::vector<int16_t> random_row(int values, std::mt19937_64& random) {
  std::vector<int16_t> row;
  const uint64_t kind = random() % 16;
  const auto quieter = static_cast<int>(random() % 16);
  for (int i = 0; i < values; ++i)
    row.push_back(static_cast<int16_t>(kind == 0   ? 0
                                       : kind == 1 ? -32768
                                                   : static_cast<int16_t>(random()) >> quieter));
  return row;
}

entry_words command_words(const norm_command& c) {
  return entry_writer()
      .put(static_cast<uint64_t>(c.shift), 7)
      .put(c.eps_sum, 48)
      .put(static_cast<uint64_t>(c.beats), 16)
      .put(static_cast<uint64_t>(c.rows), 16)
      .words();
}

void unpack_norm_command(const entry_words& words, norm_command& c) {
  entry_reader reader(words);
  c.shift = static_cast<int>(reader.take_signed(7));
  c.eps_sum = reader.take(48);
  c.beats = static_cast<int>(reader.take(16));
  c.rows = static_cast<int>(reader.take(16));
}

// `row` in beats; `fill` stands for what it lacks.
template <class Value, class Fill>
void append_beats(std::vector<entry_words>& stream, const std::vector<Value>& row, int beats, int lanes,
                  Fill fill) {
  for (int beat = 0; beat < beats; ++beat) {
    entry_writer words;
    for (int lane = 0; lane < lanes; ++lane) {
      const auto i = static_cast<size_t>(beat * lanes + lane);
      const Value value = i < row.size() ? row[i] : static_cast<Value>(fill());
      words.put(static_cast<std::make_unsigned_t<Value>>(value), 8 * static_cast<int>(sizeof value));
    }
    stream.push_back(words.words());
  }
}

}  // namespace

norm_command random_command(const norm_workload& work, std::mt19937_64& random) {
  norm_command c;
  c.rows = 1 + below(random, 6);
  c.beats = 1 + below(random, random() % 4 ? 6 : work.row_beats);
  c.eps_sum = random() % 2 ? 1 : 1 + (random() >> (17 + below(random, 47)));
  c.shift = random() % 4 ? 2 + below(random, 8) : below(random, 128) - 64;
  return c;
}

void append_command(norm_workload& work, const norm_command& c, int values, std::mt19937_64& random) {
  const auto zero = [] { return 0; };
  work.cmd.push_back(command_words(c));
  std::vector<int16_t> w;
  for (int i = 0; i < values; ++i)
    w.push_back(static_cast<int16_t>(static_cast<int16_t>(random()) >> below(random, 4)));
  append_beats(work.w, w, c.beats, work.lanes, random);
  hls::unit_saturations sat;
  for (int row = 0; row < c.rows; ++row) {
    const std::vector<int16_t> x = random_row(values, random);
    std::vector<int8_t> y(x.size());
    hls::rms_norm(x.data(), w.data(), values, c.eps_sum, c.shift, y.data(), sat);
    append_beats(work.x, x, c.beats, work.lanes, zero);
    append_beats(work.y, y, c.beats, work.lanes, zero);
  }
  work.saturations += sat.norm;
}

stream_stimulus stimulus_of(const norm_workload& work, pace in, pace out, std::mt19937_64& random) {
  return {{{"cmd", fifo_depth, work.cmd, arrivals(in, work.cmd.size(), random)},
           {"x", fifo_depth, work.x, arrivals(in, work.x.size(), random)},
           {"w", fifo_depth, work.w, arrivals(in, work.w.size(), random)}},
          {{"y", work.y.size(), pop_delays(out, work.y.size(), random)}}};
}

stream_trace systemc_trace(const norm_workload& work, const stream_stimulus& stimulus, int scale_depth,
                           int y_depth, uint64_t schedule_seed) {
  return forked_trace([&] {
    schedule_noise::seed(schedule_seed);
    const auto unpack_beat = [&](const entry_words& words, norm_beat& beat) {
      entry_reader reader(words);
      for (int lane = 0; lane < work.lanes; ++lane)
        beat.value[lane] = static_cast<int16_t>(reader.take_signed(16));
    };
    systemc_side side(stimulus);
    auto& commands = side.input<norm_command>(unpack_norm_command);
    auto& x = side.input<norm_beat>(unpack_beat);
    auto& w = side.input<norm_beat>(unpack_beat);
    auto& y = side.output<norm_result>(y_depth, [&](const norm_result& beat) {
      entry_writer words;
      for (int lane = 0; lane < work.lanes; ++lane) words.put(static_cast<uint8_t>(beat.value[lane]), 8);
      return words.words();
    });
    rms_norm unit("rms_norm", {work.lanes, work.row_beats, scale_depth}, {commands, x, w, y});
    return side.run(unit);
  });
}

}  // namespace scansim::test
