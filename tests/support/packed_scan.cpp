#include "tests/support/packed_scan.h"

#include <cstring>

#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "hls/scan/scan_serial.h"

namespace scansim {
namespace {

hls::widths widths_of(const design_point& point) {
  return {point.operand_bits, point.state_bits, point.output_bits, point.exp_segments};
}

int round_up(int value, int unit) { return (value + unit - 1) / unit * unit; }

// Fills the first `rows` x `columns` of a padded array with signed numbers of `bits` bits.
std::vector<int32_t> random_array(int rows, int columns, int padded_rows, int padded_columns, int bits,
                                  std::mt19937_64& random) {
  std::vector<int32_t> values(static_cast<size_t>(padded_rows) * static_cast<size_t>(padded_columns));
  std::uniform_int_distribution<int64_t> draw(-(int64_t{1} << (bits - 1)), (int64_t{1} << (bits - 1)) - 1);
  for (int r = 0; r < rows; ++r)
    for (int i = 0; i < columns; ++i)
      values[static_cast<size_t>(r * padded_columns + i)] = static_cast<int32_t>(draw(random));
  return values;
}

// Around values that keep most results in range, with a tail that saturates.
hls::scan_shifts random_shifts(const design_point& point, std::mt19937_64& random) {
  const auto between = [&](int low, int high) {
    return static_cast<uint8_t>(std::uniform_int_distribution<int>(low, high)(random));
  };
  const int wide = point.operand_bits - 8;
  hls::scan_shifts s;
  s.delta = between(8, 14 + wide);
  s.bias = between(14, 22);
  s.z = between(8, 14 + wide);
  s.dt2 = between(15, 22);
  s.du = between(6, 14 + wide);
  s.skip = between(12, 24);
  s.v = between(4, 12 + wide);
  s.y = between(14, 24 + wide);
  s.quant = between(4, 9);
  s.align_a = between(0, 3);
  return s;
}

class region_writer {
 public:
  region_writer(std::vector<uint8_t>& image, int axi_bytes) : image_(image), axi_bytes_(axi_bytes) {
    image_.resize((image_.size() + 4095) / 4096 * 4096);
    first_ = image_.size();
  }
  uint64_t address() const { return first_; }
  uint64_t size() const { return image_.size() - first_; }
  void put(int32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      image_.push_back(static_cast<uint8_t>(static_cast<uint32_t>(value) >> (8 * i)));
  }
  void end_job() { image_.resize((image_.size() + axi_bytes_ - 1) / axi_bytes_ * axi_bytes_); }

 private:
  std::vector<uint8_t>& image_;
  size_t axi_bytes_;
  size_t first_;
};

struct packer {
  const packed_scan& scan;
  const design_point& point;

