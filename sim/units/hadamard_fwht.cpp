#include "sim/units/hadamard_fwht.h"

#include <algorithm>
#include <bit>
#include <string>

namespace scansim {
namespace {

constexpr int base_latency = 3;               // read, signed sum, accumulator
constexpr int base_bits = 22, sum_bits = 29;  // widths behind H_m and of the whole sum
constexpr int x_bits = 16;
constexpr int link_depth = 2, row_slots = 2;

int first_link_depth(int log2_lanes) {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(log2_lanes + 4)));
}

}  // namespace

hadamard_fwht::hadamard_fwht(std::string name, const hadamard_shape& shape, const ports& connected)
    : block_process(std::move(name)),
      shape_(shape),
      log2_lanes_(std::countr_zero(static_cast<unsigned>(shape.lanes))),
      ports_(connected),
      jobs_(1),
      loaded_(row_slots),
      released_(row_slots) {
  links_.push_back(std::make_unique<timed_fifo<hadamard_tag>>(first_link_depth(log2_lanes_)));
  for (int j = 0; j < shape.max_bits; ++j) {
    links_.push_back(std::make_unique<timed_fifo<hadamard_tag>>(link_depth));
    delays_.push_back(std::make_unique<hadamard_delay>(j, *links_[static_cast<size_t>(j)], *links_.back()));
    add_process([delay = delays_.back().get()] { delay->process(); });
  }
  add_process(&hadamard_fwht::steps);
  add_process(&hadamard_fwht::loading);
  add_process(&hadamard_fwht::requantising);
}

void hadamard_fwht::begin() {
  jobs_.reset();
  loaded_.reset();
  released_.reset();
  rows_loaded_ = rows_used_ = 0;
  next_load_ = 0;
  for (auto& link : links_) link->reset();
  for (auto& delay : delays_) delay->begin();
  results_.clear();
  sat_ = {};
  adds_ = x_read_ = row_written_ = row_read_ = delayed_ = y_written_ = 0;
  restart();
}

void hadamard_fwht::steps() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  jobs_.close();
  links_.front()->close();
}

// Returns the last step. The loading process owns x as long as a command with m > 1 is at the head.
cycle_t hadamard_fwht::run_command(const hadamard_command& command, cycle_t visible) {
  if (command.m > 1) {
    jobs_.credit_time();
    jobs_.back() = {command.rows, command.m << command.log2_beats};
    // A command can be used from the cycle after the last step of the one before.
    jobs_.push(std::max(visible, stalls_.next()));
  }
  cycle_t issue = 0;
  for (int i = 0; i < command.rows; ++i) {
    issue = command.m == 1 ? single_row(command, visible) : base_row(command, visible);
    count_row(command);
  }
  return issue;
}

cycle_t hadamard_fwht::single_row(const hadamard_command& command, cycle_t visible) {
  timed_fifo<hadamard_tag>& link = *links_.front();
  const int beats = 1 << command.log2_beats;
  cycle_t issue = 0;
  single_.clear();
  for (int beat = 0; beat < beats; ++beat) {
    issue = stalls_.issue(visible, ports_.x.front_time(), link.credit_time());
    if (values()) append_beat(single_);
    ports_.x.pop(issue);
    if (values() && beat + 1 == beats) transform(command, single_);
    link.back() = {command.log2_beats};
    link.push(issue + base_latency + log2_lanes_);
  }
  return issue;
}

cycle_t hadamard_fwht::base_row(const hadamard_command& command, cycle_t visible) {
  timed_fifo<hadamard_tag>& link = *links_.front();
  const cycle_t complete = loaded_.at(rows_used_);
  if (values()) transform(command, slots_[rows_used_ % row_slots]);
  const int beats = command.m << command.log2_beats;
  cycle_t issue = 0;
  for (int beat = 0; beat < beats; ++beat) {
    for (int group = command.m / shape_.block_lanes; group > 1; --group) stalls_.issue(visible, complete, 0);
    issue = stalls_.issue(visible, complete, link.credit_time());
    link.back() = {command.log2_beats};
    link.push(issue + base_latency + log2_lanes_);
  }
  released_.record(issue);
  ++rows_used_;
  return issue;
}

