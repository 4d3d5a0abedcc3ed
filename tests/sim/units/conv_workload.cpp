#include "tests/sim/units/conv_workload.h"

#include <algorithm>
#include <numeric>

#include "sim/units/conv1d_silu.h"
#include "tests/support/stream_contract_systemc.h"

namespace scansim::test {
namespace {

int8_t random_byte(std::mt19937_64& random) {
  const uint64_t draw = random();
  return draw % 8 == 0 ? -128 : static_cast<int8_t>(draw >> 8);
}
void put_byte(entry_writer& words, int8_t value) { words.put(static_cast<uint8_t>(value), 8); }

// One channel over the whole sequence, oldest first as hls takes it.
struct channel_sequence {
  std::vector<int8_t> inputs;  // width - 1 of the state, then one per token
  std::vector<int8_t> w, u;
  int32_t bias;
  hls::gemm_channel channel;
};

channel_sequence random_channel(const conv_command& c, int tokens, std::mt19937_64& random,
                                hls::unit_saturations& sat) {
  channel_sequence s;
  for (int i = 0; i < c.width - 1; ++i) s.inputs.push_back(c.has_state ? random_byte(random) : int8_t{0});
  for (int i = 0; i < tokens; ++i) s.inputs.push_back(random_byte(random));
  for (int i = 0; i < c.width; ++i) s.w.push_back(random_byte(random));
  s.bias = static_cast<int32_t>(random()) >> (random() % 4 ? 16 + below(random, 16) : below(random, 32));
  s.channel.shift = static_cast<uint8_t>(random() % 4 ? 4 + random() % 8 : random() % 32);
  s.channel.align = static_cast<uint8_t>(random() % 4 ? 12 + random() % 20 : random() % 64);
  std::vector<int8_t> state(s.inputs.begin(), s.inputs.begin() + c.width - 1);
  state.resize(hls::max_conv_width);
  s.u.resize(static_cast<size_t>(tokens));
  hls::conv1d_silu_channel(s.inputs.data() + c.width - 1, tokens, 1, s.w.data(), c.width, s.bias, s.channel,
                           c.silu, c.shift_out, state.data(), s.u.data(), sat);
  return s;
}

entry_words command_words(const conv_command& c) {
  return entry_writer()
      .put(c.silu, 1)
      .put(c.has_state, 1)
      .put(c.store_state, 1)
      .put(static_cast<uint64_t>(c.shift_out), 5)
      .put(static_cast<uint64_t>(c.width - 1), 2)
      .put(static_cast<uint64_t>(c.groups), 16)
      .put(static_cast<uint64_t>(c.tokens), 16)
      .words();
}

// What a command reads and gives, for the tokens from `start` on. `channels`: group after group.
class piece_writer {
 public:
  piece_writer(conv_workload& work, const conv_command& c, const std::vector<channel_sequence>& channels,
               int start, std::mt19937_64& random)
      : work_(work), c_(c), channels_(channels), start_(start), random_(random) {}

  void append() {
    work_.cmd.push_back(command_words(c_));
    for (int group = 0; group < c_.groups; ++group) {
      work_.p.push_back(parameters(group));
      if (c_.has_state) work_.s.push_back(state(group, start_, true));
      if (c_.store_state) work_.h.push_back(state(group, start_ + c_.tokens, false));
    }
    for (int token = start_; token < start_ + c_.tokens; ++token)
      for (int group = 0; group < c_.groups; ++group) append_row(group, static_cast<size_t>(token));
    work_.rows += static_cast<uint64_t>(c_.groups * c_.tokens);
  }

 private:
  const channel_sequence& channel(int group, int lane) const {
    return channels_[static_cast<size_t>(group * work_.lanes + lane)];
  }

  entry_words parameters(int group) {
    entry_writer words;
    for (int lane = 0; lane < work_.lanes; ++lane) {
      const channel_sequence& s = channel(group, lane);
      for (int age = 0; age < hls::max_conv_width; ++age)
        put_byte(words, age < c_.width ? s.w[static_cast<size_t>(c_.width - 1 - age)] : random_byte(random_));
      words.put(static_cast<uint32_t>(s.bias), 32).put(s.channel.shift, 5).put(s.channel.align, 6);
    }
    return words.words();
  }

  // Before token `token`; unused bytes are noise on the way in and zero on the way out.
  entry_words state(int group, int token, bool noise) {
    entry_writer words;
    for (int lane = 0; lane < work_.lanes; ++lane)
      for (int age = 1; age < hls::max_conv_width; ++age) {
        const int at = token + c_.width - 1 - age;
        put_byte(words, age < c_.width ? channel(group, lane).inputs[static_cast<size_t>(at)]
                        : noise        ? random_byte(random_)
                                       : int8_t{0});
      }
    return words.words();
  }

  void append_row(int group, size_t token) {
    entry_writer x, u;
    for (int lane = 0; lane < work_.lanes; ++lane) {
      const channel_sequence& s = channel(group, lane);
      put_byte(x, s.inputs[token + s.w.size() - 1]);
      put_byte(u, s.u[token]);
    }
    work_.x.push_back(x.words());
    work_.u.push_back(u.words());
  }

