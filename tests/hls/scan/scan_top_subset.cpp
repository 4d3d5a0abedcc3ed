// Instantiates scan_top and sets_top as a synthesis tool would: one design point, static memories, heap and
// exceptions forbidden.
#include "hls/scan/add_output.h"
#include "hls/scan/scan_top.h"
#include "hls/scan/sets_top.h"

#pragma GCC poison new delete malloc calloc realloc free throw try catch

namespace scansim::hls {

namespace {

constexpr scan_machine base_point{16, 16, 4, 128, widths{8, 16, 16, 64}};
scan_memories<int8_t, int16_t, 32768> on_chip;

}  // namespace

void scan_top_base(uint8_t* memory, const scan_descriptor& descriptor, saturation_counts& saturations) {
  scan_top(lane_steps<int32_t>{}, memory, descriptor, base_point, on_chip, saturations);
}

void sets_top_base(uint8_t* memory, const scan_descriptor& descriptor, const set_descriptor* sets,
                   saturation_counts& saturations) {
  sets_top(lane_steps<int32_t>{}, memory, descriptor, sets, base_point, on_chip, saturations);
}

}  // namespace scansim::hls
