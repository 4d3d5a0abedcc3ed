#include "sim/mem/memory_in_order.h"

#include <algorithm>
#include <stdexcept>

#include "sim/mem/time_state.h"

namespace scansim {

cycle_t memory_queue::earliest(cycle_t valid) const {
  return finished_.empty() ? valid : std::max(valid, finished_[next_] + 1);
}

void memory_queue::push(cycle_t finish) {
  if (finished_.empty()) return;
  finished_[next_] = finish;
  next_ = next_ + 1 == finished_.size() ? 0 : next_ + 1;
}

void memory_queue::append_to(time_state& to) const {
  for (std::size_t i = 0; i < finished_.size(); ++i) to.add_time(finished_[(next_ + i) % finished_.size()]);
}

memory_in_order::memory_in_order(int axi_bytes, int read_depth, int write_depth)
    : axi_bytes_(axi_bytes), reads_in_flight_(read_depth), writes_in_flight_(write_depth) {}

void memory_in_order::take_command(const burst& command, cycle_t valid) {
  if (valid < last_valid_) throw std::logic_error("memory_timing: address commands out of time order");
  if (command.beats < 1) throw std::logic_error("memory_timing: a burst has no beats");
  last_valid_ = valid;
}

cycle_t memory_in_order::read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) {
  take_command(command, valid);
  const auto beats = beat_valid.first(static_cast<std::size_t>(command.beats));
  const cycle_t accept = reads_in_flight_.earliest(valid) + stall(axi_channel::ar, ar_count_++);
  serve_read(command, accept, beats);
  for (cycle_t& beat : beats) {
    last_r_ = std::max(beat, last_r_ + 1) + stall(axi_channel::r, r_count_++);
    beat = last_r_;
  }
  reads_in_flight_.push(last_r_);
  return accept;
}

cycle_t memory_in_order::write_address(const burst& command, cycle_t valid) {
  take_command(command, valid);
  const cycle_t accept = writes_in_flight_.earliest(valid) + stall(axi_channel::aw, aw_count_++);
  const cycle_t first_data = std::max(accept, nominal_w_free_);
  nominal_w_free_ = first_data + command.beats;
  const cycle_t service = serve_write(command, accept, first_data);
  writes_in_flight_.push(std::max(service, nominal_w_free_));
  writes_.push_back({accept, service, command.beats});
  return accept;
}

cycle_t memory_in_order::write_data(cycle_t valid) {
  if (data_write_ == writes_.size()) throw std::logic_error("memory_timing: a W beat without its AW");
  open_write& write = writes_[data_write_];
  if (--write.beats_left == 0) ++data_write_;
  last_w_ = latest(valid, write.accept, last_w_ + 1) + stall(axi_channel::w, w_count_++);
  return last_w_;
}

cycle_t memory_in_order::write_response(cycle_t last_data) {
  if (data_write_ == 0) throw std::logic_error("memory_timing: a response before the burst's last W beat");
  last_b_ = latest(last_data + 1, writes_.front().service, last_b_ + 1) + stall(axi_channel::b, b_count_++);
  writes_.pop_front();
  --data_write_;
  return last_b_;
}

void memory_in_order::append_queues(time_state& to) const {
  reads_in_flight_.append_to(to);
  writes_in_flight_.append_to(to);
  for (const cycle_t time : {last_valid_, last_r_, last_w_, last_b_, nominal_w_free_}) to.add_time(time);
  for (const open_write& write : writes_) {
    to.add_time(write.accept), to.add_time(write.service);
    to.add_value(write.beats_left);
  }
  to.add_value(static_cast<std::int64_t>(data_write_));
}

memory_counters memory_in_order::counters() const {
  const auto bytes = static_cast<std::uint64_t>(axi_bytes_);
  return {{"axi_read_bursts", ar_count_},
          {"axi_write_bursts", aw_count_},
          {"axi_read_bytes", r_count_ * bytes},
          {"axi_write_bytes", w_count_ * bytes}};
}

}  // namespace scansim
