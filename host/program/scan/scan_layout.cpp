#include "host/program/scan/scan_layout.h"

#include <algorithm>

#include "host/program/scan/chunk_cut.h"
#include "host/quantise/make_shifts.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int64_t most_lane_groups = 65535;      // the descriptor's field
constexpr int64_t most_chunk_bytes = INT32_MAX;  // the descriptor's stride

// Lane groups of one descriptor: what the state memory holds, in whole tiles, with chunks that a stride can
// step over.
int64_t lane_group_limit(const design_point& point, int passes, int chunk_tokens) {
  const int64_t resident = point.state_capacity / (point.num_lanes * point.states_per_lane) / passes;
  const int64_t widest = std::max(point.operand_bytes(), point.output_bytes());
  const int64_t group_bytes = int64_t{chunk_tokens} * point.num_lanes * widest + point.axi_bytes();
  const int64_t limit = std::min({resident, most_lane_groups, most_chunk_bytes / group_bytes});
  return std::max<int64_t>(1, limit / point.interleave * point.interleave);
}

std::vector<channel_slice> cut_slices(const scan_shape& shape, const design_point& point, int64_t limit) {
  std::vector<channel_slice> blocks;
  const int64_t per_group = shape.channels / shape.groups;
  const int64_t most = limit * point.num_lanes;
  for (int64_t group = 0; group < shape.groups; ++group) {
    for (int64_t first = 0; first < per_group; first += most) {
      channel_slice block;
      block.group = group;
      block.first_channel = group * per_group + first;
      block.channels = std::min(most, per_group - first);
      block.lane_groups = static_cast<int>((block.channels + point.num_lanes - 1) / point.num_lanes);
      blocks.push_back(block);
    }
  }
  return blocks;
}

chunk_bytes bytes_of_chunk(const channel_slice& block, int tokens, const scan_layout& layout,
                           const design_point& point) {
  chunk_bytes bytes;
  for_each_tile(block.lane_groups, point, [&](int, int groups) {
    const auto elements = static_cast<uint64_t>(int64_t{tokens} * groups * point.num_lanes);
    bytes.u += whole_beats(point, elements * static_cast<uint64_t>(point.operand_bytes()));
    bytes.y += whole_beats(point, elements * static_cast<uint64_t>(point.output_bytes()));
  });
  const int64_t rows = int64_t{layout.packing(point).token_rows(tokens)} * layout.passes;
  bytes.bc = whole_beats(point, static_cast<uint64_t>(rows * point.states_per_lane * point.operand_bytes()));
  return bytes;
}

uint64_t bytes_of_rates(const channel_slice& block, const scan_layout& layout, const design_point& point) {
  const hls::state_packing packing = layout.packing(point);
  uint64_t bytes = 0;
  for_each_tile(block.lane_groups, point, [&](int, int groups) {
    const int64_t lanes = int64_t{packing.group_rows(groups)} * layout.passes * point.num_lanes;
    bytes += whole_beats(point, static_cast<uint64_t>(lanes * packing.lane_width() * point.operand_bytes()));
  });
  return bytes;
}

// Bytes of the states of a block; and of {bias, D}.
uint64_t bytes_of_states(const channel_slice& block, int passes, const design_point& point) {
  uint64_t bytes = 0;
  for_each_tile(block.lane_groups, point, [&](int, int groups) {
    const int count = groups * passes * point.num_pe();
    bytes += whole_beats(point, static_cast<uint64_t>(count) * static_cast<uint64_t>(point.state_bytes()));
  });
  return bytes;
}

uint64_t bytes_of_parameters(const channel_slice& block, const design_point& point) {
  uint64_t bytes = 0;
  for_each_tile(block.lane_groups, point, [&](int, int groups) {
    bytes += whole_beats(point, static_cast<uint64_t>(groups * point.num_lanes) * 4);
  });
  return bytes;
}

void place_block(scan_layout& layout, size_t index, const design_point& point, region_allocator& memory,
                 std::vector<uint64_t>& b_and_c) {
  channel_slice& block = layout.blocks[index];
  measure_block(block, layout, point);
  const chunk_bytes &full = block.full, &rest = block.rest;
  const auto before = static_cast<uint64_t>(layout.num_chunks - 1);
  block.addr_a = memory.take(block.a_bytes);
  block.addr_db = memory.take(block.db_bytes);
  for (int64_t batch = 0; batch < layout.shape.batch; ++batch) {
    scan_region region;
    region.addr_u = memory.take(before * full.u + rest.u);
    region.addr_delta = memory.take(before * full.u + rest.u);
    if (layout.has_z) region.addr_z = memory.take(before * full.u + rest.u);
    const auto shared = static_cast<size_t>((batch * layout.shape.groups + block.group) * 2);
    if (b_and_c[shared + 1] == 0) {  // C never lies at address 0
      b_and_c[shared] = memory.take(before * full.bc + rest.bc);
      b_and_c[shared + 1] = memory.take(before * full.bc + rest.bc);
    }
    region.addr_b = b_and_c[shared];
    region.addr_c = b_and_c[shared + 1];
    region.addr_state = memory.take(block.state_bytes);
    region.addr_y = memory.take(before * full.y + rest.y);
    layout.regions.push_back(region);
  }
}

