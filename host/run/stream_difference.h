// Where two rungs part between the blocks of the machine: of each stream the first beat that enters it with
// other values or in another cycle, or leaves it in another one, and the block whose doing that is: the one
// that fills it, or the one that takes from it. The earliest of them is where a difference in the outputs
// comes from.
//   "first difference between blocks: delta_softplus, dt beat 17, lane 3, in cycle 812: rtl 7, systemc 8;
//    then scan_serial (acc beat 17, cycle 830)"
// Contract: of what two runs with the same seed wrote down (stream_log.h). Streams that are compared in time
// alone are those of sim/top/stream_list.h without lanes: what is wrong in a command shows at the block that
// obeys it.
#pragma once
#include <string>
#include <vector>

#include "host/report/run_result.h"
#include "sim/rungs/stream_log.h"

namespace scansim {

struct stream_run {
  std::string rung;
  stream_records records;
  std::vector<uint64_t> first_cycles;  // of the run, by start of the machine
};

// By cycle; of the same cycle in the order of the flow.
std::vector<stream_difference> compare_streams(const stream_run& above, const stream_run& below,
                                               const machine_shape& shape);
std::string text_of(const std::vector<stream_difference>& differences);

}  // namespace scansim
