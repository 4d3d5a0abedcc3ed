// Where two rungs part, in time: on the memory port (port_difference.h) and, where both write their streams
// down, between the blocks (stream_difference.h).
// Contract: both rungs run again, with the same seed. Choose it when values or cycles differ below ref: it
// costs a second run; the streams of `rtl` also need a library that shows them, the one with waves, and are
// compared where waves are asked for.
#pragma once
#include <optional>
#include <vector>

#include "host/run/machine_rung.h"
#include "host/run/port_difference.h"
#include "host/run/stream_difference.h"

namespace scansim {

struct first_differences {
  std::optional<port_difference> port;                    // nullopt: nothing differs there
  std::optional<std::vector<stream_difference>> streams;  // nullopt: not compared
};

// Nothing where neither rung has time.
first_differences find_first_differences(operator_case& call, const rung& above, const rung& below,
                                         const machine_setting& setting, run_observer& observer);

}  // namespace scansim