// Everything but addresses.
scan_layout cut(const scan_form& form, const design_point& point) {
  if (form.shape.states > point.max_states) {
    throw input_error("trace", "A",
                      "at most max_states = " + std::to_string(point.max_states) +
                          " states of the design point (rungs ref and gpu take more: --rungs ref)",
                      "N = " + std::to_string(form.shape.states));
  }
  scan_layout layout;
  layout.shape = form.shape;
  layout.has_z = form.has_z;
  layout.has_h0 = form.has_h0;
  layout.passes = point.passes(static_cast<int>(form.shape.states));
  const int64_t length = form.shape.length;
  const chunk_cut cut =
      form.options.decode ? chunk_cut{1, length, 1} : cut_chunks(length, layout.passes, point);
  layout.chunk_tokens = cut.tokens;
  layout.num_chunks = cut.chunks;
  layout.rest_tokens = cut.rest;
  if (layout.num_chunks > UINT32_MAX) {
    throw input_error("trace", "u", "at most 2^32 - 1 chunks of tokens", "L = " + std::to_string(length));
  }
  layout.num_runs = form.options.decode ? length : 1;

  layout.blocks = cut_slices(form.shape, point, lane_group_limit(point, layout.passes, layout.chunk_tokens));
  return layout;
}

void place(scan_layout& layout, const design_point& point, region_allocator& memory) {
  const scan_shape& shape = layout.shape;
  std::vector<uint64_t> b_and_c(static_cast<size_t>(shape.batch * shape.groups * 2), 0);
  for (size_t i = 0; i < layout.blocks.size(); ++i) place_block(layout, i, point, memory, b_and_c);
  layout.bytes = memory.end();
}

}  // namespace

uint64_t whole_beats(const design_point& point, uint64_t bytes) {
  const auto beat = static_cast<uint64_t>(point.axi_bytes());
  return (bytes + beat - 1) / beat * beat;
}

void measure_block(channel_slice& block, const scan_layout& layout, const design_point& point) {
  block.full = bytes_of_chunk(block, layout.chunk_tokens, layout, point);
  block.rest = bytes_of_chunk(block, layout.rest_tokens, layout, point);
  block.a_bytes = bytes_of_rates(block, layout, point);
  block.db_bytes = bytes_of_parameters(block, point);
  block.state_bytes = bytes_of_states(block, layout.passes, point);
}

scan_form form_of(const quantised_scan& scan) {
  return {scan.shape,       scan.options,    !scan.z.empty(),
          !scan.h0.empty(), !scan.d.empty(), !scan.delta_bias.empty()};
}

scan_layout make_layout(const scan_form& form, const design_point& point) {
  scan_layout layout = cut(form, point);
  region_allocator memory(point.region_skew_pages);
  const size_t descriptors = layout.blocks.size() * static_cast<size_t>(form.shape.batch);
  layout.addr_descriptors =
      memory.take(descriptors * static_cast<size_t>(layout.num_runs) * hls::descriptor_bytes);
  place(layout, point, memory);
  return layout;
}

scan_layout make_layout(const scan_form& form, const design_point& point, region_allocator& memory) {
  scan_layout layout = cut(form, point);
  place(layout, point, memory);
  return layout;
}

std::vector<hls::scan_descriptor> make_descriptors(const quantised_scan& scan, const scan_layout& layout,
                                                   const design_point& point, int64_t run) {
  return make_descriptors(scan.options, make_shifts(scan.scales, widths_of(point), shift_form_of(scan)),
                          layout, run);
}

std::vector<hls::scan_descriptor> make_descriptors(const scan_options& options,
                                                   const hls::scan_shifts& shifts, const scan_layout& layout,
                                                   int64_t run) {
  const bool reverse = options.reverse, decode = options.decode;
  hls::scan_descriptor d;
  d.softplus = options.delta_softplus;
  d.has_z = layout.has_z;
  d.has_h0 = layout.has_h0 || run > 0;
  d.store_state = true;
  d.reverse = reverse;
  d.passes = static_cast<uint8_t>(layout.passes);
  d.states = static_cast<uint16_t>(layout.shape.states);
  d.num_chunks = decode ? 1 : static_cast<uint32_t>(layout.num_chunks);
  d.chunk_tokens = static_cast<uint16_t>(layout.chunk_tokens);
  d.rest_tokens = static_cast<uint16_t>(layout.rest_tokens);
  d.shifts = shifts;
  // Chunk in memory that this run processes first, and the way to the next.
  const int64_t start = decode ? run : 0;
  const auto chunk = static_cast<uint64_t>(reverse ? layout.num_chunks - 1 - start : start);
  const int step = reverse ? -1 : 1;
  std::vector<hls::scan_descriptor> list;
  for (size_t i = 0; i < layout.blocks.size(); ++i) {
    const chunk_bytes& bytes = layout.blocks[i].full;
    d.lane_groups = static_cast<uint16_t>(layout.blocks[i].lane_groups);
    d.addr_a = layout.blocks[i].addr_a;
    d.addr_db = layout.blocks[i].addr_db;
    d.stride_u = step * static_cast<int32_t>(bytes.u);
    d.stride_bc = step * static_cast<int32_t>(bytes.bc);
    d.stride_y = step * static_cast<int32_t>(bytes.y);
    for (int64_t batch = 0; batch < layout.shape.batch; ++batch) {
      const scan_region& r = layout.region(i, batch);
      d.load_params = batch == 0;
      d.addr_u = r.addr_u + chunk * bytes.u;
      d.addr_delta = r.addr_delta + chunk * bytes.u;
      d.addr_z = layout.has_z ? r.addr_z + chunk * bytes.u : 0;
      d.addr_b = r.addr_b + chunk * bytes.bc;
      d.addr_c = r.addr_c + chunk * bytes.bc;
      d.addr_h0 = d.addr_ht = r.addr_state;
      d.addr_y = r.addr_y + chunk * bytes.y;
      list.push_back(d);
    }
  }
  return list;
}

}  // namespace scansim
