// FPGA parts by name and what they have: models/area/parts.json. Contract: a machine fits where it needs no
// more of anything than there is; routing, clock regions and what else shares the part are not asked about.
#pragma once
#include <string>
#include <vector>

#include "models/area/area_model.h"

namespace scansim {

struct fpga_part {
  std::string name;
  int64_t lut = 0, ff = 0, dsp = 0, bram36 = 0, uram = 0;
  std::string source;
};

std::vector<fpga_part> load_fpga_parts(const std::string& file);
// Errors: input_error of `asker`, the file that asks for it, naming the parts there are.
fpga_part find_fpga_part(const std::string& name, const std::string& file, const std::string& asker);

// The first resource that the part has too few of: "area.lut"; empty: it fits. Machines use no URAM.
std::string missing_resource(const modelled_area& area, const fpga_part& part);

}  // namespace scansim
