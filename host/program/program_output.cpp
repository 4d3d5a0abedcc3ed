#include "host/program/program_output.h"

#include "host/program/base/tile_order.h"
#include "host/program/base/unit_rows.h"

namespace scansim {

namespace {

class tiled_order : public output_order {
 public:
  tiled_order(const tiled_tensor& tensor, bool by_token, int64_t word)
      : tensor_(tensor), by_token_(by_token), word_(word) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    const int64_t outer = by_token_ ? tensor_.tokens : tensor_.channels;
    const int64_t inner = by_token_ ? tensor_.channels : tensor_.tokens;
    std::vector<int32_t> values;
    values.reserve(static_cast<size_t>(outer * inner));
    for (int64_t a = 0; a < outer; ++a)
      for (int64_t b = 0; b < inner; ++b)
        values.push_back(tensor_element(tensor_, by_token_ ? b : a, by_token_ ? a : b, word_, memory));
    return values;
  }

 private:
  tiled_tensor tensor_;
  bool by_token_;
  int64_t word_;
};

class history_order : public output_order {
 public:
  history_order(uint64_t address, int64_t channels, int64_t width, int64_t word)
      : address_(address), channels_(channels), width_(width), word_(word) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    const std::vector<int8_t> history = unpack_history(memory.subspan(address_), channels_, width_, word_);
    return {history.begin(), history.end()};
  }

 private:
  uint64_t address_;
  int64_t channels_, width_, word_;
};

class joined_order : public output_order {
 public:
  explicit joined_order(std::vector<program_output> parts) : parts_(std::move(parts)) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    std::vector<int32_t> all;
    for (const program_output& part : parts_) {
      const std::vector<int32_t> values = part.order->read(memory);
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }

 private:
  std::vector<program_output> parts_;
};

}  // namespace

program_output joined_output(std::vector<program_output> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  const std::string name = parts.front().name;
  return {name, std::make_shared<joined_order>(std::move(parts))};
}

program_output tiled_output(const std::string& name, const tiled_tensor& tensor, bool by_token,
                            int64_t word) {
  return {name, std::make_shared<tiled_order>(tensor, by_token, word)};
}

program_output history_output(const std::string& name, uint64_t address, int64_t channels, int64_t width,
                              int64_t word) {
  return {name, std::make_shared<history_order>(address, channels, width, word)};
}

}  // namespace scansim
