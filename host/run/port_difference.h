// Where two rungs part on the memory port, in time: the first command or beat that differs in its cycle or
// address, or the first W beat that brings other bytes.
//   "first difference on the memory port in cycle 812: m_axi_wdata_o, beat at 0x1240: rtl 7f, systemc 05"
// Contract: both rungs run again, with the same seed, and write down what happens on the port (port_log.h);
// a rung that has no time lends its memory alone. Choose it when values or cycles differ below ref: it costs
// a second run. Bytes are those that memory has at the end: a beat that a later one wrote over is not
// compared, and the text says how many were.
#pragma once
#include <optional>
#include <string>

#include "host/report/run_result.h"
#include "host/run/machine_rung.h"
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

// nullopt: nothing differs on the port, or neither rung has time.
std::optional<port_difference> find_port_difference(operator_case& call, const rung& above, const rung& below,
                                                    const machine_setting& setting, run_observer& observer);

}  // namespace scansim
