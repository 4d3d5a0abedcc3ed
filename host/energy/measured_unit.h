// The units whose energy can be measured at gate level: their module, its parameters on a design point, their
// vectors, what one operation is. Adding one: a row in measured_unit.cpp and its function of vectors.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/energy/gate_synthesis.h"
#include "host/energy/scan_stimulus.h"

namespace scansim {

// Where the vectors come from: a scan (a trace of one, or of a layer), a layer (a mamba_block trace), or
// nowhere: operators alone get random operands, to compare with published costs of operators.
enum class vector_source { scan, layer, none };

struct measured_unit {
  const char* name;
  const char* operation;  // of which the energy is
  rtl_module (*module)(const design_point& point);
  unit_stimulus (*drive)(const unit_data& data, const design_point& point, const drive_size& size);
  vector_source source = vector_source::scan;
  const char* twin_of = nullptr;  // the unit whose netlist it shares
};

std::span<const measured_unit> measured_units();
// Errors: input_error listing the names.
const measured_unit& find_measured_unit(std::string_view name);

}  // namespace scansim
