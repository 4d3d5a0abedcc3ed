#include "tests/sim/mem/random_master.h"

#include <algorithm>
#include <random>
#include <stdexcept>

namespace scansim {
namespace {

constexpr std::uint64_t page_bytes = 4096;

// The pins and pending work of the cycle-by-cycle master; every output is a register.
class pin_master {
 public:
  pin_master(const std::vector<master_command>& commands, int axi_bytes)
      : commands_(commands),
        axi_bytes_(static_cast<std::size_t>(axi_bytes)),
        strobe_(strobe_bytes(axi_bytes)) {}

  void drive(cycle_t cycle) {
    if (!address_high_ && next_ < commands_.size() && cycle >= issue_time()) raise_address(cycle);
    pins_.wvalid = data_command_ < next_ && cycle >= data_time_;
    if (pins_.wvalid) point_data();
  }

  void observe(cycle_t cycle, const axi_slave_valids& valids, const axi_slave_readies& readies) {
    if (valids.rvalid) {
      run.when.r.push_back(cycle);
      run.read_bytes.insert(run.read_bytes.end(), valids.rdata, valids.rdata + axi_bytes_);
      last_answer_ = cycle;
      --reads_left_;
    }
    if (valids.bvalid) {
      run.when.b.push_back(cycle);
      last_answer_ = cycle;
      --writes_left_;
    }
    if (pins_.arvalid && readies.arready) address_done(cycle, run.when.ar);
    if (pins_.awvalid && readies.awready) address_done(cycle, run.when.aw);
    if (pins_.wvalid && readies.wready) data_done(cycle);
  }

  bool finished() const {
    return next_ == commands_.size() && !address_high_ && reads_left_ + writes_left_ == 0;
  }
  const axi_master_outputs& pins() const { return pins_; }
  pin_run run;

 private:
  cycle_t issue_time() const {
    const master_command& c = commands_[next_];
    if (!c.drain) return last_address_ + 1 + c.gap;
    if (reads_left_ + writes_left_ > 0) return INT64_MAX;
    return std::max(last_address_, last_answer_) + 1 + c.gap;
  }

  void raise_address(cycle_t cycle) {
    const master_command& c = commands_[next_++];
    address_high_ = true;
    (c.write ? pins_.awvalid : pins_.arvalid) = true;
    (c.write ? pins_.awaddr : pins_.araddr) = c.where.address;
    (c.write ? pins_.awlen : pins_.arlen) = c.where.beats - 1;
    (c.write ? writes_left_ : reads_left_) += c.write ? 1 : c.where.beats;
    address_valid_.push_back(cycle);
    skip_reads();
  }

  void skip_reads() {
    while (data_command_ < next_ && !commands_[data_command_].write) ++data_command_;
    if (data_command_ < next_ && data_beat_ == 0) set_data_time();
  }

  void set_data_time() {
    data_time_ = std::max(last_data_ + 1, address_valid_[data_command_]) +
                 commands_[data_command_].data_gaps[data_beat_];
  }

  void point_data() {
    const master_command& c = commands_[data_command_];
    pins_.wdata = c.data.data() + data_beat_ * axi_bytes_;
    pins_.wstrb = c.strobes.data() + data_beat_ * strobe_;
    pins_.wlast = data_beat_ + 1 == c.data_gaps.size();
  }

  void address_done(cycle_t cycle, std::vector<cycle_t>& list) {
    list.push_back(cycle);
    last_address_ = cycle;
    address_high_ = pins_.arvalid = pins_.awvalid = false;
  }

  void data_done(cycle_t cycle) {
    run.when.w.push_back(cycle);
    last_data_ = cycle;
    if (++data_beat_ < commands_[data_command_].data_gaps.size()) return set_data_time();
    data_beat_ = 0;
    ++data_command_;
    skip_reads();
  }