  conv_workload& work_;
  const conv_command& c_;
  const std::vector<channel_sequence>& channels_;
  int start_;
  std::mt19937_64& random_;
};

void unpack_conv_command(const entry_words& words, conv_command& c) {
  entry_reader reader(words);
  c.silu = reader.take(1) != 0;
  c.has_state = reader.take(1) != 0;
  c.store_state = reader.take(1) != 0;
  c.shift_out = static_cast<int>(reader.take(5));
  c.width = static_cast<int>(reader.take(2)) + 1;
  c.groups = static_cast<int>(reader.take(16));
  c.tokens = static_cast<int>(reader.take(16));
}

}  // namespace

conv_command random_command(const conv_workload& work, std::mt19937_64& random) {
  conv_command c;
  c.groups = 1 + below(random, random() % 2 ? work.max_groups : 2);
  c.tokens = 1 + below(random, random() % 2 ? 3 : 9);
  c.width = 2 + below(random, 3);
  c.shift_out = random() % 4 ? 4 + below(random, 6) : below(random, 32);
  c.silu = random() % 2;
  c.has_state = random() % 2;
  c.store_state = random() % 2;
  return c;
}

void append_command(conv_workload& work, const conv_command& command, std::mt19937_64& random) {
  hls::unit_saturations sat;
  std::vector<channel_sequence> channels;
  for (int i = 0; i < command.groups * work.lanes; ++i)
    channels.push_back(random_channel(command, command.tokens, random, sat));
  piece_writer(work, command, channels, 0, random).append();
  work.saturations += sat.conv;
}

void append_pieces(conv_workload& work, conv_command command, const std::vector<int>& tokens,
                   std::mt19937_64& random) {
  hls::unit_saturations sat;
  const int all = std::accumulate(tokens.begin(), tokens.end(), 0);
  std::vector<channel_sequence> channels;
  for (int i = 0; i < command.groups * work.lanes; ++i)
    channels.push_back(random_channel(command, all, random, sat));
  int start = 0;
  command.store_state = true;
  for (const int piece : tokens) {
    command.tokens = piece;
    piece_writer(work, command, channels, start, random).append();
    start += piece;
    command.has_state = true;
  }
  work.saturations += sat.conv;
}

stream_stimulus stimulus_of(const conv_workload& work, pace in, pace out, std::mt19937_64& random) {
  return {{{"cmd", fifo_depth, work.cmd, arrivals(in, work.cmd.size(), random)},
           {"x", fifo_depth, work.x, arrivals(in, work.x.size(), random)},
           {"p", fifo_depth, work.p, arrivals(in, work.p.size(), random)},
           {"s", fifo_depth, work.s, arrivals(in, work.s.size(), random)}},
          {{"u", work.u.size(), pop_delays(out, work.u.size(), random)},
           {"h", work.h.size(), pop_delays(out, work.h.size(), random)}}};
}

stream_trace systemc_trace(const conv_workload& work, const stream_stimulus& stimulus, int u_depth,
                           int state_depth, uint64_t schedule_seed) {
  return forked_trace([&] {
    schedule_noise::seed(schedule_seed);
    const auto unpack_row = [&](const entry_words& words, conv_row& row) {
      entry_reader reader(words);
      for (int lane = 0; lane < work.lanes; ++lane)
        row.value[lane] = static_cast<int8_t>(reader.take_signed(8));
    };
    systemc_side side(stimulus);
    auto& commands = side.input<conv_command>(unpack_conv_command);
    auto& x = side.input<conv_row>(unpack_row);
    auto& p = side.input<conv_parameters>([&](const entry_words& words, conv_parameters& entry) {
      entry_reader reader(words);
      for (int lane = 0; lane < work.lanes; ++lane) {
        for (int8_t& w : entry.w[lane]) w = static_cast<int8_t>(reader.take_signed(8));
        entry.bias[lane] = static_cast<int32_t>(reader.take_signed(32));
        entry.channel[lane].shift = static_cast<uint8_t>(reader.take(5));
        entry.channel[lane].align = static_cast<uint8_t>(reader.take(6));
      }
    });
    auto& s = side.input<conv_state>([&](const entry_words& words, conv_state& entry) {
      entry_reader reader(words);
      for (int lane = 0; lane < work.lanes; ++lane)
        for (int8_t& byte : entry.value[lane]) byte = static_cast<int8_t>(reader.take_signed(8));
    });
    auto& u = side.output<conv_row>(u_depth, [&](const conv_row& row) {
      entry_writer words;
      for (int lane = 0; lane < work.lanes; ++lane) put_byte(words, row.value[lane]);
      return words.words();
    });
    auto& h = side.output<conv_state>(state_depth, [&](const conv_state& entry) {
      entry_writer words;
      for (int lane = 0; lane < work.lanes; ++lane)
        for (const int8_t byte : entry.value[lane]) put_byte(words, byte);
      return words.words();
    });
    conv1d_silu unit("conv1d_silu", work.lanes, work.max_groups, {commands, x, p, s, u, h});
    return side.run(unit);
  });
}

}  // namespace scansim::test
