#include "sim/bins/bin_model.h"

#include "sim/bins/covering_points.h"
#include "sim/bins/descriptor_bins.h"
#include "sim/bins/list_bins.h"
#include "sim/bins/machine_bins.h"
#include "sim/bins/port_bins.h"

namespace scansim {

std::vector<bin_group> bin_model() {
  return {
      {"descriptor_cross", descriptor_bins()}, {"illegal", illegal_bins()},       {"list", list_bins()},
      {"stall_states", stall_bins()},          {"arithmetic", saturation_bins()}, {"events", event_bins()},
      {"design_point", parameter_bins()},      {"design_pair", pair_bins()},      {"axi", port_bins()}};
}

}  // namespace scansim