  const std::vector<master_command>& commands_;
  std::size_t axi_bytes_, strobe_;
  axi_master_outputs pins_;
  std::size_t next_ = 0;          // command to issue
  std::size_t data_command_ = 0;  // write whose data goes out
  std::size_t data_beat_ = 0;
  bool address_high_ = false;
  std::vector<cycle_t> address_valid_;
  cycle_t last_address_ = -1, last_data_ = -1, last_answer_ = -1, data_time_ = 0;
  std::int64_t reads_left_ = 0, writes_left_ = 0;
};

}  // namespace

std::vector<master_command> random_commands(std::uint64_t seed, int count, int axi_bytes,
                                            std::uint64_t memory_bytes) {
  std::mt19937_64 random(seed);
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  const auto beat_bytes = static_cast<std::uint64_t>(axi_bytes);
  const std::uint64_t pages = memory_bytes / page_bytes;
  std::vector<master_command> commands(static_cast<std::size_t>(count));
  std::uint64_t write_half = 0;
  for (master_command& c : commands) {
    c.write = below(2) == 0;
    c.drain = below(12) == 0;
    if (c.drain) write_half ^= 1;
    const std::uint64_t first = below(page_bytes / beat_bytes);
    const std::uint64_t most = std::min<std::uint64_t>(page_bytes / beat_bytes - first, below(4) ? 16 : 256);
    c.where.beats = static_cast<int>(1 + below(most));
    const std::uint64_t half = c.write ? write_half : 1 - write_half;
    const std::uint64_t page = below(3) ? below(std::min<std::uint64_t>(pages / 2, 2)) : below(pages / 2);
    c.where.address = (half * (pages / 2) + page) * page_bytes + first * beat_bytes;
    c.gap = below(2) ? 0 : static_cast<int>(below(1u << below(8)));
    if (!c.write) continue;
    const auto beats = static_cast<std::size_t>(c.where.beats);
    for (std::size_t i = 0; i < beats; ++i) c.data_gaps.push_back(below(3) ? 0 : static_cast<int>(below(6)));
    for (std::size_t i = 0; i < beats * beat_bytes; ++i)
      c.data.push_back(static_cast<std::uint8_t>(random()));
    const bool partial = below(2) == 0;
    for (std::size_t i = 0; i < beats * strobe_bytes(axi_bytes); ++i)
      c.strobes.push_back(partial ? static_cast<std::uint8_t>(random()) : std::uint8_t{0xff});
  }
  return commands;
}

handshakes on_time_face(memory_timing& timing, const std::vector<master_command>& commands) {
  handshakes when;
  std::vector<cycle_t> beats(256);
  cycle_t last_address = -1, last_data = -1, last_answer = -1;
  for (const master_command& c : commands) {
    const cycle_t valid = std::max(last_address, c.drain ? last_answer : -1) + 1 + c.gap;
    if (!c.write) {
      last_address = timing.read_address(c.where, valid, beats);
      when.ar.push_back(last_address);
      when.r.insert(when.r.end(), beats.begin(), beats.begin() + c.where.beats);
      last_answer = std::max(last_answer, when.r.back());
      continue;
    }
    last_address = timing.write_address(c.where, valid);
    when.aw.push_back(last_address);
    for (const int gap : c.data_gaps) {
      last_data = timing.write_data(std::max(last_data + 1, valid) + gap);
      when.w.push_back(last_data);
    }
    when.b.push_back(timing.write_response(last_data));
    last_answer = std::max(last_answer, when.b.back());
  }
  return when;
}

pin_run on_pin_face(axi_memory_port& port, const std::vector<master_command>& commands, int axi_bytes,
                    cycle_t limit) {
  pin_master master(commands, axi_bytes);
  cycle_t cycle = 0;
  for (; !master.finished(); ++cycle) {
    if (cycle == limit) throw std::runtime_error("on_pin_face: not finished within the limit");
    const axi_slave_valids valids = port.begin_cycle(cycle);
    master.drive(cycle);
    const axi_slave_readies readies = port.respond(cycle, master.pins());
    master.observe(cycle, valids, readies);
    port.end_cycle();
  }
  master.run.cycles = cycle;
  return master.run;
}

std::vector<std::uint8_t> in_program_order(std::vector<std::uint8_t>& image,
                                           const std::vector<master_command>& commands, int axi_bytes) {
  std::vector<std::uint8_t> read;
  const auto beat_bytes = static_cast<std::size_t>(axi_bytes);
  for (const master_command& c : commands) {
    const std::size_t bytes = static_cast<std::size_t>(c.where.beats) * beat_bytes;
    const auto from = image.begin() + static_cast<std::ptrdiff_t>(c.where.address);
    if (!c.write) {
      read.insert(read.end(), from, from + static_cast<std::ptrdiff_t>(bytes));
      continue;
    }
    for (std::size_t i = 0; i < bytes; ++i) {
      const std::size_t lane = i % beat_bytes;
      const unsigned strobe = c.strobes[i / beat_bytes * strobe_bytes(axi_bytes) + lane / 8];
      if ((strobe >> (lane % 8)) & 1u) image[c.where.address + i] = c.data[i];
    }
  }
  return read;
}

}  // namespace scansim
