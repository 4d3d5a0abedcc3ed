// Energy of one unit at gate level: its RTL mapped to library cells, driven with the vectors of a real run,
// simulated with the library's delays; what it costs per operation, with and without glitches, by what does
// it. Contract: every expected output of every cycle is compared with the netlist's; a disagreement is a
// result (`first_difference`), not an error. The sum is that of its parts. Leakage is that of the unit over
// the cycles of an operation at the unit's own shortest period.
// Level: circuit, in the library's technology; without wires, clock buffers and clock gates.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "host/energy/gate_simulation.h"
#include "host/energy/measured_unit.h"
#include "host/energy/sta_check.h"
#include "models/energy/technology_scale.h"

namespace scansim {

struct energy_parts {  // pJ per operation
  double combinational = 0, registers = 0, inputs = 0, clock = 0, leakage = 0;
  double sum() const { return combinational + registers + inputs + clock + leakage; }
};

struct energy_measurement {
  std::string unit, operation, module, trace_path, trace_sha256;
  data_kind kind = data_kind::trace;
  design_point point;
  std::string tool, library;
  uint64_t cells = 0, registers = 0, operations = 0, cycles = 0, compared = 0;
  double area = 0, kge = 0, leakage_nw = 0;  // um2; thousands of two-input NANDs
  energy_parts all, settled;                 // with glitches, without
  double transitions_per_cycle = 0, settled_per_cycle = 0;
  double period = 0, fo4 = 0;  // ns; of a fanout-of-4 inverter
  double last_change = 0;      // ns behind the clock; inputs change at 0.2
  std::vector<std::string> path;
  energy_range scaled;  // `all` in the point's technology
  technology_scale scale;
  std::optional<energy_range> estimated;  // what the report charges there
  std::string first_difference;           // empty: the netlist agrees with hls
  bool kept = false;                      // the netlist was in the cache
  std::optional<arrival_difference> sta;  // against OpenSTA, if asked for
};

struct measure_request {
  std::string unit, trace_path;
  data_kind kind = data_kind::trace;
  uint64_t seed = 1;
  drive_size size;
  bool with_sta = false;
};

// Relative, of an arrival here and at OpenSTA: equal to four digits.
inline constexpr double most_arrival_difference = 1e-4;
bool agrees(const energy_measurement& found);

energy_measurement measure_energy(const measure_request& request, const design_point& point,
                                  const progress_callback& progress = {});

// Runs the vectors through the netlist; what measure_energy does behind synthesis.
struct driven_netlist {
  gate_activity activity;
  uint64_t operations = 0, compared = 0;
  std::string first_difference;
};
driven_netlist drive_netlist(const gate_netlist& netlist, const gate_timing& timing, double volts,
                             const unit_stimulus& stimulus);

// Delay of an inverter that drives four of itself, in a chain: the mean of its edges.
double fo4_delay(const liberty_library& library);
// Of the smallest two-input NAND.
double nand_area(const liberty_library& library);

// Of the nominal estimate against the nominal of the scaled gates; `estimated` is there.
double estimate_error_percent(const energy_measurement& found);

std::string energy_text(const energy_measurement& found);
nlohmann::json to_json(const energy_measurement& found);

}  // namespace scansim
