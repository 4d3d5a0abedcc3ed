#include "sim/rungs/hls_unit_states.h"

#include <algorithm>

#include "traces/input_error.h"

namespace scansim {

hls_unit_states::hls_unit_states(const machine_shape& shape)
    : interleave_(shape.interleave), row_states_(static_cast<size_t>(shape.pe())) {
  const auto reserve = [&](rows& r, int count) {
    r.held.resize(static_cast<size_t>(count));
    r.values.resize(r.held.size() * row_states_);
  };
  reserve(memory_, shape.state_rows);
  reserve(slots_, std::max(shape.interleave * shape.max_passes(), 1));
}

size_t hls_unit_states::first_row(const hls::scan_descriptor& d) const {
  return single(d) ? 0 : static_cast<size_t>(d.first_group) * d.passes;
}

void hls_unit_states::forget(rows& from, size_t first, size_t count) {
  std::fill_n(from.held.begin() + static_cast<std::ptrdiff_t>(first), count, false);
}

void hls_unit_states::lose_slots() { forget(slots_, 0, slots_.held.size()); }

// for_each_state with one byte per state: the offset is the index in the order of rows, from the scan's
// first.
void hls_unit_states::resume(const hls::scan_descriptor& d, const hls::scan_machine& machine,
                             int16_t* h) const {
  const rows& from = single(d) ? slots_ : memory_;
  const size_t first = first_row(d);
  hls::for_each_state(d.first_group, d.lane_groups, d.passes, machine, 1, [&](int i, uint64_t at) {
    if (!from.held[first + at / row_states_])
      throw tool_error("hls device: a scan resumes a state that no scan before kept on chip");
    h[i] = from.values[first * row_states_ + at];
  });
}

// What the machine leaves in its memories: the state after the last token if it was kept, that of an earlier
// one (which nobody may want) otherwise. The slot file serves every scan.
void hls_unit_states::settle(const hls::scan_descriptor& d, const hls::scan_machine& machine,
                             const int16_t* h) {
  const size_t first = first_row(d), count = static_cast<size_t>(d.lane_groups) * d.passes;
  rows& to = single(d) ? slots_ : memory_;
  if (!single(d)) lose_slots();
  const bool left = d.keep || (single(d) && !d.store_state);
  if (!left) {
    if (single(d) || d.num_chunks > 1) forget(to, first, count);
    return;
  }
  hls::for_each_state(d.first_group, d.lane_groups, d.passes, machine, 1, [&](int i, uint64_t at) {
    to.values[first * row_states_ + at] = h[i];
    to.held[first + at / row_states_] = true;
  });
}

}  // namespace scansim
