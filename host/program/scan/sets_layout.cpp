#include "host/program/scan/sets_layout.h"

#include <set>

#include "host/quantise/make_shifts.h"

namespace scansim {

namespace {

constexpr int64_t most_groups_of_cut = 32768;  // in whole tiles, below the descriptor's field

// First channels of the cuts, and the slice's end.
std::vector<int64_t> cuts_of(const set_slice& slice, const quantised_scan_sets& sets,
                             const design_point& point) {
  std::set<int64_t> ends = {slice.channels};
  const auto cut = [&](int64_t channels) {
    for (int64_t at = 0; at < slice.channels; at += channels) ends.insert(at);
  };
  cut(most_groups_of_cut * point.num_lanes);
  for (const fitted_set& set : slice.sets) cut(slice.channels / sets.sets[set.number].rows.shape.groups);
  return {ends.begin(), ends.end()};
}

// Without addresses. `rows`: of all tensors that it has.
scan_layout one_chunk(const scan_shape& shape, int64_t rows, int log2_packed,
                      const std::vector<int64_t>& cuts, const design_point& point) {
  scan_layout layout;
  layout.shape = shape;
  layout.shape.length = rows;
  layout.passes = point.passes(static_cast<int>(shape.states));
  layout.log2_packed = log2_packed;
  layout.chunk_tokens = layout.rest_tokens = static_cast<int>(rows);
  layout.num_chunks = 1;
  const int64_t per_group = shape.channels / shape.groups;
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    channel_slice block;
    block.group = cuts[i] / per_group;
    block.first_channel = cuts[i];
    block.channels = cuts[i + 1] - cuts[i];
    block.lane_groups = static_cast<int>((block.channels + point.num_lanes - 1) / point.num_lanes);
    measure_block(block, layout, point);
    layout.blocks.push_back(block);
  }
  layout.regions.resize(layout.blocks.size() * static_cast<size_t>(shape.batch));
  return layout;
}

// A block's own parameters; of every sequence its delta and state, and B and C behind those of the group.
// What the set shares with the one `before` lies where that one has it.
void place_set(scan_layout& layout, const shared_tensors& same, const scan_layout* before,
               region_allocator& memory) {
  const auto own = [&](bool shared, uint64_t there, uint64_t bytes) {
    return shared ? there : memory.take(bytes);
  };
  for (size_t i = 0; i < layout.blocks.size(); ++i) {
    channel_slice& block = layout.blocks[i];
    const channel_slice& known = before ? before->blocks[i] : block;
    block.addr_a = own(same.params, known.addr_a, block.a_bytes);
    block.addr_db = own(same.params, known.addr_db, block.db_bytes);
    const bool first_of_group = i == 0 || layout.blocks[i - 1].group != block.group;
    for (int64_t batch = 0; batch < layout.shape.batch; ++batch) {
      const size_t at = i * static_cast<size_t>(layout.shape.batch) + static_cast<size_t>(batch);
      scan_region& region = layout.regions[at];
      const scan_region& there = before ? before->regions[at] : region;
      region.addr_delta = own(same.delta, there.addr_delta, block.rest.u);
      region.addr_b =
          first_of_group ? own(same.b, there.addr_b, block.rest.bc) : layout.region(i - 1, batch).addr_b;
      region.addr_c =
          first_of_group ? own(same.c, there.addr_c, block.rest.bc) : layout.region(i - 1, batch).addr_c;
      region.addr_state = memory.take(block.state_bytes);
    }
  }
}

}  // namespace

