#include "tests/sim/top/scan_lists.h"

namespace scansim::test {
namespace {

int state_rows(const design_point& point) { return point.state_capacity / point.num_pe(); }

// Whole tiles, and rows of the memories on chip left behind them for a scan of as many states.
bool appendable(const packed_scan& scan, const design_point& point) {
  const hls::scan_descriptor& d = scan.descriptor;
  return d.lane_groups % point.interleave == 0 &&
         (d.first_group + d.lane_groups + 1) * d.passes <= state_rows(point);
}

}  // namespace

scan_list random_list(const design_point& point, std::mt19937_64& random, int most_chunks) {
  const auto upto = [&](int high) { return 1 + static_cast<int>(random() % static_cast<uint64_t>(high)); };
  scan_list list;
  scan_sizes sizes;
  const int count = upto(3);
  for (int i = 0; i < count; ++i) {
    hls::scan_descriptor flags;
    flags.softplus = random() % 2;
    flags.has_z = random() % 2;
    flags.has_h0 = random() % 2;
    flags.store_state = random() % 2;
    flags.reverse = random() % 3 == 0;
    flags.load_params = i == 0 || random() % 2;
    flags.banked = random() % 2;
    const bool behind = i > 0 && appendable(list.scans.back(), point) && random() % 2;
    if (i > 0) flags.first_group = list.scans.back().descriptor.first_group;
    if (behind && flags.load_params) {
      const hls::scan_descriptor& last = list.scans.back().descriptor;
      flags.first_group = static_cast<uint16_t>(last.first_group + last.lane_groups);
      sizes.channels = upto((state_rows(point) / last.passes - flags.first_group) * point.num_lanes);
    } else if (flags.load_params) {
      flags.first_group = 0;
      sizes.states = upto(point.max_states);
      const int passes = (sizes.states + point.states_per_lane - 1) / point.states_per_lane;
      sizes.channels = upto(state_rows(point) / passes * point.num_lanes);
    }
    // Rows of so few groups come back as soon as they may, across chunks too.
    if (flags.load_params && random() % 3 == 0)
      sizes.channels = std::min(sizes.channels, upto(2 * point.num_lanes));
    sizes.tokens = upto(most_chunks * point.chunk_tokens);
    // Many chunks, of powers of two: they come back to the same place of a page.
    sizes.chunk_tokens =
        most_chunks > 3 ? std::max(1, point.chunk_tokens >> random() % 2) : upto(point.chunk_tokens);
    sizes.long_rest = random() % 2;
    list.scans.push_back(
        make_packed_scan(point, sizes, flags, random, flags.load_params ? nullptr : &list.scans.back()));
    append_scan(list.scans.back(), point, list.image);
  }
  list.address = append_descriptors(list.scans, list.image);
  // Sometimes an illegal descriptor: no passes, or no chunks.
  if (random() % 8 == 0) {
    const uint64_t which = random() % static_cast<uint64_t>(count);
    list.image[list.address + hls::descriptor_bytes * which + (random() % 2 ? 8 : 12)] = 0;
  }
  return list;
}

}  // namespace scansim::test
