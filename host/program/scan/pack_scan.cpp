#include "host/program/scan/pack_scan.h"

#include <cstring>

#include "host/program/scan/memory_order.h"
#include "host/quantise/make_shifts.h"

namespace scansim {

namespace {

template <class Element, class Source>
void put(uint8_t* at, Source value) {
  const auto element = static_cast<Element>(value);
  std::memcpy(at, &element, sizeof element);
}

template <class Element>
void pack_block_rows(const std::vector<int16_t>& values, const scan_layout& layout,
                     const channel_slice& block, int64_t batch, const design_point& point, uint8_t* region) {
  const scan_shape& shape = layout.shape;
  const int16_t* base = values.data() + (batch * shape.channels + block.first_channel) * shape.length;
  for_each_channel_run(layout, block, sizeof(Element), point,
                       [&](int64_t channel, int64_t token, int64_t tokens, uint64_t offset, uint64_t step) {
                         const int16_t* from = base + channel * shape.length + token;
                         uint8_t* to = region + offset;
                         for (int64_t t = 0; t < tokens; ++t, to += step) put<Element>(to, from[t]);
                       });
}

// B or C of one (batch, group): (N, L) in the trace, chunk, token, state in memory.
template <class Element>
void pack_states_of_tokens(const int16_t* values, const scan_layout& layout, uint64_t full_chunk_bytes,
                           const design_point& point, uint8_t* region) {
  const int64_t length = layout.shape.length;
  const int64_t row = int64_t{layout.passes} * layout.packing(point).width();
  for (int64_t token = 0; token < length; ++token) {
    const int64_t chunk = layout.chunk_of(token);
    uint8_t* to = region + static_cast<uint64_t>(chunk) * full_chunk_bytes +
                  static_cast<uint64_t>((token - chunk * layout.chunk_tokens) * row) * sizeof(Element);
    for (int64_t n = 0; n < layout.shape.states; ++n) {
      put<Element>(to + static_cast<uint64_t>(n) * sizeof(Element), values[n * length + token]);
    }
  }
}

// A or h0 of one block; `values` starts at the block's first channel of `width` states each.
template <class Element, class Source>
auto run_packer(const Source* values, int64_t width, uint8_t* region) {
  return [values, width, region](int64_t channel, int64_t state, int64_t states, uint64_t offset) {
    const Source* from = values + channel * width + state;
    for (int64_t n = 0; n < states; ++n)
      put<Element>(region + offset + static_cast<uint64_t>(n) * sizeof(Element), from[n]);
  };
}

template <class Element>
void pack_states(const int32_t* values, const scan_layout& layout, const channel_slice& block,
                 const design_point& point, uint8_t* region) {
  for_each_state_run(layout, block, sizeof(Element), point,
                     run_packer<Element>(values, layout.shape.states, region));
}

void pack_parameters(const quantised_scan& scan, const channel_slice& block, const design_point& point,
                     uint8_t* region) {
  uint64_t at = 0;
  for_each_tile(block.lane_groups, point, [&](int group, int groups) {
    const int64_t first = int64_t{group} * point.num_lanes;
    const int64_t lanes = int64_t{groups} * point.num_lanes;
    for (int64_t i = 0; i < lanes && first + i < block.channels; ++i) {
      const auto channel = static_cast<size_t>(block.first_channel + first + i);
      uint8_t* to = region + at + 4 * i;
      put<int16_t>(to, scan.delta_bias.empty() ? 0 : scan.delta_bias[channel]);
      put<int16_t>(to + 2, scan.d.empty() ? 0 : scan.d[channel]);
    }
    at += whole_beats(point, static_cast<uint64_t>(lanes) * 4);
  });
}

template <class Operand>
void pack_block(const quantised_scan& scan, const scan_layout& layout, size_t index,
                const design_point& point, uint8_t* memory) {
  const channel_slice& block = layout.blocks[index];
  const scan_shape& shape = layout.shape;
  for_each_rate_run(layout, block, sizeof(Operand), point,
                    run_packer<Operand>(scan.a.data() + block.first_channel * shape.states, shape.states,
                                        memory + block.addr_a));
  pack_parameters(scan, block, point, memory + block.addr_db);
  for (int64_t batch = 0; batch < shape.batch; ++batch) {
    const scan_region& region = layout.region(index, batch);
    pack_block_rows<Operand>(scan.u, layout, block, batch, point, memory + region.addr_u);
    pack_block_rows<Operand>(scan.delta, layout, block, batch, point, memory + region.addr_delta);
    if (layout.has_z) pack_block_rows<Operand>(scan.z, layout, block, batch, point, memory + region.addr_z);
    const bool first_of_group = index == 0 || layout.blocks[index - 1].group != block.group;
    if (first_of_group) {
      const int64_t offset = (batch * shape.groups + block.group) * shape.states * shape.length;
      const uint64_t chunk = block.full.bc;
      pack_states_of_tokens<Operand>(scan.b.data() + offset, layout, chunk, point, memory + region.addr_b);
      pack_states_of_tokens<Operand>(scan.c.data() + offset, layout, chunk, point, memory + region.addr_c);
    }
    if (scan.h0.empty()) continue;
    const int32_t* h0 = scan.h0.data() + (batch * shape.channels + block.first_channel) * shape.states;
    if (point.state_bytes() == 2) {
      pack_states<int16_t>(h0, layout, block, point, memory + region.addr_state);
    } else {
      pack_states<int32_t>(h0, layout, block, point, memory + region.addr_state);
    }
  }
}

}  // namespace

void pack_descriptors(const scan_options& options, const hls::scan_shifts& shifts, const scan_layout& layout,
                      uint8_t* at) {
  for (int64_t run = 0; run < layout.num_runs; ++run) {
    for (const hls::scan_descriptor& descriptor : make_descriptors(options, shifts, layout, run)) {
      uint32_t words[hls::descriptor_words];
      hls::encode_descriptor(descriptor, words);
      std::memcpy(at, words, sizeof words);
      at += sizeof words;
    }
  }
}

void pack(const quantised_scan& scan, const scan_layout& layout, const design_point& point,
          std::span<uint8_t> memory) {
  std::memset(memory.data(), 0, layout.bytes);
  pack_descriptors(scan.options, make_shifts(scan.scales, widths_of(point), shift_form_of(scan)), layout,
                   memory.data() + layout.addr_descriptors);
  pack_operands(scan, layout, point, memory);
}

void pack_operands(const quantised_scan& scan, const scan_layout& layout, const design_point& point,
                   std::span<uint8_t> memory) {
  for (size_t i = 0; i < layout.blocks.size(); ++i) {
    if (point.operand_bytes() == 1) {
      pack_block<int8_t>(scan, layout, i, point, memory.data());
    } else {
      pack_block<int16_t>(scan, layout, i, point, memory.data());
    }
  }
}

void pack_rows(const std::vector<int16_t>& values, const scan_layout& layout, uint64_t scan_region::*address,
               const design_point& point, std::span<uint8_t> memory) {
  for (size_t i = 0; i < layout.blocks.size(); ++i) {
    for (int64_t batch = 0; batch < layout.shape.batch; ++batch) {
      uint8_t* const region = memory.data() + layout.region(i, batch).*address;
      if (point.operand_bytes() == 1) {
        pack_block_rows<int8_t>(values, layout, layout.blocks[i], batch, point, region);
      } else {
        pack_block_rows<int16_t>(values, layout, layout.blocks[i], batch, point, region);
      }
    }
  }
}

}  // namespace scansim
