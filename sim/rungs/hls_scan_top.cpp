// scan_top for the host.
#include "sim/rungs/hls_versions.h"

namespace scansim {

namespace {

struct single_scan {
  const hls::scan_descriptor& descriptor;

  template <class Steps, class Memories>
  void run(const Steps& steps, uint8_t* memory, const hls::scan_machine& machine, Memories& memories,
           hls::saturation_counts& saturations) const {
    hls::scan_top(steps, memory, descriptor, machine, memories, saturations);
  }
};

}  // namespace

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations) {
  hls_versions::run_best(single_scan{descriptor}, memory, machine, memories, saturations);
}

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations) {
  hls_versions::run_best(single_scan{descriptor}, memory, machine, memories, saturations);
}

}  // namespace scansim
