// A cell library as its liberty file describes it: area, leakage, pins, logic functions, tables of delay,
// transition, constraint and internal energy over output load and input transition (NLDM).
// Contract: what is read is checked; a cell that uses what is not modelled (three-state outputs, more than
// six inputs) is left out and named in `left_out`. Units: ns, pF, pJ, nW, um2, V, whatever the file's own.
// A table is evaluated as OpenSTA does: bilinear, beyond its ends by its outermost piece.
// Errors: input_error with file and line. Source of the format: Liberty User Guide (Synopsys, open source).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace scansim {

// Of load (pF) and transition (ns), or, for constraints, of the transitions of clock and data; an axis that a
// table does not have is of one place.
struct liberty_table {
  std::vector<double> rows, columns, values;  // values: row by row
  double at(double row, double column) const;
  bool empty() const { return values.empty(); }
};

enum class arc_sense { positive, negative, both };
enum class arc_kind { combinational, clock_to_output, clear, preset, setup };

struct liberty_arc {
  int from = 0;  // pin
  arc_kind kind = arc_kind::combinational;
  arc_sense sense = arc_sense::both;
  liberty_table delay[2], transition[2], constraint[2];  // [0] of a falling, [1] of a rising output (data)
};

struct liberty_energy {
  int from = -1;            // pin; -1: that of the pin's own transition
  liberty_table energy[2];  // pJ, without that of the load; [1]: of a rise
};

// A function of up to six pins: bit i of `table` is its value when input k of `inputs` is bit k of i.
struct liberty_function {
  std::vector<int> inputs;
  uint64_t table = 0;
  bool operator()(uint64_t input_bits) const { return (table >> input_bits) & 1; }
};

struct liberty_pin {
  std::string name;
  bool is_output = false, is_clock = false;
  double capacitance[2] = {0, 0};            // of a fall, of a rise
  std::optional<liberty_function> function;  // of outputs; of a register: none, it is the state
  bool inverted_state = false;
  std::vector<liberty_arc> arcs;
  std::vector<liberty_energy> energies;
};

struct liberty_register {
  int clock = 0;  // pin; rises
  bool falling = false;
  liberty_function next;
  std::optional<liberty_function> clear, preset;
};

struct liberty_cell {
  std::string name;
  double area = 0, leakage_nw = 0;
  std::vector<liberty_pin> pins;
  std::optional<liberty_register> state;
  int pin(const std::string& pin_name) const;  // -1: none
};

struct liberty_library {
  std::string name, file;
  double volts = 0;
  std::map<std::string, liberty_cell> cells;
  std::map<std::string, std::string> left_out;  // cell, why
};

liberty_library read_liberty(const std::string& file);
liberty_library liberty_from_text(const std::string& text, const std::string& file);

}  // namespace scansim
