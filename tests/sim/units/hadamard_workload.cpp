#include "tests/sim/units/hadamard_workload.h"

#include <bit>

#include "sim/units/hadamard_fwht.h"
#include "tests/support/stream_contract_systemc.h"

namespace scansim::test {
namespace {

constexpr int most_rows = 1 << 16;  // most_rows goes in as 0
constexpr int orders[] = {1, 12, 20, 28, 40};

int order_code(int m) { return m == 1 ? 0 : m == 12 ? 1 : m == 20 ? 2 : m == 28 ? 3 : 4; }

entry_words command_words(const hadamard_command& command) {
  return entry_writer()
      .put(command.bits == 16, 1)
      .put(static_cast<uint64_t>(command.shift), 5)
      .put(static_cast<uint64_t>(command.log2_beats), 4)
      .put(static_cast<uint64_t>(order_code(command.m)), 3)
      .put(static_cast<uint64_t>(command.rows % most_rows), 16)
      .put(command.pass, 1)
      .words();
}

void append_beats(const std::vector<int32_t>& row, int lanes, std::vector<entry_words>& stream) {
  for (size_t first = 0; first < row.size(); first += static_cast<size_t>(lanes)) {
    entry_writer writer;
    for (int lane = 0; lane < lanes; ++lane)
      writer.put(static_cast<uint16_t>(row[first + static_cast<size_t>(lane)]), 16);
    stream.push_back(writer.words());
  }
}

}  // namespace

void append_command(hadamard_workload& work, const hadamard_command& command, const hadamard_values& value) {
  work.cmd.push_back(command_words(command));
  const int lanes = work.shape.lanes;
  const int log2 = command.log2_beats + std::countr_zero(static_cast<unsigned>(lanes));
  for (int i = 0; i < command.rows; ++i) {
    std::vector<int32_t> row(static_cast<size_t>(command.m) << log2);
    for (size_t j = 0; j < row.size(); ++j) row[j] = value(i, static_cast<int>(j));
    append_beats(row, lanes, work.x);
    hls::unit_saturations sat;
    if (command.pass)
      hls::requantise_values(row.data(), lanes, command.shift, command.bits, sat);
    else
      hls::hadamard_fwht(row.data(), row.data(), command.m, log2, command.shift, command.bits, sat);
    append_beats(row, lanes, work.y);
    work.saturations += sat.hadamard;
  }
}

hadamard_command random_command(const hadamard_shape& shape, int most_bits, std::mt19937_64& random) {
  hadamard_command command{};
  do {
    command.m = orders[random() % 5];
    command.log2_beats = static_cast<int>(random() % static_cast<uint64_t>(most_bits + 1));
  } while (command.m > 1 && command.m << command.log2_beats > shape.row_beats);
  command.rows = 1 + static_cast<int>(random() % 3);
  if (random() % 4 == 0) {
    command.pass = true;
    command.m = 1, command.log2_beats = 0;
    command.rows = 1 + static_cast<int>(random() % 12);
  }
  command.bits = random() % 2 ? 16 : 8;
  command.shift = static_cast<int>(random() % 8 == 0 ? random() % 32 : random() % 10);
  return command;
}

hadamard_values random_values(std::mt19937_64& random) {
  return [&random, bits = 16](int, int index) mutable {
    const uint64_t draw = random();
    if (index == 0) bits = draw % 2 ? 16 : 8;
    if (draw % 16 == 0) return static_cast<int16_t>(-(1 << (bits - 1)));
    if (draw % 16 == 1) return static_cast<int16_t>((1 << (bits - 1)) - 1);
    return static_cast<int16_t>(static_cast<int64_t>(random()) >> (64 - bits));
  };
}

stream_stimulus stimulus_of(const hadamard_workload& work, pace in, pace out, std::mt19937_64& random) {
  return {{{"cmd", fifo_depth, work.cmd, arrivals(in, work.cmd.size(), random)},
           {"x", fifo_depth, work.x, arrivals(in, work.x.size(), random)}},
          {{"y", work.y.size(), pop_delays(out, work.y.size(), random)}}};
}

stream_trace systemc_trace(const hadamard_workload& work, const stream_stimulus& stimulus, int y_depth,
                           uint64_t schedule_seed) {
  return forked_trace([&] {
    schedule_noise::seed(schedule_seed);
    systemc_side side(stimulus);
    auto& commands = side.input<hadamard_command>([](const entry_words& words, hadamard_command& c) {
      entry_reader reader(words);
      c.bits = reader.take(1) ? 16 : 8;
      c.shift = static_cast<int>(reader.take(5));
      c.log2_beats = static_cast<int>(reader.take(4));
      c.m = orders[reader.take(3)];
      c.rows = static_cast<int>(reader.take(16));
      if (c.rows == 0) c.rows = most_rows;
      c.pass = reader.take(1) != 0;
    });
    auto& x = side.input<hadamard_beat>([&](const entry_words& words, hadamard_beat& beat) {
      entry_reader reader(words);
      for (int lane = 0; lane < work.shape.lanes; ++lane)
        beat.value[lane] = static_cast<int16_t>(reader.take_signed(16));
    });
    auto& y = side.output<hadamard_beat>(y_depth, [&](const hadamard_beat& beat) {
      entry_writer writer;
      for (int lane = 0; lane < work.shape.lanes; ++lane)
        writer.put(static_cast<uint16_t>(beat.value[lane]), 16);
      return writer.words();
    });
    hadamard_fwht unit("hadamard_fwht", work.shape, {commands, x, y});
    return side.run(unit);
  });
}

}  // namespace scansim::test
