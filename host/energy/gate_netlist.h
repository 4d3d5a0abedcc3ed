// A flat netlist of library cells, from what Yosys' write_json writes of one mapped module.
// Contract: every net has at most one driver; a bit of a port or of a pin that is tied is a net of its own
// with that value. Cells keep their pins' order of the library. Errors: tool_error for what a mapper does
// not write: unknown cells, unmapped bits, nets without driver.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/energy/liberty.h"

namespace scansim {

struct gate_pin {
  int cell = -1, pin = -1;  // of the cell's pins; cell -1: nobody
};

struct gate_net {
  std::string name;
  gate_pin driver;  // nobody: an input, or tied
  int tied = -1;    // 0 or 1
  bool is_input = false;
  std::vector<gate_pin> loads;
};

struct gate_cell {
  std::string name;
  const liberty_cell* of = nullptr;
  std::vector<int> nets;  // per pin of `of`; -1: not connected
};

struct gate_netlist {
  std::string module, tool;  // tool: who wrote it
  std::vector<gate_net> nets;
  std::vector<gate_cell> cells;
  std::map<std::string, std::vector<int>> inputs, outputs;  // port: nets, bit 0 first
  int clock = -1;                                           // net of clk_i; -1: combinational
  double area = 0, leakage_nw = 0;
  uint64_t registers = 0;
};

// `library` outlives what is made.
gate_netlist netlist_from_json(const std::string& text, const std::string& module,
                               const liberty_library& library);

// The same text without what netlist_from_json does not read: a quarter of it.
std::string compact_netlist(const std::string& text, const std::string& module);

// Cells in an order in which each comes behind those that its combinational inputs depend on. Errors:
// tool_error for a loop.
std::vector<int> evaluation_order(const gate_netlist& netlist);

// The same netlist as structural Verilog, for other tools.
std::string netlist_verilog(const gate_netlist& netlist);

}  // namespace scansim
