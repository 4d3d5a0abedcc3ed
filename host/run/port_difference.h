// Where two rungs part on the memory port, in time: the first command or beat that differs in its cycle or
// address, or the first W beat that brings other bytes.
//   "first difference on the memory port in cycle 812: m_axi_wdata_o, beat at 0x1240: rtl 7f, systemc 05"
// Contract: of what two runs with the same seed wrote down of the port (port_log.h); a rung that has no time
// lends its memory alone. Bytes are those that memory has at the end: a beat that a later one wrote over is
// not compared, and the text says how many were.
#pragma once
#include <optional>
#include <string>

#include "host/report/run_result.h"
#include "sim/mem/port_log.h"

namespace scansim {

struct port_difference {
  port_place place;
  std::string text;  // as above
};

// What one rung did on the port.
struct port_run {
  std::string rung;
  std::vector<uint8_t> memory;         // at the end; empty: the rung has no values
  std::vector<port_event> events;      // empty: it has no time
  std::vector<uint64_t> first_cycles;  // of the run, by start of the machine
};

std::optional<port_difference> compare_ports(const port_run& above, const port_run& below,
                                             uint64_t axi_bytes);

}  // namespace scansim
