#include "host/driver/unpack.h"

#include <cstring>

#include "host/driver/memory_order.h"

namespace scansim {

namespace {

template <class Element>
int32_t get(const uint8_t* at) {
  Element element;
  std::memcpy(&element, at, sizeof element);
  return element;
}

template <class Element>
void unpack_rows(const scan_layout& layout, const design_point& point, const uint8_t* memory,
                 std::vector<int32_t>& y) {
  const scan_shape& shape = layout.shape;
  for (size_t i = 0; i < layout.blocks.size(); ++i) {
    const channel_slice& block = layout.blocks[i];
    for (int64_t batch = 0; batch < shape.batch; ++batch) {
      const uint8_t* region = memory + layout.region(i, batch).addr_y;
      int32_t* base = y.data() + (batch * shape.channels + block.first_channel) * shape.length;
      for_each_channel_run(
          layout, block, sizeof(Element), point,
          [&](int64_t channel, int64_t token, int64_t tokens, uint64_t offset, uint64_t step) {
            int32_t* to = base + channel * shape.length + token;
            const uint8_t* from = region + offset;
            for (int64_t t = 0; t < tokens; ++t, from += step) to[t] = get<Element>(from);
          });
    }
  }
}

template <class Element>
void unpack_states(const scan_layout& layout, const design_point& point, const uint8_t* memory,
                   std::vector<int32_t>& h) {
  const scan_shape& shape = layout.shape;
  for (size_t i = 0; i < layout.blocks.size(); ++i) {
    const channel_slice& block = layout.blocks[i];
    for (int64_t batch = 0; batch < shape.batch; ++batch) {
      const uint8_t* region = memory + layout.region(i, batch).addr_state;
      int32_t* base = h.data() + (batch * shape.channels + block.first_channel) * shape.states;
      for_each_state_run(layout, block, sizeof(Element), point,
                         [&](int64_t channel, int64_t state, int64_t states, uint64_t offset) {
                           int32_t* to = base + channel * shape.states + state;
                           const uint8_t* from = region + offset;
                           for (int64_t n = 0; n < states; ++n)
                             to[n] = get<Element>(from + n * sizeof(Element));
                         });
    }
  }
}

}  // namespace

std::vector<int32_t> unpack_y(const scan_layout& layout, const design_point& point,
                              std::span<const uint8_t> memory) {
  std::vector<int32_t> y(
      static_cast<size_t>(layout.shape.batch * layout.shape.channels * layout.shape.length));
  if (point.output_bytes() == 1) {
    unpack_rows<int8_t>(layout, point, memory.data(), y);
  } else {
    unpack_rows<int16_t>(layout, point, memory.data(), y);
  }
  return y;
}

std::vector<int32_t> unpack_h_last(const scan_layout& layout, const design_point& point,
                                   std::span<const uint8_t> memory) {
  std::vector<int32_t> h(
      static_cast<size_t>(layout.shape.batch * layout.shape.channels * layout.shape.states));
  if (point.state_bytes() == 2) {
    unpack_states<int16_t>(layout, point, memory.data(), h);
  } else {
    unpack_states<int32_t>(layout, point, memory.data(), h);
  }
  return h;
}

}  // namespace scansim
