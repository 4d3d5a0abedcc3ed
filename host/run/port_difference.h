// Where two rungs part on the memory port, in time: the first command or beat that differs in its cycle or
// address, or the first W beat that brings other bytes.
//   "first difference on the memory port in cycle 812: m_axi_wdata_o, beat at 0x1240: rtl 7f, systemc 05"
// Contract: both rungs run again, with the same seed, and write down what happens on the port (port_log.h);
// a rung that has no time lends its memory alone. Choose it when values or cycles differ below ref: it costs
// a second run. Bytes are those that memory has at the end.
#pragma once
#include <optional>
#include <string>

#include "host/run/machine_rung.h"

namespace scansim {

struct port_difference {
  uint64_t cycle = 0;  // of the run, as the report counts
  std::string text;    // as above
};

// nullopt: nothing differs on the port, or neither rung has time.
std::optional<port_difference> find_port_difference(operator_case& call, const rung& above, const rung& below,
                                                    const machine_setting& setting, run_observer& observer);

}  // namespace scansim
