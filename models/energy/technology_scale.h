// What a pJ and an FO4 of the cell library are in a named technology, as ranges with their source:
// models/energy/gates/<technology up to its first '-'>.csv, rows gate_energy (pJ there of 1 pJ here) and
// gate_fo4 (ps), in the form of the cost tables (models/energy/cost_table.h). Contract: the range of
// gate_energy contains the published costs of operators, and a test holds it to that.
// Errors: input_error if the technology has no such table or the table lacks a row.
#pragma once
#include <string>

#include "models/energy/cost_table.h"

namespace scansim {

struct technology_scale {
  std::string name, file;
  cost_row energy, fo4_ps;
};

technology_scale scale_to(const std::string& technology);

}  // namespace scansim