  int lane_groups() const { return scan.channels / point.num_lanes; }
  int tiles() const { return (lane_groups() + point.interleave - 1) / point.interleave; }
  int tile_groups(int tile) const {
    return std::min(point.interleave, lane_groups() - tile * point.interleave);
  }
  int first_channel(int tile) const { return tile * point.interleave * point.num_lanes; }
  int chunks() const { return static_cast<int>(scan.descriptor.num_chunks); }
  int chunk_first(int chunk) const { return chunk * scan.descriptor.chunk_tokens; }
  int chunk_tokens(int chunk) const {
    return chunk + 1 == chunks() ? scan.descriptor.rest_tokens : scan.descriptor.chunk_tokens;
  }
  int whole_beats(int bytes) const { return round_up(bytes, point.axi_bytes()); }
  uint64_t chunk_bytes(int tokens, int element_bytes) const {
    uint64_t bytes = 0;
    for (int tile = 0; tile < tiles(); ++tile)
      bytes +=
          static_cast<uint64_t>(whole_beats(tokens * tile_groups(tile) * point.num_lanes * element_bytes));
    return bytes;
  }
  // The distance between chunks in memory, and the bytes of all of them.
  uint64_t chunk_stride(int element_bytes) const {
    return chunk_bytes(scan.descriptor.chunk_tokens, element_bytes);
  }
  uint64_t region_bytes(int element_bytes) const {
    return static_cast<uint64_t>(chunks() - 1) * chunk_stride(element_bytes) +
           chunk_bytes(scan.descriptor.rest_tokens, element_bytes);
  }
  uint64_t bc_stride() const {
    return static_cast<uint64_t>(
        whole_beats(scan.descriptor.chunk_tokens * scan.states * point.operand_bytes()));
  }
  uint64_t bc_bytes() const {
    return static_cast<uint64_t>(chunks() - 1) * bc_stride() +
           static_cast<uint64_t>(
               whole_beats(scan.descriptor.rest_tokens * scan.states * point.operand_bytes()));
  }
  // Calls f(index in [token][channel], byte offset in the region) in memory order.
  template <class Function>
  void each_token_element(int element_bytes, Function f) const {
    for (int chunk = 0; chunk < chunks(); ++chunk) {
      uint64_t offset = static_cast<uint64_t>(chunk) * chunk_stride(element_bytes);
      for (int tile = 0; tile < tiles(); ++tile) {
        const int width = tile_groups(tile) * point.num_lanes;
        for (int t = 0; t < chunk_tokens(chunk); ++t)
          for (int i = 0; i < width; ++i)
            f(static_cast<size_t>((chunk_first(chunk) + t) * scan.channels + first_channel(tile) + i),
              offset + static_cast<uint64_t>((t * width + i) * element_bytes));
        offset +=
            static_cast<uint64_t>(round_up(chunk_tokens(chunk) * width * element_bytes, point.axi_bytes()));
      }
    }
  }
  // Calls f(index in [channel][state], byte offset) in the order tile, k, p, lane, state.
  template <class Function>
  void each_state(int element_bytes, Function f) const {
    const int passes = scan.descriptor.passes, lane_states = point.states_per_lane;
    uint64_t offset = 0;
    for (int tile = 0; tile < tiles(); ++tile) {
      uint64_t at = offset;
      for (int k = 0; k < tile_groups(tile); ++k)
        for (int p = 0; p < passes; ++p)
          for (int lane = 0; lane < point.num_lanes; ++lane)
            for (int s = 0; s < lane_states; ++s, at += static_cast<uint64_t>(element_bytes))
              f(static_cast<size_t>((first_channel(tile) + k * point.num_lanes + lane) * scan.states +
                                    p * lane_states + s),
                at);
      offset += static_cast<uint64_t>(round_up(static_cast<int>(at - offset), point.axi_bytes()));
    }
  }
};

int32_t read_signed(const std::vector<uint8_t>& image, uint64_t address, int bytes) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= uint32_t{image.at(address + static_cast<uint64_t>(i))} << (8 * i);
  const int unused = 32 - 8 * bytes;
  return static_cast<int32_t>(value << unused) >> unused;
}

void write_signed(std::vector<uint8_t>& image, uint64_t address, int32_t value, int bytes) {
  if (image.size() < address + 4) image.resize(address + 4);
  for (int i = 0; i < bytes; ++i)
    image[address + static_cast<uint64_t>(i)] = static_cast<uint8_t>(static_cast<uint32_t>(value) >> (8 * i));
}

// All, as a rule; or fewer than have operands.
int random_live_states(int states, std::mt19937_64& random) {
  const uint64_t kind = random() % 4;
  if (kind < 2) return kind == 0 ? 0 : states;
  return 1 + static_cast<int>(random() % static_cast<uint64_t>(states));
}

}  // namespace

packed_scan make_packed_scan(const design_point& point, const scan_sizes& sizes,
                             const hls::scan_descriptor& flags, std::mt19937_64& random,
                             const packed_scan* before) {
  packed_scan scan;
  scan.descriptor = flags;
  scan.tokens = sizes.tokens;
  scan.channels = round_up(sizes.channels, point.num_lanes);
  scan.states = round_up(sizes.states, point.states_per_lane);
  scan.descriptor.shifts = random_shifts(point, random);
  scan.descriptor.lane_groups = static_cast<uint16_t>(scan.channels / point.num_lanes);
  scan.descriptor.passes = static_cast<uint8_t>(scan.states / point.states_per_lane);
  scan.descriptor.states = static_cast<uint16_t>(random_live_states(sizes.states, random));
  scan.descriptor.chunk_tokens = static_cast<uint16_t>(sizes.chunk_tokens);
  int chunks = (sizes.tokens + sizes.chunk_tokens - 1) / sizes.chunk_tokens;
  int rest = sizes.tokens - (chunks - 1) * sizes.chunk_tokens;
  if (sizes.long_rest && chunks > 1 && rest + sizes.chunk_tokens <= point.chunk_tokens) {
    --chunks;
    rest += sizes.chunk_tokens;
  }
  scan.descriptor.num_chunks = static_cast<uint32_t>(chunks);
  scan.descriptor.rest_tokens = static_cast<uint16_t>(rest);
  const int bits = point.operand_bits;
  for (auto* operand : {&scan.u, &scan.delta, &scan.z})
    *operand = random_array(sizes.tokens, sizes.channels, sizes.tokens, scan.channels, bits, random);
  for (auto* operand : {&scan.b, &scan.c})
    *operand = random_array(sizes.tokens, sizes.states, sizes.tokens, scan.states, bits, random);
  scan.h0 = random_array(sizes.channels, sizes.states, scan.channels, scan.states, point.state_bits, random);
  if (before != nullptr) {
    scan.a = before->a;
    scan.bias = before->bias;
    scan.d = before->d;
  } else {
    scan.a = random_array(sizes.channels, sizes.states, scan.channels, scan.states, bits, random);
    for (int32_t& a : scan.a) a = a > 0 && random() % 8 != 0 ? -a : a;  // A > 0 counts as 0: rare, not absent
    scan.bias = random_array(sizes.channels, 1, scan.channels, 1, hls::param_bits, random);
    scan.d = random_array(sizes.channels, 1, scan.channels, 1, hls::param_bits, random);
  }
  return scan;
}

