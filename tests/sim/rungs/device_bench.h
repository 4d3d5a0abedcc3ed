// A program by hand, for the tests of the hls device: a bench owns a device, an image of memory and the
// descriptors of the next run. Regions are whole pages from the top of the descriptors on; add() takes any
// descriptor of hls/units/unit_descriptor.h. Contract: run() starts the machine once and empties the
// program; scratch, parameter memories and image stay.
#pragma once
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "hls/map/counter_map.h"
#include "hls/map/csr_map.h"
#include "hls/units/unit_descriptor.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/device.h"
#include "tests/support/random_scans.h"

namespace scansim::test {

inline std::vector<uint8_t> random_bytes(size_t count, std::mt19937_64& random) {
  std::vector<uint8_t> bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() >> 20);
  return bytes;
}

// The low `bytes` bytes of every value, little-endian.
template <class Value>
std::vector<uint8_t> bytes_of(const std::vector<Value>& values, size_t bytes = sizeof(Value)) {
  std::vector<uint8_t> out;
  for (const Value value : values)
    for (size_t i = 0; i < bytes; ++i)
      out.push_back(static_cast<uint8_t>(static_cast<uint64_t>(int64_t{value}) >> (8 * i)));
  return out;
}

inline constexpr const char* unit_points[] = {"block-tiny", "block"};  // with words of 16 and of 32 bytes

inline uint16_t u16(int value) { return static_cast<uint16_t>(value); }
inline uint64_t u64(int value) { return static_cast<uint64_t>(value); }
inline size_t size(int value) { return static_cast<size_t>(value); }

// Bytes by tiles of W channels: [tile][token][channel of the tile], `bytes` each, from [token][channel].
inline std::vector<uint8_t> tiles_of(const std::vector<int32_t>& values, int channels, int w, int bytes) {
  std::vector<int32_t> order;
  const int tokens = static_cast<int>(values.size()) / channels;
  for (int tile = 0; tile < channels / w; ++tile)
    for (int t = 0; t < tokens; ++t)
      for (int c = 0; c < w; ++c) order.push_back(values[size(t * channels + tile * w + c)]);
  return bytes_of(order, size(bytes));
}

inline std::vector<int32_t> random_values(int count, int bits, std::mt19937_64& random) {
  std::vector<int32_t> values(size(count));
  const int half = 1 << (bits - 1);
  for (int32_t& value : values) value = pick(random, -half, half - 1);
  return values;
}

class device_bench {
 public:
  explicit device_bench(const std::string& point_name)
      : device_bench(load_design_point(point_name, config_directory())) {}
  explicit device_bench(const design_point& at) : point(at), device_(make_hls_device(point)) {
    device_->resize_memory(size_t{4} << 20);
  }

  const design_point point;
  int word() const { return point.axi_bytes(); }

  // A region of its own, zeros or these bytes; returns its address.
  uint64_t place(size_t bytes) {
    const uint64_t at = next_;
    next_ += (bytes + 4095) / 4096 * 4096;
    return at;
  }
  uint64_t place(const std::vector<uint8_t>& bytes) {
    const uint64_t at = place(bytes.size());
    std::copy(bytes.begin(), bytes.end(), memory().begin() + static_cast<std::ptrdiff_t>(at));
    return at;
  }
  std::span<uint8_t> memory() { return device_->memory(); }
  void resize(size_t bytes) { device_->resize_memory(bytes); }
  std::vector<uint8_t> read(uint64_t address, size_t bytes) {
    const auto first = memory().begin() + static_cast<std::ptrdiff_t>(address);
    return {first, first + static_cast<std::ptrdiff_t>(bytes)};
  }

  template <class Descriptor>
  void add(const Descriptor& d) {
    uint32_t words[hls::descriptor_words];
    hls::encode_descriptor(d, words);
    add_words(words);
  }
  void add_words(const uint32_t (&words)[hls::descriptor_words]) {
    std::memcpy(program_.emplace_back().data(), words, sizeof words);
  }
  void load(int scratch, const std::vector<uint8_t>& bytes) {
    add(hls::transfer_descriptor{
        .words = words_of(bytes.size()), .scratch = static_cast<uint16_t>(scratch), .dram = place(bytes)});
  }
  uint64_t store(int scratch, int words) {
    const uint64_t at = place(static_cast<size_t>(words * word()));
    add(hls::transfer_descriptor{.store = true,
                                 .fence = true,
                                 .words = static_cast<uint16_t>(words),
                                 .scratch = static_cast<uint16_t>(scratch),
                                 .dram = at});
    return at;
  }
  // Clears the memory first.
  void params(hls::parameter_target memory, const std::vector<uint8_t>& bytes) {
    add(hls::params_descriptor{
        .clear = true, .memory = memory, .beats = words_of(bytes.size()), .dram = place(bytes)});
  }

  // Returns STATUS.
  uint32_t run() {
    std::memcpy(memory().data(), program_.data(), program_.size() * sizeof program_[0]);
    device_->write_csr(csr::desc_addr_lo, 0);
    device_->write_csr(csr::desc_count, static_cast<uint32_t>(program_.size()));
    fetched_ = program_.size() * hls::descriptor_bytes;
    program_.clear();
    device_->write_csr(csr::control, 1);
    device_->wait_done();
    return device_->read_csr(csr::status);
  }
  uint64_t counter(std::string_view block, std::string_view event) {
    const auto at = csr::counters + static_cast<uint32_t>(8 * counter_index(block, event));
    return device_->read_csr(at) | uint64_t{device_->read_csr(at + 4)} << 32;
  }
  uint64_t fetched_bytes() const { return fetched_; }  // descriptors of the last run

 private:
  uint16_t words_of(size_t bytes) const {
    return static_cast<uint16_t>((bytes + static_cast<size_t>(word()) - 1) / static_cast<size_t>(word()));
  }

  std::unique_ptr<device> device_;
  std::vector<std::array<uint32_t, hls::descriptor_words>> program_;
  uint64_t next_ = 0x10000;
  uint64_t fetched_ = 0;
};

}  // namespace scansim::test
