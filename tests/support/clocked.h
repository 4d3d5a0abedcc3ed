// Clock and comparison of a Verilated module that has one clock clk_i and a fixed latency.
#pragma once
#include <cstdint>

namespace scansim::test {

// One rising edge with the inputs now set; outputs are those after the edge.
template <class Module>
void tick(Module& m) {
  m.clk_i = 0;
  m.eval();
  m.clk_i = 1;
  m.eval();
}

// The low `bits` of v as the port holds them, and back with the sign restored.
constexpr uint64_t to_port(int64_t v, int bits) {
  return static_cast<uint64_t>(v) & (bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1);
}
constexpr int64_t from_port(uint64_t v, int bits) {
  return static_cast<int64_t>(v << (64 - bits)) >> (64 - bits);
}

// Sets a port of any width to the low `bits` of v.
template <class Port>
void set_port(Port& port, int64_t v, int bits) {
  port = static_cast<Port>(to_port(v, bits));
}

}  // namespace scansim::test
