#include "host/program/scan/scan_layout.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>

#include "host/program/scan/chunk_cut.h"
#include "host/program/scan/pack_scan.h"
#include "host/program/scan/scan_outputs.h"
#include "models/configs/data_directory.h"
#include "tests/support/design_points.h"
#include "tests/support/random_scans.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

quantised_scan random_integer_scan(std::mt19937_64& random, const design_point& point, bool decode = false) {
  generate_request r = test::random_request(random, point.max_states);
  r.decode = decode;
  return test::random_integers(r, widths_of(point), random);
}

int32_t element(const std::vector<uint8_t>& memory, uint64_t at, int bytes) {
  int32_t value = 0;
  std::memcpy(&value, memory.data() + at, static_cast<size_t>(bytes));
  return bytes == 4 ? value : value << (32 - 8 * bytes) >> (32 - 8 * bytes);
}

// sim/README.md, section 2, straight from its table: address of u[batch][channel][token] in the i-th block.
uint64_t address_of_row(const scan_layout& l, const design_point& p, size_t block, uint64_t base,
                        int64_t channel, int64_t token, int bytes) {
  const int64_t lane = channel % p.num_lanes, group = channel / p.num_lanes;
  const int64_t all = l.blocks[block].lane_groups;
  uint64_t at = base;
  const int64_t chunk = std::min<int64_t>(token / l.chunk_tokens, l.num_chunks - 1);
  for (int64_t c = 0; c <= chunk; ++c) {
    const int64_t tokens = c == l.num_chunks - 1 ? l.rest_tokens : l.chunk_tokens;
    for (int64_t first = 0; first < all; first += p.interleave) {
      const int64_t k = std::min<int64_t>(p.interleave, all - first);
      if (c == chunk && group >= first && group < first + k) {
        const int64_t row = (token - chunk * l.chunk_tokens) * k + (group - first);
        return at + static_cast<uint64_t>((row * p.num_lanes + lane) * bytes);
      }
      const int64_t job = tokens * k * p.num_lanes * bytes;
      at += static_cast<uint64_t>((job + p.axi_bytes() - 1) / p.axi_bytes() * p.axi_bytes());
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("pack driver every operand lies where the memory layout says", "[property][driver]") {
  const uint64_t seed = 4711;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    const design_point p = test::random_low_point(random);
    const quantised_scan q = random_integer_scan(random, p, i % 5 == 0);
    const scan_layout l = make_layout(q, p);
    std::vector<uint8_t> memory(l.bytes, 0xee);
    pack(q, l, p, memory);
    CAPTURE(i, p.num_lanes, p.states_per_lane, p.interleave, p.operand_bits, q.shape.channels,
            q.shape.length);
    const int bytes = p.operand_bytes();
    int64_t wrong = 0, padding = 0;
    for (size_t b = 0; b < l.blocks.size(); ++b) {
      const channel_slice& block = l.blocks[b];
      for (int64_t batch = 0; batch < q.shape.batch; ++batch) {
        const scan_region& r = l.region(b, batch);
        for (int64_t channel = 0; channel < int64_t{block.lane_groups} * p.num_lanes; ++channel) {
          for (int64_t t = 0; t < q.shape.length; ++t) {
            const int32_t u = element(memory, address_of_row(l, p, b, r.addr_u, channel, t, bytes), bytes);
            if (channel >= block.channels) {
              padding += u != 0;
              continue;
            }
            const int64_t at =
                (batch * q.shape.channels + block.first_channel + channel) * q.shape.length + t;
            wrong += u != q.u[at];
            wrong += element(memory, address_of_row(l, p, b, r.addr_delta, channel, t, bytes), bytes) !=
                     q.delta[at];
            if (l.has_z) {
              wrong +=
                  element(memory, address_of_row(l, p, b, r.addr_z, channel, t, bytes), bytes) != q.z[at];
            }
          }
        }
        const int64_t width = int64_t{l.passes} * p.states_per_lane;
        for (int64_t t = 0; t < q.shape.length; ++t) {
          for (int64_t n = 0; n < width; ++n) {
            const int64_t c_index = std::min<int64_t>(t / l.chunk_tokens, l.num_chunks - 1);
            const int64_t in_chunk = (t - c_index * l.chunk_tokens) * width + n;
            const uint64_t chunk = static_cast<uint64_t>(c_index) * block.full.bc;
            const int32_t c =
                element(memory, r.addr_c + chunk + static_cast<uint64_t>(in_chunk * bytes), bytes);
            const int64_t group = batch * q.shape.groups + block.group;
            if (n >= q.shape.states) {
              padding += c != 0;
            } else {
              wrong += c != q.c[(group * q.shape.states + n) * q.shape.length + t];
            }
          }
        }
      }
    }
    CHECK(wrong == 0);
    CHECK(padding == 0);
  }
}

TEST_CASE("scan_outputs driver reads back what a machine would write", "[property][driver]") {
  const uint64_t seed = 815;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    design_point p = test::random_low_point(random);
    p.output_bits = p.operand_bits;
    quantised_scan q = random_integer_scan(random, p, i % 4 == 0);
    if (q.h0.empty()) q.h0.assign(static_cast<size_t>(q.shape.batch * q.shape.channels * q.shape.states), 3);
    const scan_layout l = make_layout(q, p);
    std::vector<uint8_t> memory(l.bytes);
    pack(q, l, p, memory);
    CAPTURE(i, p.num_lanes, p.states_per_lane, p.interleave, p.operand_bits, q.shape.channels,
            q.shape.length);
    const auto layout = std::make_shared<const scan_layout>(l);
    const std::vector<int32_t> h = states_output("h_last", layout, p).order->read(memory);
    CHECK(h == q.h0);  // h0 and h_last share their place
    // y as a machine that copies u: the regions have the same order.
    for (size_t b = 0; b < l.blocks.size(); ++b) {
      for (int64_t batch = 0; batch < q.shape.batch; ++batch) {
        const scan_region& r = l.region(b, batch);
        std::memcpy(memory.data() + r.addr_y, memory.data() + r.addr_u, r.addr_delta - r.addr_u);
      }
    }
    const std::vector<int32_t> y = rows_output("y", layout, p).order->read(memory);
    CHECK(std::equal(y.begin(), y.end(), q.u.begin(), q.u.end()));
  }
}

TEST_CASE("scan_layout driver regions are whole pages apart and never overlap", "[property][driver]") {
  const uint64_t seed = 99;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    const design_point p = test::random_low_point(random);
    const quantised_scan q = random_integer_scan(random, p);
    const scan_layout l = make_layout(q, p);
    std::vector<uint64_t> starts;
    int64_t channels = 0;
    for (size_t b = 0; b < l.blocks.size(); ++b) {
      const channel_slice& block = l.blocks[b];
      channels += block.channels;
      CHECK(block.lane_groups * l.passes * p.num_pe() <= p.state_capacity);
      starts.insert(starts.end(), {block.addr_a, block.addr_db});
      for (int64_t batch = 0; batch < q.shape.batch; ++batch) {
        const scan_region& r = l.region(b, batch);
        starts.insert(starts.end(), {r.addr_u, r.addr_delta, r.addr_state, r.addr_y});
        if (l.has_z) starts.push_back(r.addr_z);
        if (block.first_channel % (q.shape.channels / q.shape.groups) == 0) {
          starts.insert(starts.end(), {r.addr_b, r.addr_c});
        }
      }
    }
    CHECK(channels == q.shape.channels);
    std::sort(starts.begin(), starts.end());
    CHECK(std::adjacent_find(starts.begin(), starts.end()) == starts.end());
    for (const uint64_t start : starts) CHECK(start % 4096 == 0);
  }
}