void append_scan(packed_scan& scan, const design_point& point, std::vector<uint8_t>& image) {
  hls::scan_descriptor& d = scan.descriptor;
  const packer pack{scan, point};
  const int operand = point.operand_bytes(), state = point.state_bytes();
  const int64_t last_chunk = static_cast<int64_t>(d.num_chunks) - 1;
  const auto region = [&](uint64_t bytes) {
    image.resize((image.size() + 4095) / 4096 * 4096);
    const uint64_t address = image.size();
    image.resize(address + bytes + 256);
    return address;
  };
  // The first chunk processed is the last in memory when the scan runs in reverse.
  const auto first_processed = [&](uint64_t address, uint64_t stride) {
    return address + (d.reverse ? static_cast<uint64_t>(last_chunk) * stride : 0);
  };
  const auto signed_stride = [&](uint64_t stride) {
    return static_cast<int32_t>(d.reverse ? -static_cast<int64_t>(stride) : static_cast<int64_t>(stride));
  };
  const auto put_tokens = [&](const std::vector<int32_t>& values) {
    const uint64_t address = region(pack.region_bytes(operand));
    pack.each_token_element(
        operand, [&](size_t i, uint64_t at) { write_signed(image, address + at, values[i], operand); });
    return first_processed(address, pack.chunk_stride(operand));
  };
  const auto put_bc = [&](const std::vector<int32_t>& values) {
    const uint64_t address = region(pack.bc_bytes());
    for (int t = 0; t < scan.tokens; ++t) {
      const int chunk = std::min(t / d.chunk_tokens, pack.chunks() - 1);
      for (int n = 0; n < scan.states; ++n)
        write_signed(image,
                     address + static_cast<uint64_t>(chunk) * pack.bc_stride() +
                         static_cast<uint64_t>(((t - pack.chunk_first(chunk)) * scan.states + n) * operand),
                     values[static_cast<size_t>(t * scan.states + n)], operand);
    }
    return first_processed(address, pack.bc_stride());
  };
  const auto put_states = [&](const std::vector<int32_t>& values, int bytes) {
    const uint64_t address = region(values.size() * static_cast<size_t>(bytes) +
                                    static_cast<size_t>(pack.tiles() * point.axi_bytes()));
    pack.each_state(bytes,
                    [&](size_t i, uint64_t at) { write_signed(image, address + at, values[i], bytes); });
    return address;
  };
  d.addr_u = put_tokens(scan.u);
  d.addr_delta = put_tokens(scan.delta);
  d.addr_z = put_tokens(scan.z);
  d.addr_b = put_bc(scan.b);
  d.addr_c = put_bc(scan.c);
  d.addr_a = put_states(scan.a, operand);
  d.addr_h0 = put_states(scan.h0, state);
  d.stride_u = signed_stride(pack.chunk_stride(operand));
  d.stride_bc = signed_stride(pack.bc_stride());
  d.stride_y = signed_stride(pack.chunk_stride(point.output_bytes()));

  region_writer db(image, point.axi_bytes());
  for (int tile = 0; tile < pack.tiles(); ++tile) {
    for (int i = 0; i < pack.tile_groups(tile) * point.num_lanes; ++i) {
      db.put(scan.bias[static_cast<size_t>(pack.first_channel(tile) + i)], 2);
      db.put(scan.d[static_cast<size_t>(pack.first_channel(tile) + i)], 2);
    }
    db.end_job();
  }
  d.addr_db = db.address();
  const uint64_t stride_y = pack.chunk_stride(point.output_bytes());
  scan.region_y = region(pack.region_bytes(point.output_bytes()));
  d.addr_y = first_processed(scan.region_y, stride_y);
  scan.region_ht = region(scan.h0.size() * static_cast<size_t>(state) +
                          static_cast<size_t>(pack.tiles() * point.axi_bytes()));
  d.addr_ht = scan.region_ht;
}

