// A scan whose operands lie in the scratch memory (local in sim/PROGRAM.md): chunk by chunk, the jobs' words
// are gathered into an image of one chunk in the layout of sim/README.md, section 2, on which the top runs;
// y goes back to the scratch, h_last to DRAM. One with sets likewise, all of it at once.
// Contract: that of hls_unit_operands.h; mem.h holds the state of a scan with resume and afterwards that of
// the last token.
#pragma once
#include "sim/rungs/hls_unit_operands.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {

void run_local_scan(const hls::scan_descriptor& d, const local_scan_site& site,
                    hls::saturation_counts& saturations);
void run_local_sets(const set_scan& scan, const local_scan_site& site, hls::saturation_counts& saturations);

}  // namespace scansim
