#include "host/program/scan/scan_outputs.h"

#include <cstring>

#include "host/program/scan/memory_order.h"

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

class rows_order : public output_order {
 public:
  rows_order(std::shared_ptr<const scan_layout> layout, const design_point& point)
      : layout_(std::move(layout)), point_(point) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    const scan_shape& shape = layout_->shape;
    std::vector<int32_t> y(static_cast<size_t>(shape.batch * shape.channels * shape.length));
    if (point_.output_bytes() == 1) {
      unpack_rows<int8_t>(*layout_, point_, memory.data(), y);
    } else {
      unpack_rows<int16_t>(*layout_, point_, memory.data(), y);
    }
    return y;
  }

 private:
  std::shared_ptr<const scan_layout> layout_;
  design_point point_;
};

class states_order : public output_order {
 public:
  states_order(std::shared_ptr<const scan_layout> layout, const design_point& point)
      : layout_(std::move(layout)), point_(point) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    const scan_shape& shape = layout_->shape;
    std::vector<int32_t> h(static_cast<size_t>(shape.batch * shape.channels * shape.states));
    if (point_.state_bytes() == 2) {
      unpack_states<int16_t>(*layout_, point_, memory.data(), h);
    } else {
      unpack_states<int32_t>(*layout_, point_, memory.data(), h);
    }
    return h;
  }

 private:
  std::shared_ptr<const scan_layout> layout_;
  design_point point_;
};

}  // namespace

program_output rows_output(const std::string& name, std::shared_ptr<const scan_layout> layout,
                           const design_point& point) {
  return {name, std::make_shared<rows_order>(std::move(layout), point)};
}

program_output states_output(const std::string& name, std::shared_ptr<const scan_layout> layout,
                             const design_point& point) {
  return {name, std::make_shared<states_order>(std::move(layout), point)};
}

}  // namespace scansim
