#include "tests/sim/gemm/gemm_workload.h"

#include <bit>

#include "hls/gemm/nm_format.h"
#include "sim/gemm/gemm_nm.h"
#include "tests/support/stream_contract_systemc.h"

namespace scansim::test {
namespace {

int log2_of(int value) { return std::countr_zero(static_cast<unsigned>(value)); }

int8_t random_byte(std::mt19937_64& random) {
  const uint64_t draw = random();
  return draw % 8 == 0 ? -128 : static_cast<int8_t>(draw >> 8);
}

entry_words command_words(const gemm_command& c) {
  return entry_writer()
      .put(c.epilogue.output_bits == 16, 1)
      .put(c.epilogue.shift_out, 5)
      .put(static_cast<uint64_t>(c.epilogue.kind), 2)
      .put(static_cast<uint64_t>(log2_of(c.groups)), 3)
      .put(static_cast<uint64_t>(log2_of(c.m) - 2), 2)
      .put(static_cast<uint64_t>(c.n), 5)
      .put(static_cast<uint64_t>(c.beats), 16)
      .put(static_cast<uint64_t>(c.outputs), 16)
      .words();
}

void unpack_command(const entry_words& words, gemm_command& c) {
  entry_reader reader(words);
  c.epilogue.output_bits = reader.take(1) ? 16 : 8;
  c.epilogue.shift_out = static_cast<uint8_t>(reader.take(5));
  c.epilogue.kind = static_cast<hls::gemm_epilogue_kind>(reader.take(2));
  c.groups = 1 << reader.take(3);
  c.m = 4 << reader.take(2);
  c.n = static_cast<int>(reader.take(5));
  c.beats = static_cast<int>(reader.take(16));
  c.outputs = static_cast<int>(reader.take(16));
}

// One output: K bytes of x and, per lane, its stored values and positions, group after group.
struct gemm_operands {
  std::vector<int8_t> x;
  std::vector<std::vector<int8_t>> values;
  std::vector<std::vector<uint8_t>> positions;
};

gemm_operands random_operands(const gemm_shape& shape, const gemm_command& c, std::mt19937_64& random) {
  gemm_operands o;
  const int groups = c.groups * c.beats;
  const bool extreme = random() % 8 == 0;  // the largest sums
  for (int k = 0; k < groups * c.m; ++k) o.x.push_back(extreme ? -128 : random_byte(random));
  o.values.resize(static_cast<size_t>(shape.lanes));
  o.positions.resize(static_cast<size_t>(shape.lanes));
  for (size_t lane = 0; lane < o.values.size(); ++lane)
    for (int g = 0; g < groups; ++g) {
      uint8_t set[hls::max_nm_group];
      hls::nm_unrank(static_cast<uint32_t>(random() % hls::binomial(c.m, c.n)), c.n, c.m, set);
      for (int i = 0; i < c.n; ++i) {
        o.values[lane].push_back(extreme ? -128 : random_byte(random));
        o.positions[lane].push_back(set[i]);
      }
    }
  return o;
}

void append_beats(gemm_workload& work, const gemm_command& c, const gemm_operands& o,
                  std::mt19937_64& random) {
  const int span = c.groups * c.m;
  for (int beat = 0; beat < c.beats; ++beat) {
    entry_writer x, values, positions;
    for (int k = 0; k < work.shape.window; ++k)
      x.put(static_cast<uint8_t>(k < span ? o.x[static_cast<size_t>(beat * span + k)] : random_byte(random)),
            8);
    for (size_t lane = 0; lane < o.values.size(); ++lane)
      for (int slot = 0; slot < work.shape.depth; ++slot) {
        const int i = slot / c.groups, g = beat * c.groups + slot % c.groups;
        const bool used = i < c.n;
        const auto at = static_cast<size_t>(g * c.n + i);
        values.put(static_cast<uint8_t>(used ? o.values[lane][at] : random_byte(random)), 8);
        positions.put(used && c.n != c.m ? o.positions[lane][at] : random() % 16, 4);
      }
    work.x.push_back(x.words());
    work.w.push_back(values.put(positions).words());
  }
}

}  // namespace

void append_command(gemm_workload& work, const gemm_command& c, std::mt19937_64& random) {
  const bool residual = c.epilogue.kind == hls::gemm_epilogue_kind::residual;
  hls::unit_saturations sat;
  gemm_parameters p;
  entry_writer p_words;
  for (int lane = 0; lane < work.shape.lanes; ++lane) {
    p.bias[lane] = static_cast<int32_t>(random()) >> (random() % 32);
    p.channel[lane] = {static_cast<uint8_t>(random() % (random() % 4 ? 12 : 32)),
                       static_cast<uint8_t>(random() % (random() % 4 ? 32 : 64))};
    p_words.put(static_cast<uint32_t>(p.bias[lane]), 32)
        .put(p.channel[lane].shift, 5)
        .put(p.channel[lane].align, 6);
  }
  for (int output = 0; output < c.outputs; ++output) {
    const gemm_operands o = random_operands(work.shape, c, random);
    append_beats(work, c, o, random);
    entry_writer r, y;
    for (int lane = 0; lane < work.shape.lanes; ++lane) {
      const auto residual_value = static_cast<int16_t>(random());
      const auto l = static_cast<size_t>(lane);
      const int32_t acc =
          hls::dot_nm(o.x.data(), o.values[l].data(), o.positions[l].data(), c.groups * c.beats, c.n, c.m);
      r.put(static_cast<uint16_t>(residual_value), 16);
      y.put(static_cast<uint32_t>(hls::gemm_finish(acc, p.bias[lane], p.channel[lane], c.epilogue,
                                                   residual ? residual_value : 0, sat)),
            32);
    }
    if (residual) work.r.push_back(r.words());
    work.y.push_back(y.words());
  }
  work.commands.push_back(c);
  work.cmd.push_back(command_words(c));
  work.p.push_back(p_words.words());
  work.saturations += sat.requantise;
}

gemm_command random_command(const gemm_shape& shape, std::mt19937_64& random) {
  gemm_command c;
  do {
    c.m = 4 << random() % 3;
  } while (c.m > shape.window);
  c.n = 1 + static_cast<int>(random() % static_cast<uint64_t>(std::min(c.m, shape.depth)));
  if (c.m <= shape.depth && random() % 4 == 0) c.n = c.m;  // dense
  c.groups = gemm_groups_per_beat(shape, c.n, c.m);
  if (random() % 4 == 0) c.groups = 1 << random() % static_cast<uint64_t>(log2_of(c.groups) + 1);
  c.beats = 1 + static_cast<int>(random() % (random() % 4 ? 3 : 12));
  c.outputs = 1 + static_cast<int>(random() % 6);
  c.epilogue.kind = static_cast<hls::gemm_epilogue_kind>(random() % 4);
  c.epilogue.output_bits = random() % 2 ? 16 : 8;
  c.epilogue.shift_out = static_cast<uint8_t>(random() % (random() % 4 ? 16 : 32));
  return c;
}

gemm_command command_for(const gemm_shape& shape, int k, int n, int m, int outputs) {
  const int groups = gemm_groups_per_beat(shape, n, m), span = groups * m;
  return {outputs, (k + span - 1) / span, n, m, groups, {hls::gemm_epilogue_kind::none, 8, 0}};
}

stream_stimulus stimulus_of(const gemm_workload& work, pace in, pace out, std::mt19937_64& random) {
  stream_stimulus stimulus;
  const auto add = [&](const char* name, const std::vector<entry_words>& entries) {
    stimulus.inputs.push_back(
        {name, fifo_depth, entries,
         arrivals(in, entries.size(), random, entries.empty() ? 1 : work.x.size() / entries.size())});
  };
  add("cmd", work.cmd);
  add("x", work.x);
  add("w", work.w);
  add("p", work.p);
  add("r", work.r);
  stimulus.outputs.push_back({"y", work.y.size(), pop_delays(out, work.y.size(), random)});
  return stimulus;
}

stream_trace systemc_trace(const gemm_workload& work, const stream_stimulus& stimulus, int y_depth,
                           uint64_t schedule_seed) {
  const gemm_shape shape = work.shape;
  return forked_trace([&] {
    schedule_noise::seed(schedule_seed);
    systemc_side side(stimulus);
    auto& commands = side.input<gemm_command>(unpack_command);
    auto& x = side.input<gemm_x_beat>([&](const entry_words& words, gemm_x_beat& beat) {
      entry_reader reader(words);
      for (int k = 0; k < shape.window; ++k) beat.value[k] = static_cast<int8_t>(reader.take(8));
    });
    auto& w = side.input<gemm_w_beat>([&](const entry_words& words, gemm_w_beat& beat) {
      entry_reader reader(words);
      const int slots = shape.lanes * shape.depth;
      for (int at = 0; at < slots; ++at) beat.value[at] = static_cast<int8_t>(reader.take(8));
      for (int at = 0; at < slots; ++at) beat.position[at] = static_cast<uint8_t>(reader.take(4));
    });
    auto& p = side.input<gemm_parameters>([&](const entry_words& words, gemm_parameters& parameters) {
      entry_reader reader(words);
      for (int lane = 0; lane < shape.lanes; ++lane) {
        parameters.bias[lane] = static_cast<int32_t>(reader.take(32));
        parameters.channel[lane].shift = static_cast<uint8_t>(reader.take(5));
        parameters.channel[lane].align = static_cast<uint8_t>(reader.take(6));
      }
    });
    auto& r = side.input<gemm_row>([&](const entry_words& words, gemm_row& row) {
      entry_reader reader(words);
      for (int lane = 0; lane < shape.lanes; ++lane)
        row.value[lane] = static_cast<int32_t>(reader.take_signed(16));
    });
    auto& y = side.output<gemm_row>(y_depth, [&](const gemm_row& row) {
      entry_writer writer;
      for (int lane = 0; lane < shape.lanes; ++lane) writer.put(static_cast<uint32_t>(row.value[lane]), 32);
      return writer.words();
    });
    gemm_nm unit("gemm_nm", shape, {commands, x, w, p, r, y});
    return side.run(unit);
  });
}

}  // namespace scansim::test