void hadamard_fwht::append_beat(row& values) {
  const hadamard_beat& beat = ports_.x.front();
  values.insert(values.end(), beat.value, beat.value + shape_.lanes);
}

// In place; the results wait until the last delay stage lets them go.
void hadamard_fwht::transform(const hadamard_command& command, row& values) {
  if (switching_ != nullptr && !command.pass)
    see_hadamard_row(*switching_, values.data(), command.m, command.log2_beats + log2_lanes_, shape_.lanes);
  if (command.pass)
    hls::requantise_values(values.data(), shape_.lanes, command.shift, command.bits, sat_);
  else
    hls::hadamard_fwht(values.data(), values.data(), command.m, command.log2_beats + log2_lanes_,
                       command.shift, command.bits, sat_);
  for (size_t first = 0; first < values.size(); first += static_cast<size_t>(shape_.lanes)) {
    hadamard_beat& beat = results_.emplace_back();
    for (int lane = 0; lane < shape_.lanes; ++lane)
      beat.value[lane] = static_cast<int16_t>(values[first + static_cast<size_t>(lane)]);
  }
}

void hadamard_fwht::count_row(const hadamard_command& command) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes), m = static_cast<uint64_t>(command.m);
  const uint64_t beats = m << command.log2_beats, values = beats * lanes;
  if (!command.pass) adds_ += values * (m - 1 + static_cast<uint64_t>(log2_lanes_ + command.log2_beats));
  x_read_ += values * x_bits;
  if (m > 1) {
    row_written_ += values * x_bits;
    row_read_ += values * m * x_bits;
  }
  for (int j = 0; j < command.log2_beats; ++j)
    delayed_ += values * static_cast<uint64_t>(std::min(base_bits + log2_lanes_ + j + 1, sum_bits));
  y_written_ += values * static_cast<uint64_t>(command.bits);
}

void hadamard_fwht::loading() {
  while (!jobs_.ended()) {
    const cycle_t visible = jobs_.front_time();
    const load_job job = jobs_.front();
    for (int i = 0; i < job.rows; ++i) load_row(job.beats, visible);
    jobs_.pop(next_load_);
  }
}

void hadamard_fwht::load_row(int beats, cycle_t visible) {
  const cycle_t free = released_.at(rows_loaded_ - row_slots) + 1;
  row& slot = slots_[rows_loaded_ % row_slots];
  slot.clear();
  next_load_ = std::max({next_load_, visible, free});
  for (int beat = 0; beat < beats; ++beat) {
    const cycle_t load = std::max(next_load_, ports_.x.front_time());
    if (values()) append_beat(slot);
    ports_.x.pop(load);
    next_load_ = load + 1;
  }
  ++rows_loaded_;
  loaded_.record(next_load_);
}

void hadamard_fwht::requantising() {
  timed_fifo<hadamard_tag>& link = *links_.back();
  for (cycle_t next = 0; !link.ended();) {
    const cycle_t write = std::max({next, link.front_time(), ports_.y.credit_time()});
    if (values()) {
      ports_.y.back() = results_.front();
      results_.pop_front();
    }
    link.pop(write);
    ports_.y.push(write + 1);
    next = write + 1;
  }
  ports_.y.close();
}

block_counters hadamard_fwht::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles,
                     {{"add_ops", adds_},
                      {"x_read_bits", x_read_},
                      {"row_write_bits", row_written_},
                      {"row_read_bits", row_read_},
                      {"delay_bits", delayed_},
                      {"y_write_bits", y_written_},
                      {"saturations", sat_.hadamard}});
}

}  // namespace scansim
