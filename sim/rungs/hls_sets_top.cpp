// sets_top for the host.
#include "hls/scan/sets_top.h"
#include "sim/rungs/hls_versions.h"

namespace scansim {

namespace {

struct scan_of_sets {
  const set_scan& scan;

  template <class Steps, class Memories>
  void run(const Steps& steps, uint8_t* memory, const hls::scan_machine& machine, Memories& memories,
           hls::saturation_counts& saturations) const {
    hls::sets_top(steps, memory, scan.descriptor, scan.sets.data(), machine, memories, saturations);
  }
};

}  // namespace

void run_sets_top(uint8_t* memory, const set_scan& scan, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations) {
  hls_versions::run_best(scan_of_sets{scan}, memory, machine, memories, saturations);
}

void run_sets_top(uint8_t* memory, const set_scan& scan, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations) {
  hls_versions::run_best(scan_of_sets{scan}, memory, machine, memories, saturations);
}

}  // namespace scansim
