// Bins of a machine and of what its counters say after a start.
//   stall_states/<block>.<state>   a block that counts its cycles was in that state
//   arithmetic/<block>.<event>     a counter of saturations above 0
//   events/<block>.<event>         a counter of work or traffic above 0
//   design_point/<key>=<value>     a parameter of the machine: of up to 32 legal values each, else the
//                                  lowest, the one above, mid, the one below the highest, the highest;
//                                  of a machine that ran on `rtl` or on `systemc`
#pragma once
#include "hls/map/counter_map.h"
#include "hls/map/parameter_map.h"
#include "sim/bins/bin_model.h"

namespace scansim {

inline constexpr const char* parameter_prefix = "design_point/";

bin_set stall_bins();
bin_set saturation_bins();
bin_set event_bins();
bin_set parameter_bins();

void hit_counter(size_t index, bin_set& hit);  // one that is above 0
void hit_parameters(const machine_parameters& point, bin_set& hit);

// Which value of a parameter a machine has, as the bins tell them apart: one of value_names.
std::string value_name(const parameter_row& row, int value);
std::vector<std::string> value_names(const parameter_row& row);
std::vector<int> legal_values(const parameter_row& row);  // in order, those that no other parameter refuses

}  // namespace scansim