slice_layout make_slice_layout(const set_slice& slice, const quantised_scan_sets& sets,
                               const design_point& point, region_allocator& memory) {
  const std::vector<int64_t> cuts = cuts_of(slice, sets, point);
  const int packed = slice.log2_packed;
  std::vector<scan_layout> layouts;
  slice_layout placed;
  scan_layout shared =
      one_chunk(sets.sets[slice.sets.front().number].rows.shape, sets.output_rows, packed, cuts, point);
  for (const fitted_set& fitted : slice.sets) {
    const quantised_scan& set = sets.sets[fitted.number].rows;
    layouts.push_back(one_chunk(set.shape, set.shape.length, packed, cuts, point));
    layouts.back().has_h0 = fitted.from_h0;
    shared.has_z |= !set.z.empty();
    const std::vector<uint32_t>& list = fitted.tokens.list;
    placed.lists.push_back(list.empty() ? 0 : memory.take(list.size() * sizeof list[0]));
  }
  for (size_t at = 0; at < shared.regions.size(); ++at) {
    const channel_slice& of_u = layouts[0].blocks[at / static_cast<size_t>(sets.batch)];
    const channel_slice& of_y = shared.blocks[at / static_cast<size_t>(sets.batch)];
    const uint64_t u = memory.take(of_u.rest.u);
    for (scan_layout& layout : layouts) layout.regions[at].addr_u = u;
    if (shared.has_z) shared.regions[at].addr_z = memory.take(of_y.rest.u);
    shared.regions[at].addr_y = memory.take(of_y.rest.y);
  }
  for (size_t k = 0; k < layouts.size(); ++k) {
    place_set(layouts[k], slice.sets[k].same, k > 0 ? placed.sets.back().get() : nullptr, memory);
    placed.sets.push_back(std::make_shared<const scan_layout>(std::move(layouts[k])));
  }
  placed.shared = std::make_shared<const scan_layout>(std::move(shared));
  return placed;
}

hls::scan_descriptor make_set_scan(const slice_layout& layout, size_t block, int64_t batch) {
  const scan_layout &first = *layout.sets.front(), &shared = *layout.shared;
  hls::scan_descriptor d;
  d.has_z = shared.has_z;
  d.lane_groups = static_cast<uint16_t>(shared.blocks[block].lane_groups);
  d.passes = static_cast<uint8_t>(first.passes);
  d.num_chunks = 1;
  d.chunk_tokens = static_cast<uint16_t>(first.rest_tokens);
  d.rest_tokens = static_cast<uint16_t>(shared.rest_tokens);
  d.sets = static_cast<uint8_t>(layout.sets.size());
  d.log2_packed = static_cast<uint8_t>(first.log2_packed);
  d.addr_u = first.region(block, batch).addr_u;
  d.addr_z = shared.region(block, batch).addr_z;
  d.addr_y = shared.region(block, batch).addr_y;
  return d;
}

hls::set_descriptor make_set_record(const slice_layout& layout, const fitted_set& fitted, size_t number,
                                    const quantised_set& given, size_t block, int64_t batch,
                                    const design_point& point) {
  const quantised_scan& set = given.rows;
  const scan_layout& own = *layout.sets[number];
  const scan_region& region = own.region(block, batch);
  const hls::token_walk& walk = fitted.tokens.walk;
  hls::set_descriptor d;
  d.softplus = set.options.delta_softplus;
  d.gate = !set.z.empty();
  d.has_h0 = own.has_h0;
  d.store_state = given.final_state;
  d.states = static_cast<uint16_t>(set.shape.states);
  d.has_list = walk.has_list;
  d.tap_pre = set.options.tap_pre;
  d.plain_drive = set.options.plain_drive, d.linear_gate = set.options.linear_gate;
  d.map_u = static_cast<uint8_t>(walk.u), d.map_p = static_cast<uint8_t>(walk.p);
  d.map_out = static_cast<uint8_t>(walk.out);
  d.log2_segment = static_cast<uint8_t>(walk.log2_segment);
  d.positions = static_cast<uint16_t>(walk.positions);
  d.first_segment = static_cast<uint16_t>(walk.first_segment);
  d.base = walk.affine.base, d.n0 = walk.affine.n0, d.n1 = walk.affine.n1;
  d.s0 = walk.affine.s0, d.s1 = walk.affine.s1, d.s2 = walk.affine.s2;
  d.snake = walk.affine.snake;
  d.same_delta = fitted.same.delta, d.same_params = fitted.same.params;
  d.same_b = fitted.same.b, d.same_c = fitted.same.c;
  d.shifts = make_shifts(set.scales, widths_of(point), shift_form_of(set));
  d.addr_list = layout.lists[number];
  d.addr_delta = region.addr_delta;
  d.addr_b = region.addr_b, d.addr_c = region.addr_c;
  d.addr_a = own.blocks[block].addr_a, d.addr_db = own.blocks[block].addr_db;
  d.addr_h0 = d.addr_ht = region.addr_state;
  return d;
}

}  // namespace scansim
