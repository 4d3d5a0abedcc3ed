#include "sim/units/conv1d_silu.h"

#include <algorithm>

#include "sim/unit_sizes.h"

namespace scansim {
namespace {
constexpr uint64_t value_bits = 8;
}  // namespace

conv1d_silu::conv1d_silu(std::string name, int lanes, int max_groups, const ports& connected)
    : block_process(std::move(name)),
      lanes_(lanes),
      ports_(connected),
      memory_(static_cast<size_t>(max_groups)) {
  add_process(&conv1d_silu::process);
}

void conv1d_silu::begin() {
  events_ = {};
  saturations_ = {};
  restart();
}

void conv1d_silu::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  ports_.u.close();
  ports_.h.close();
}

// Returns the issue of the last row.
cycle_t conv1d_silu::run_command(const conv_command& command, cycle_t visible) {
  cycle_t issue = 0;
  for (int token = 0; token < command.tokens; ++token)
    for (int group = 0; group < command.groups; ++group)
      issue = run_row(command, token == 0, token + 1 == command.tokens,
                      memory_.at(static_cast<size_t>(group)), visible);
  count(command);
  return issue;
}

cycle_t conv1d_silu::run_row(const conv_command& command, bool first, bool last, group_memory& memory,
                             cycle_t visible) {
  cycle_t operands = ports_.x.front_time(), places = ports_.u.credit_time();
  const bool given = first && command.has_state, store = last && command.store_state;
  if (first) operands = std::max(operands, ports_.p.front_time());
  if (given) operands = std::max(operands, ports_.s.front_time());
  if (store) places = std::max(places, ports_.h.credit_time());
  const cycle_t issue = stalls_.issue(visible, operands, places);
  if (values()) {
    if (first) load(command, memory);
    convolve(command, memory, ports_.u.back());
    if (store) ports_.h.back() = memory.state;
  }
  ports_.x.pop(issue);
  if (first) ports_.p.pop(issue);
  if (given) ports_.s.pop(issue);
  ports_.u.push(issue + latency_cycles);
  if (store) ports_.h.push(issue + state_latency_cycles);
  return issue;
}

void conv1d_silu::load(const conv_command& command, group_memory& memory) const {
  memory.p = ports_.p.front();
  memory.state = {};
  if (!command.has_state) return;
  for (int lane = 0; lane < lanes_; ++lane)
    std::copy_n(ports_.s.front().value[lane], command.width - 1, memory.state.value[lane]);
}

// The row at the head of x; leaves the state of the next token.
void conv1d_silu::convolve(const conv_command& command, group_memory& memory, conv_row& u) {
  const int width = command.width;
  for (int lane = 0; lane < lanes_; ++lane) {
    int8_t* state = memory.state.value[lane];
    int8_t taps[hls::max_conv_width], w[hls::max_conv_width];  // oldest first
    std::reverse_copy(state, state + width - 1, taps);
    taps[width - 1] = ports_.x.front().value[lane];
    std::reverse_copy(memory.p.w[lane], memory.p.w[lane] + width, w);
    u.value[lane] =
        static_cast<int8_t>(hls::conv1d_silu(taps, w, width, memory.p.bias[lane], memory.p.channel[lane],
                                             command.silu, command.shift_out, saturations_));
    if (switching_ != nullptr)
      switching_->see(switching_unit::conv1d_silu, lane,
                      conv_operands(taps, w, width, memory.p.bias[lane], u.value[lane]));
    std::reverse_copy(taps + 1, taps + width, state);
  }
}

// The events of a whole command follow from the command alone.
void conv1d_silu::count(const conv_command& command) {
  const auto lanes = static_cast<uint64_t>(lanes_), width = static_cast<uint64_t>(command.width);
  const uint64_t groups = static_cast<uint64_t>(command.groups) * lanes;
  const uint64_t later = groups * static_cast<uint64_t>(command.tokens - 1), all = groups + later;
  const uint64_t parameter_bits = value_bits * width + finish_parameter_bits,
                 state_bits = value_bits * (width - 1);
  events_.macs += all * width;
  events_.outputs += all;
  if (command.silu) events_.silu_ops += all;
  events_.x_read_bits += all * value_bits;
  events_.u_write_bits += all * value_bits;
  events_.p_read_bits += groups * parameter_bits;
  events_.p_memory_read_bits += later * parameter_bits;
  if (command.has_state) events_.s_read_bits += groups * state_bits;
  events_.state_memory_read_bits += later * state_bits;
  events_.state_memory_write_bits += later * state_bits;
  if (command.store_state) events_.h_write_bits += groups * state_bits;
}

block_counters conv1d_silu::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles,
                     {{"macs", events_.macs},
                      {"outputs", events_.outputs},
                      {"silu_ops", events_.silu_ops},
                      {"x_read_bits", events_.x_read_bits},
                      {"u_write_bits", events_.u_write_bits},
                      {"p_read_bits", events_.p_read_bits},
                      {"p_memory_read_bits", events_.p_memory_read_bits},
                      {"s_read_bits", events_.s_read_bits},
                      {"state_memory_read_bits", events_.state_memory_read_bits},
                      {"state_memory_write_bits", events_.state_memory_write_bits},
                      {"h_write_bits", events_.h_write_bits},
                      {"saturations", saturations_.conv}});
}

}  // namespace scansim
