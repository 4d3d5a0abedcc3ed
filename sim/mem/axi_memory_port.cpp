#include "sim/mem/axi_memory_port.h"

#include <fmt/format.h>

#include <cstring>

namespace scansim {
namespace {

constexpr int longest_burst = 256;

// A slave may be ready before anything is offered, and change its mind: a ready without its valid is no
// handshake. High and low for eight cycles each, so that a master shows that takes either for one.
bool ready_for_nothing(cycle_t cycle) { return (cycle >> 3) % 2 != 0; }

}  // namespace

protocol_error::protocol_error(cycle_t cycle, const std::string& signal, const std::string& what)
    : std::runtime_error(fmt::format("AXI protocol: cycle {}: {}: {}", cycle, signal, what)) {}

axi_memory_port::axi_memory_port(memory_timing& timing, std::span<std::uint8_t> image, int axi_bytes,
                                 std::uint64_t base_address, const axi_limits& limits)
    : timing_(timing),
      image_(image),
      base_address_(base_address),
      axi_bytes_(static_cast<std::size_t>(axi_bytes)),
      limits_(limits),
      beat_valid_(longest_burst) {
  if (axi_bytes < 1 || axi_bytes > 128) throw std::logic_error("axi_memory_port: axi_bytes not in 1..128");
}

void axi_memory_port::fail(const char* signal, const std::string& what) const {
  throw protocol_error(cycle_, signal, what);
}

axi_slave_valids axi_memory_port::begin_cycle(cycle_t cycle) {
  if (cycle_ != never && (cycle != cycle_ + 1 || !responded_))
    fail("clock", "a cycle was skipped or not ended");
  cycle_ = cycle;
  responded_ = false;
  valids_ = {};
  if (next_r_ == cycle) {
    const open_burst& read = reads_.front();
    valids_.rvalid = true;
    valids_.rlast = read.done + 1 == read.beats;
    valids_.rdata = bytes_at(read.address + static_cast<std::size_t>(read.done) * axi_bytes_);
  }
  valids_.bvalid = next_b_ == cycle;
  return valids_;
}

axi_slave_readies axi_memory_port::respond(cycle_t cycle, const axi_master_outputs& master) {
  if (cycle != cycle_ || responded_) fail("clock", "respond must follow begin_cycle once");
  responded_ = true;
  if (valids_.rvalid && !master.rready) fail("rready", "low while rvalid is high");
  if (valids_.bvalid && !master.bready) fail("bready", "low while bvalid is high");
  if (ar_accept_ != never && !master.arvalid) fail("arvalid", "dropped before arready");
  if (aw_accept_ != never && !master.awvalid) fail("awvalid", "dropped before awready");
  if (w_accept_ != never && !master.wvalid) fail("wvalid", "dropped before wready");
  if (master.arvalid && master.awvalid)
    fail("awvalid", "high together with arvalid: one address command at a time");
  if (master.arvalid) take_read(master);
  if (master.awvalid) take_write(master);
  if (master.wvalid) take_data(master);
  const bool idle = ready_for_nothing(cycle);
  return {master.arvalid ? ar_accept_ == cycle : idle, master.awvalid ? aw_accept_ == cycle : idle,
          master.wvalid ? w_accept_ == cycle : idle};
}

void axi_memory_port::end_cycle() {
  if (!responded_) fail("clock", "end_cycle before respond");
  if (ar_accept_ == cycle_) ar_accept_ = never;
  if (aw_accept_ == cycle_) aw_accept_ = never;
  if (valids_.rvalid) commit_read();
  if (valids_.bvalid) {
    writes_.pop_front();
    --data_burst_;
    b_times_.pop_front();
    next_b_ = b_times_.empty() ? never : b_times_.front();
  }
  if (w_accept_ == cycle_) commit_data();
}

bool axi_memory_port::idle() const { return reads_.empty() && writes_.empty(); }

axi_memory_port::open_burst axi_memory_port::checked_command(const char* signal, std::uint64_t address,
                                                             int length) const {
  const open_burst command{address, length + 1, 0};
  if (length < 0 || length >= longest_burst) fail(signal, fmt::format("a burst of {} beats", length + 1));
  if (command.beats > limits_.beats)
    fail(signal, fmt::format("a burst of {} beats, at most {}", command.beats, limits_.beats));
  const std::uint64_t bytes = static_cast<std::uint64_t>(command.beats) * axi_bytes_;
  if (address % axi_bytes_ != 0) fail(signal, fmt::format("address {:#x} is not aligned to a beat", address));
  if (address / burst_page_bytes != (address + bytes - 1) / burst_page_bytes)
    fail(signal, fmt::format("{} bytes from {:#x} cross a 4 KiB boundary", bytes, address));
  if (address < base_address_ || address - base_address_ > image_.size() ||
      image_.size() - (address - base_address_) < bytes)
    fail(signal, fmt::format("{} bytes from {:#x} are outside the memory of {} bytes from {:#x}", bytes,
                             address, image_.size(), base_address_));
  return command;
}

void axi_memory_port::check_hazard(const char* signal, const open_burst& command,
                                   const std::deque<open_burst>& others) const {
  const auto end = [this](const open_burst& b) {
    return b.address + static_cast<std::uint64_t>(b.beats) * axi_bytes_;
  };
  for (const open_burst& other : others)
    if (command.address < end(other) && other.address < end(command))
      fail(signal,
           fmt::format("the burst at {:#x} overlaps one in flight at {:#x}", command.address, other.address));
}

void axi_memory_port::check_held(const char* signal, std::uint64_t address, int length) const {
  if (address != waiting_address_ || length != waiting_length_)
    fail(signal, fmt::format("changed from {:#x} (length {}) to {:#x} (length {}) before ready",
                             waiting_address_, waiting_length_, address, length));
}

void axi_memory_port::take_read(const axi_master_outputs& master) {
  if (ar_accept_ != never) return check_held("araddr", master.araddr, master.arlen);
  const open_burst command = checked_command("araddr", master.araddr, master.arlen);
  if (reads_.size() >= limits_.reads) fail("arvalid", fmt::format("more than {} reads open", limits_.reads));
  check_hazard("araddr", command, writes_);
  waiting_address_ = master.araddr;
  waiting_length_ = master.arlen;
  const auto beats = std::span(beat_valid_).first(static_cast<std::size_t>(command.beats));
  ar_accept_ = timing_.read_address({command.address, command.beats}, cycle_, beats);
  r_times_.insert(r_times_.end(), beats.begin(), beats.end());
  reads_.push_back(command);
  next_r_ = r_times_.front();
}

void axi_memory_port::take_write(const axi_master_outputs& master) {
  if (aw_accept_ != never) return check_held("awaddr", master.awaddr, master.awlen);
  const open_burst command = checked_command("awaddr", master.awaddr, master.awlen);
  if (writes_.size() - data_burst_ >= limits_.writes)
    fail("awvalid", fmt::format("more than {} writes without their data", limits_.writes));
  check_hazard("awaddr", command, reads_);
  waiting_address_ = master.awaddr;
  waiting_length_ = master.awlen;
  aw_accept_ = timing_.write_address({command.address, command.beats}, cycle_);
  writes_.push_back(command);
}

void axi_memory_port::take_data(const axi_master_outputs& master) {
  wdata_ = static_cast<const std::uint8_t*>(master.wdata);
  wstrb_ = static_cast<const std::uint8_t*>(master.wstrb);
  if (w_accept_ != never) return check_held_data(master);
  if (data_burst_ == writes_.size()) fail("wvalid", "a data beat without its address");
  const open_burst& write = writes_[data_burst_];
  if (master.wlast != (write.done + 1 == write.beats))
    fail("wlast",
         fmt::format("{} at beat {} of {}", master.wlast ? "high" : "low", write.done + 1, write.beats));
  w_accept_ = timing_.write_data(cycle_);
  if (w_accept_ == cycle_) return;
  std::memcpy(held_.data.data(), master.wdata, axi_bytes_);
  if (master.wstrb) std::memcpy(held_.strobe.data(), master.wstrb, strobe_bytes());
  held_.last = master.wlast;
}

void axi_memory_port::check_held_data(const axi_master_outputs& master) const {
  if (std::memcmp(held_.data.data(), master.wdata, axi_bytes_) != 0) fail("wdata", "changed before wready");
  if (master.wstrb && std::memcmp(held_.strobe.data(), master.wstrb, strobe_bytes()) != 0)
    fail("wstrb", "changed before wready");
  if (held_.last != master.wlast) fail("wlast", "changed before wready");
}

void axi_memory_port::commit_data() {
  open_burst& write = writes_[data_burst_];
  std::uint8_t* target = bytes_at(write.address + static_cast<std::size_t>(write.done) * axi_bytes_);
  for (std::size_t first = 0; first < axi_bytes_; first += 8) {
    const std::size_t count = axi_bytes_ - first < 8 ? axi_bytes_ - first : 8;
    const unsigned all = (1u << count) - 1;
    const unsigned bits = wstrb_ ? wstrb_[first / 8] & all : all;
    if (bits == all) {
      std::memcpy(target + first, wdata_ + first, count);
    } else {
      for (std::size_t i = 0; i < count; ++i)
        if ((bits >> i) & 1u) target[first + i] = wdata_[first + i];
    }
  }
  w_accept_ = never;
  if (++write.done < write.beats) return;
  ++data_burst_;
  b_times_.push_back(timing_.write_response(cycle_));
  next_b_ = b_times_.front();
}

void axi_memory_port::commit_read() {
  r_times_.pop_front();
  next_r_ = r_times_.empty() ? never : r_times_.front();
  if (++reads_.front().done == reads_.front().beats) reads_.pop_front();
}

}  // namespace scansim