uint64_t append_descriptors(const std::vector<packed_scan>& scans, std::vector<uint8_t>& image) {
  image.resize((image.size() + 4095) / 4096 * 4096);
  const uint64_t address = image.size();
  for (const packed_scan& scan : scans) {
    uint32_t words[hls::descriptor_words];
    hls::encode_descriptor(scan.descriptor, words);
    const size_t at = image.size();
    image.resize(at + hls::descriptor_bytes);
    std::memcpy(image.data() + at, words, sizeof words);
  }
  return address;
}

uint64_t state_updates(const packed_scan& scan, const design_point& point) {
  const int live = hls::live_states(scan.descriptor, point.states_per_lane);
  return static_cast<uint64_t>(scan.tokens) * static_cast<uint64_t>(scan.channels * live);
}

scan_outputs expected_outputs(const packed_scan& scan, const design_point& point) {
  const hls::scan_descriptor& d = scan.descriptor;
  const hls::widths widths = widths_of(point);
  const hls::scan_constants constants(widths, d.shifts.align_a);
  const auto at = [](const std::vector<int32_t>& values, int row, int columns, int column) {
    return values[static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column)];
  };
  const int live = hls::live_states(d, point.states_per_lane);
  scan_outputs out;
  out.y.resize(scan.u.size());
  out.ht.resize(scan.h0.size());
  for (int channel = 0; channel < scan.channels; ++channel) {
    std::vector<int32_t> h(static_cast<size_t>(scan.states));
    if (d.has_h0)
      for (int n = 0; n < live; ++n) h[static_cast<size_t>(n)] = at(scan.h0, channel, scan.states, n);
    for (int i = 0; i < scan.tokens; ++i) {
      const int t = d.reverse ? scan.tokens - 1 - i : i;
      const auto r = hls::delta_softplus(
          at(scan.delta, t, scan.channels, channel), at(scan.u, t, scan.channels, channel),
          scan.bias[static_cast<size_t>(channel)], scan.d[static_cast<size_t>(channel)], d.softplus, d.shifts,
          widths, out.saturations);
      int64_t sum = 0;
      for (int n = 0; n < live; ++n) {
        const auto a = static_cast<int16_t>(at(scan.a, channel, scan.states, n));
        const auto b = static_cast<int16_t>(at(scan.b, t, scan.states, n));
        const auto c = static_cast<int16_t>(at(scan.c, t, scan.states, n));
        sum += hls::scan_step<int16_t, int32_t, int64_t>(
            1, r.dt2, r.du, &a, &b, &c, &h[static_cast<size_t>(n)], constants, out.saturations.state);
      }
      int32_t y = hls::gate_silu(sum, r.skip, d.has_z ? at(scan.z, t, scan.channels, channel) : 0,
                                 hls::gate_of(d.has_z), d.shifts, widths, out.saturations);
      if (point.output_bits == 8) y = hls::quantise_shift(y, d.shifts.quant, out.saturations);
      out.y[static_cast<size_t>(t) * static_cast<size_t>(scan.channels) + static_cast<size_t>(channel)] = y;
    }
    for (int n = 0; n < scan.states; ++n)
      out.ht[static_cast<size_t>(channel * scan.states + n)] = h[static_cast<size_t>(n)];
  }
  return out;
}

scan_outputs read_outputs(const packed_scan& scan, const design_point& point,
                          const std::vector<uint8_t>& image) {
  const packer pack{scan, point};
  scan_outputs out;
  out.y.resize(scan.u.size());
  out.ht.resize(scan.h0.size());
  pack.each_token_element(point.output_bytes(), [&](size_t i, uint64_t offset) {
    out.y[i] = read_signed(image, scan.region_y + offset, point.output_bytes());
  });
  pack.each_state(point.state_bytes(), [&](size_t i, uint64_t offset) {
    out.ht[i] = read_signed(image, scan.region_ht + offset, point.state_bytes());
  });
  return out;
}

}  // namespace scansim