TEST_CASE("scan_layout large regions start at different banks, small ones close together", "[unit][driver]") {
  std::mt19937_64 random(3);
  design_point p = test::random_low_point(random);
  generate_request r;
  r.channels = p.tile_channels(), r.states = 1, r.length = 256 * 1024;
  scan_form form;
  form.shape = resolve_shape(r);
  const auto gaps = [&](int skew) {
    p.region_skew_pages = skew;
    const scan_region at = make_layout(form, p).region(0, 0);
    return std::pair(at.addr_delta - at.addr_u, at.addr_b - at.addr_delta);
  };
  const auto [first, second] = gaps(0);
  CHECK(gaps(1) == std::pair(first + 4096, second + 2 * 4096));
  CHECK(gaps(3) == std::pair(first + 3 * 4096, second + 6 * 4096));
  p.region_skew_pages = default_region_skew;
  r.length = 1;
  form.shape = resolve_shape(r);
  const uint64_t small = make_layout(form, p).bytes;
  p.region_skew_pages = 0;
  CHECK(make_layout(form, p).bytes == small);
}

TEST_CASE("scan_layout driver parameters are loaded once per channel block", "[unit][driver]") {
  std::mt19937_64 random(7);
  design_point p = test::random_low_point(random);
  generate_request r;
  r.batch = 3, r.groups = 2, r.channels = 10, r.states = 1, r.length = 9;
  const quantised_scan q = test::random_integers(r, widths_of(p), random);
  const scan_layout l = make_layout(q, p);
  const auto list = make_descriptors(q, l, p, 0);
  REQUIRE(list.size() == l.blocks.size() * 3);
  for (size_t i = 0; i < list.size(); ++i) CHECK(list[i].load_params == (i % 3 == 0));
}

TEST_CASE("scan_layout driver too many states are refused by the tensor's name", "[unit][driver]") {
  std::mt19937_64 random(7);
  design_point p = test::random_low_point(random);
  generate_request r;
  r.channels = 2, r.states = p.max_states + 1, r.length = 3;
  const scan_tensors t = generate_scan(r);
  const quantised_scan q = quantise(t, calibrate(t, widths_of(p)));
  CHECK_THROWS_WITH(make_layout(q, p), Catch::Contains("A: expected at most max_states"));
}

TEST_CASE("cut_chunks driver covers every length with legal chunks and hides the state behind the compute",
          "[property][driver]") {
  for (const char* name : {"tiny", "edge", "base", "base16"}) {
    const design_point point = load_design_point(name, config_directory());
    for (const int passes : {1, point.passes(16), point.passes(point.max_states)}) {
      for (int64_t length = 1; length < 5000; length += length < 300 ? 1 : 97) {
        const chunk_cut cut = cut_chunks(length, passes, point);
        CAPTURE(name, passes, length, cut.tokens, cut.chunks, cut.rest);
        REQUIRE((cut.chunks - 1) * cut.tokens + cut.rest == length);
        REQUIRE((cut.tokens >= 1 && cut.tokens <= point.chunk_tokens));
        REQUIRE((cut.rest >= 1 && cut.rest <= point.chunk_tokens));
      }
    }
  }
  const design_point base = load_design_point("base", config_directory());
  CHECK(cut_chunks(2048, 1, base).tokens == 16);
  CHECK(cut_chunks(197, 1, base).rest == 21);
}

}  // namespace scansim
