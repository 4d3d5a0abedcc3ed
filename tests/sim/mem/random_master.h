// A random AXI master that keeps the promises of sim/mem/memory_timing.h, in two forms that must agree:
// on_time_face asks the model in program order and runs ahead of the clock; on_pin_face drives an
// axi_memory_port cycle by cycle. One command may be issued per handshake + 1 + gap; its W beats follow its
// AW with their own gaps. A `drain` command waits for every earlier beat and response, so that what was
// written may be read.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/mem/axi_memory_port.h"

namespace scansim {

struct master_command {
  bool write = false;
  bool drain = false;
  burst where;
  int gap = 0;
  std::vector<int> data_gaps;         // of the W beats
  std::vector<std::uint8_t> data;     // beats * axi_bytes
  std::vector<std::uint8_t> strobes;  // beats * max(axi_bytes / 8, 1), bit i of a beat enables byte i
};

// Cycles of the handshakes, per channel in order.
struct handshakes {
  std::vector<cycle_t> ar, r, aw, w, b;
  bool operator==(const handshakes&) const = default;
};

constexpr std::size_t strobe_bytes(int axi_bytes) { return static_cast<std::size_t>((axi_bytes + 7) / 8); }

// `memory_bytes` is a multiple of 8192. Reads and writes between two drains touch different halves of the
// memory.
std::vector<master_command> random_commands(std::uint64_t seed, int count, int axi_bytes,
                                            std::uint64_t memory_bytes);

handshakes on_time_face(memory_timing& timing, const std::vector<master_command>& commands);

// Also returns the bytes of every R beat, in order. Throws when the port is not idle after `limit` cycles.
struct pin_run {
  handshakes when;
  std::vector<std::uint8_t> read_bytes;
  cycle_t cycles = 0;
};
pin_run on_pin_face(axi_memory_port& port, const std::vector<master_command>& commands, int axi_bytes,
                    cycle_t limit);

// What the reads of `commands` return when each command is done before the next; updates `image`.
std::vector<std::uint8_t> in_program_order(std::vector<std::uint8_t>& image,
                                           const std::vector<master_command>& commands, int axi_bytes);

}  // namespace scansim
