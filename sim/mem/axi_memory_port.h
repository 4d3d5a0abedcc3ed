// The pin-level face of a memory model: an AXI4 slave ticked once per clock cycle, for Verilated RTL. It
// holds no time of its own: every handshake cycle comes from one memory_timing call, made in the first cycle
// in which the valid of that command or beat is seen. Data lives in the caller's byte image; a read sees it
// as of the cycle of its R beat. One cycle: begin_cycle, drive R and B, evaluate, respond, drive the readies,
// evaluate, end_cycle, clock edge. Readies depend on the valids of the same cycle, so the RTL's valids must
// not depend on its readies; where nothing is offered they are high at times, which is no handshake. It
// checks what the master promises (memory_timing.h), the AXI handshake rules, and that no read overlaps a
// write in flight or the reverse (AXI leaves their order open), and throws protocol_error with cycle and
// signal. It does not model WRAP or FIXED bursts, narrow transfers, identifiers or error responses.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/mem/memory_timing.h"

namespace scansim {

class protocol_error : public std::runtime_error {
 public:
  protocol_error(cycle_t cycle, const std::string& signal, const std::string& what);
};

// Master pins of one cycle. arlen/awlen are beats - 1. wdata: axi_bytes bytes, lane 0 first; wstrb: axi_bytes
// bits, bit 0 of byte 0 first, nullptr means all ones. Both point at little-endian words (a Verilated port
// will do) and must stay unchanged until end_cycle.
struct axi_master_outputs {
  bool arvalid = false;
  std::uint64_t araddr = 0;
  int arlen = 0;
  bool awvalid = false;
  std::uint64_t awaddr = 0;
  int awlen = 0;
  bool wvalid = false;
  const void* wdata = nullptr;
  const void* wstrb = nullptr;
  bool wlast = false;
  bool rready = true;
  bool bready = true;
};

// Slave pins that do not depend on the master's pins of the same cycle. rdata points into the image
// (axi_bytes bytes, valid until end_cycle), nullptr when rvalid is low.
struct axi_slave_valids {
  bool rvalid = false;
  const std::uint8_t* rdata = nullptr;
  bool rlast = false;
  bool bvalid = false;
};

struct axi_slave_readies {
  bool arready = false;
  bool awready = false;
  bool wready = false;
};

// What a master promises beyond AXI: no burst of more beats, no more bursts open at once.
struct axi_limits {
  int beats = 256;
  std::size_t reads = SIZE_MAX;   // whose last beat is not in
  std::size_t writes = SIZE_MAX;  // whose last beat of data is not in
};

class axi_memory_port {
 public:
  // image holds the bytes at addresses base_address .. base_address + image.size() - 1. `timing` and `image`
  // must outlive the port.
  axi_memory_port(memory_timing& timing, std::span<std::uint8_t> image, int axi_bytes,
                  std::uint64_t base_address = 0, const axi_limits& limits = {});

  // `cycle` counts up by one from call to call; the first may be any.
  axi_slave_valids begin_cycle(cycle_t cycle);
  // Exactly once per cycle, with the master's pins after its combinational logic has settled.
  axi_slave_readies respond(cycle_t cycle, const axi_master_outputs& master);
  // Commits the handshakes of this cycle; call before the clock edge changes the master's pins.
  void end_cycle();

  // True when every accepted command has been answered and none is waiting.
  bool idle() const;

 private:
  struct open_burst {
    std::uint64_t address = 0;
    int beats = 0;
    int done = 0;
  };
  struct held_beat {  // a W beat that waits for WREADY; AXI forbids it to change
    std::array<std::uint8_t, 128> data{};
    std::array<std::uint8_t, 16> strobe{};
    bool last = false;
  };

  [[noreturn]] void fail(const char* signal, const std::string& what) const;
  open_burst checked_command(const char* signal, std::uint64_t address, int length) const;
  void check_hazard(const char* signal, const open_burst& command,
                    const std::deque<open_burst>& others) const;
  void check_held(const char* signal, std::uint64_t address, int length) const;
  void take_read(const axi_master_outputs& master);
  void take_write(const axi_master_outputs& master);
  void take_data(const axi_master_outputs& master);
  void check_held_data(const axi_master_outputs& master) const;
  void commit_data();
  void commit_read();
  std::size_t strobe_bytes() const { return (axi_bytes_ + 7) / 8; }
  std::uint8_t* bytes_at(std::uint64_t address) const { return image_.data() + (address - base_address_); }

  static constexpr cycle_t never = INT64_MAX;

  memory_timing& timing_;
  std::span<std::uint8_t> image_;
  std::uint64_t base_address_;
  std::size_t axi_bytes_;
  axi_limits limits_;

  cycle_t cycle_ = never;                // the cycle begun, never before the first
  bool responded_ = true;                // respond was called in it
  axi_slave_valids valids_;              // of this cycle
  const std::uint8_t* wdata_ = nullptr;  // of this cycle, while a W beat is offered
  const std::uint8_t* wstrb_ = nullptr;
  cycle_t ar_accept_ = never;  // of the AR that waits, never when none does
  cycle_t aw_accept_ = never;
  cycle_t w_accept_ = never;
  std::uint64_t waiting_address_ = 0;  // of the AR or AW that waits
  int waiting_length_ = 0;
  held_beat held_;
  cycle_t next_r_ = never;  // next R beat, never when none
  cycle_t next_b_ = never;
  std::deque<open_burst> reads_;     // AR seen, last R beat not yet transferred
  std::deque<open_burst> writes_;    // AW seen, B not yet transferred
  std::size_t data_burst_ = 0;       // index in writes_ of the next W beat's burst
  std::deque<cycle_t> r_times_;      // of the beats of reads_, in order
  std::deque<cycle_t> b_times_;      // of the writes whose last W beat is in
  std::vector<cycle_t> beat_valid_;  // scratch of take_read
};

}  // namespace scansim
