#include <catch2/catch.hpp>

#include "tests/sim/rungs/device_bench.h"
#include "tests/support/packed_scan.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

using test::device_bench;

uint64_t first_in_memory(uint64_t address, int32_t stride, uint32_t chunks) {
  return stride < 0 ? address + static_cast<uint64_t>(int64_t{stride} * (int64_t{chunks} - 1)) : address;
}

// A random scan with its operands in the scratch: everything that DRAM would hold is loaded in the same
// order, B and C by tiles of states (or as the halves of one).
class local_scan {
 public:
  local_scan(device_bench& bench, const scan_sizes& sizes, hls::scan_descriptor flags,
             std::mt19937_64& random)
      : bench_(bench), scan_(make_packed_scan(bench.point, sizes, flags, random)) {
    append_scan(scan_, bench.point, image_);
    at_ = bench.place(image_);
    local_ = scan_.descriptor;
    local_.local = true, local_.fence = true;
    for (uint64_t* address : {&local_.addr_a, &local_.addr_db, &local_.addr_h0, &local_.addr_ht})
      *address += at_;
    place(local_.addr_u, local_.stride_u);
    place(local_.addr_delta, local_.stride_u);
    if (local_.has_z) z_at_ = place(local_.addr_z, local_.stride_u);
    if (!local_.has_z) local_.addr_z = 0;
    place_bc();
    y_at_ = next_;
    const int64_t inside = static_cast<int64_t>(local_.addr_y - scan_.region_y);
    local_.addr_y = static_cast<uint64_t>(int64_t{y_at_} * word() + inside);
  }

  const hls::scan_descriptor& descriptor() const { return local_; }
  const packed_scan& scan() const { return scan_; }
  int z_at() const { return z_at_; }
  int free() const { return y_at_ + y_words(); }

  // Stores y, runs, and compares everything with the element by element evaluation.
  void check() {
    bench_.add(hls::transfer_descriptor{.store = true,
                                        .fence = true,
                                        .words = static_cast<uint16_t>(y_words()),
                                        .scratch = static_cast<uint16_t>(y_at_),
                                        .dram = at_ + scan_.region_y});
    REQUIRE(bench_.run() == csr::status_done);
    const scan_outputs want = expected_outputs(scan_, bench_.point);
    const scan_outputs got = read_outputs(scan_, bench_.point, bench_.read(at_, image_.size()));
    CHECK(got.y == want.y);
    if (scan_.descriptor.store_state) CHECK(got.ht == want.ht);
    CHECK(bench_.counter("delta_softplus", "saturations_delta") == want.saturations.delta);
    CHECK(bench_.counter("scan_serial", "saturations_state") == want.saturations.state);
    CHECK(bench_.counter("gate_silu", "saturations_y") == want.saturations.y);
    CHECK(bench_.counter("scan_serial", "state_updates") == state_updates(scan_, bench_.point));
  }

 private:
  int word() const { return bench_.word(); }
  int operand_words() const { return scan_.tokens * scan_.channels / word(); }
  int y_words() const { return 2 * operand_words(); }

  int place(uint64_t& address, int32_t stride) {
    const uint64_t first = first_in_memory(address, stride, local_.num_chunks);
    const int at = next_;
    bench_.add(hls::transfer_descriptor{.words = static_cast<uint16_t>(operand_words()),
                                        .scratch = static_cast<uint16_t>(at),
                                        .dram = at_ + first});
    address = static_cast<uint64_t>(int64_t{at} * word() + static_cast<int64_t>(address - first));
    next_ += operand_words();
    return at;
  }

  void place_bc() {
    const int w = word(), states = scan_.states, ct = local_.chunk_tokens;
    const bool half = 2 * states == w;
    std::vector<int32_t> b, c;
    const auto row = [&](const std::vector<int32_t>& from, int t, int first, int count,
                         std::vector<int32_t>& to) {
      for (int s = 0; s < count; ++s) to.push_back(from[static_cast<size_t>(t * states + first + s)]);
    };
    for (uint32_t chunk = 0; chunk < local_.num_chunks; ++chunk) {
      const int from = static_cast<int>(chunk) * ct;
      const int to = chunk + 1 == local_.num_chunks ? scan_.tokens : from + ct;
      for (int tile = 0; tile < (half ? 1 : states / w); ++tile) {
        for (int t = from; t < to; ++t) {
          if (half) {
            row(scan_.b, t, 0, states, b), row(scan_.c, t, 0, states, b);
          } else {
            row(scan_.b, t, tile * w, w, b), row(scan_.c, t, tile * w, w, c);
          }
        }
      }
    }
    const int words = half ? 1 : states / w;  // of a token
    local_.addr_b = local_.addr_c = static_cast<uint64_t>(next_ * w);
    bench_.load(next_, test::bytes_of(b, 1));
    next_ += static_cast<int>(b.size()) / w;
    if (!half) {
      local_.addr_c = static_cast<uint64_t>(next_ * w);
      bench_.load(next_, test::bytes_of(c, 1));
      next_ += static_cast<int>(c.size()) / w;
    }
    const int stride = words * ct * w, chunks = static_cast<int>(local_.num_chunks);
    local_.stride_bc = local_.reverse ? -stride : stride;
    if (!local_.reverse) return;
    local_.addr_b += static_cast<uint64_t>(stride * (chunks - 1));
    local_.addr_c += static_cast<uint64_t>(stride * (chunks - 1));
  }

  device_bench& bench_;
  packed_scan scan_;
  std::vector<uint8_t> image_;
  uint64_t at_ = 0;
  hls::scan_descriptor local_;
  int next_ = 16, z_at_ = 0, y_at_ = 0;
};

hls::scan_descriptor random_flags(std::mt19937_64& random) {
  hls::scan_descriptor flags;
  const uint64_t bits = random();
  flags.softplus = (bits & 1) != 0, flags.has_z = (bits & 2) != 0, flags.has_h0 = (bits & 4) != 0;
  flags.store_state = (bits & 8) != 0, flags.reverse = (bits & 16) != 0, flags.load_params = true;
  return flags;
}

scan_sizes random_sizes(const design_point& p, int chunks, std::mt19937_64& random) {
  const int states[] = {p.axi_bytes() / 2, p.axi_bytes(), 2 * p.axi_bytes()};
  scan_sizes s;
  s.channels = p.axi_bytes() * (1 + static_cast<int>(random() % 3));
  s.states = std::min(states[random() % 3], p.max_states);
  s.chunk_tokens = 3 + static_cast<int>(random() % 8);
  s.tokens =
      s.chunk_tokens * (chunks - 1) + 1 + static_cast<int>(random() % static_cast<uint64_t>(s.chunk_tokens));
  return s;
}

// Every chunk as a descriptor of its own, the state kept on chip between them.
void add_by_chunks(device_bench& bench, const hls::scan_descriptor& d) {
  for (uint32_t i = 0; i < d.num_chunks; ++i) {
    hls::scan_descriptor part = d;
    const bool first = i == 0, last = i + 1 == d.num_chunks;
    part.num_chunks = 1;
    part.rest_tokens = (d.reverse ? first : last) ? d.rest_tokens : d.chunk_tokens;
    part.load_params = first, part.resume = !first, part.keep = !last;
    const auto by = [i](int32_t stride) { return static_cast<uint64_t>(int64_t{stride} * i); };
    part.addr_u += by(d.stride_u), part.addr_delta += by(d.stride_u);
    if (d.has_z) part.addr_z += by(d.stride_u);
    part.addr_b += by(d.stride_bc), part.addr_c += by(d.stride_bc), part.addr_y += by(d.stride_y);
    bench.add(part);
  }
}

}  // namespace

TEST_CASE("hls_unit_scan hls a local scan equals the element by element evaluation, cut or whole",
          "[property][hls]") {
  const uint64_t seed = 4711;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const char* point : {"block-tiny", "block"}) {
    for (int i = 0; i < 40; ++i) {
      device_bench bench(point);
      const int chunks = 1 + i % 4;
      const scan_sizes sizes = random_sizes(bench.point, chunks, random);
      local_scan local(bench, sizes, random_flags(random), random);
      CAPTURE(point, i, sizes.channels, sizes.states, sizes.tokens, sizes.chunk_tokens);
      hls::scan_descriptor d = local.descriptor();
      d.first_group = static_cast<uint16_t>(i % 3 * bench.point.interleave), d.banked = i % 5 < 2;
      if ((i & 4) != 0) {
        add_by_chunks(bench, d);
      } else {
        bench.add(d);
      }
      local.check();
      // Words: u, delta and z a token and tile each, B and C a token and tile of states (at least one), the
      // store of y; written: the loads of the same (B and C share their word when they are halves), and y.
      const int w = bench.word(), tokens = sizes.tokens, tiles = sizes.channels / w;
      const int operands = (local.scan().descriptor.has_z ? 3 : 2) * tokens * tiles, y = 2 * tokens * tiles;
      const bool half = 2 * local.scan().states == w;
      const int bc = 2 * tokens * (half ? 1 : local.scan().states / w);
      const auto bits = [w](int words) {
        return 8 * static_cast<uint64_t>(w) * static_cast<uint64_t>(words);
      };
      CHECK(bench.counter("scratch_read", "scratch_read_bits") == bits(operands + bc + y));
      CHECK(bench.counter("scratch_write", "scratch_write_bits") ==
            bits(operands + (half ? bc / 2 : bc) + y));
    }
  }
}

TEST_CASE("hls_unit_scan hls z from a gemm, tile by tile", "[unit][hls]") {
  const uint64_t seed = 5;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const char* point : {"block-tiny", "block"}) {
    for (const bool reverse : {false, true}) {
      device_bench bench(point);
      const int w = bench.word(), depth = bench.point.gemm_depth;
      scan_sizes sizes = random_sizes(bench.point, 1, random);
      sizes.channels = 2 * w;
      hls::scan_descriptor flags = random_flags(random);
      flags.has_z = true, flags.reverse = reverse;
      local_scan local(bench, sizes, flags, random);
      // The identity as weights, dense in groups of 4.
      const int tiles = 2, beats = tiles * w / depth;
      std::vector<uint8_t> rows(static_cast<size_t>(tiles * beats * w * depth), 0);
      for (int tile = 0; tile < tiles; ++tile) {
        for (int lane = 0; lane < w; ++lane) {
          const int k = tile * w + lane, group = k % depth / 4, i = k % 4, groups = depth / 4;
          rows[static_cast<size_t>(((tile * beats + k / depth) * w + lane) * depth + i * groups + group)] = 1;
        }
      }
      bench.params(hls::parameter_target::weights, rows);
      bench.params(hls::parameter_target::shifts, std::vector<uint8_t>(static_cast<size_t>(tiles * w), 0));
      const auto tokens = static_cast<uint16_t>(sizes.tokens);
      bench.add(hls::gemm_descriptor{.fence = true,
                                     .load_x = true,
                                     .release_x = true,
                                     .to_z = true,
                                     .tokens = tokens,
                                     .tiles = 2,
                                     .beats = static_cast<uint16_t>(beats),
                                     .n = 4,
                                     .log2_groups = static_cast<uint8_t>(depth == 8 ? 1 : 0),
                                     .x = {static_cast<uint16_t>(local.z_at()), tokens},
                                     .y = {},
                                     .r = {},
                                     .k_words = 2,
                                     .x_tokens = tokens});
      hls::scan_descriptor d = local.descriptor();
      d.z_gemm = true, d.addr_z = ~uint64_t{0};
      bench.add(d);
      local.check();
      CHECK(bench.counter("scratch_write", "z_write_bits") == 8 * static_cast<uint64_t>(2 * tokens * w));
    }
  }
}

// One tile, three scans of it: kept, and gone on from behind another that works at another base.
TEST_CASE("hls_unit_scan hls states of a bank survive other scans, those of the slot file do not",
          "[unit][hls]") {
  std::mt19937_64 random(7);
  const auto bits_or_error = [&](bool banked, int base) -> uint64_t {
    device_bench bench("block-tiny");
    hls::scan_descriptor flags;
    flags.load_params = flags.store_state = true;
    local_scan local(bench, {.channels = 16, .states = 16, .tokens = 4, .chunk_tokens = 4}, flags, random);
    hls::scan_descriptor d = local.descriptor(), other = d;
    d.banked = banked, d.keep = true;
    bench.add(d);
    other.first_group = static_cast<uint16_t>(d.first_group + bench.point.interleave);
    bench.add(other);
    d.resume = true, d.first_group = static_cast<uint16_t>(base);
    bench.add(d);
    bench.run();
    return bench.counter("scan_serial", "state_sram_read_bits");
  };
  CHECK(bits_or_error(true, 0) == 2 * 8 * 16 * 16);
  CHECK_THROWS_AS(bits_or_error(true, 2), tool_error);
  CHECK_THROWS_AS(bits_or_error(false, 0), tool_error);
}

TEST_CASE("hls_unit_scan hls missing z words and states are tool errors", "[unit][hls]") {
  std::mt19937_64 random(6);
  const auto fails = [&](auto change) {
    device_bench bench("block-tiny");
    hls::scan_descriptor flags;
    flags.has_z = true, flags.load_params = true;
    local_scan local(bench, {.channels = 16, .states = 16, .tokens = 4, .chunk_tokens = 4}, flags, random);
    hls::scan_descriptor d = local.descriptor();
    change(d);
    bench.add(d);
    CHECK_THROWS_AS(bench.run(), tool_error);
  };
  fails([](hls::scan_descriptor& d) { d.z_gemm = true; });
  fails([](hls::scan_descriptor& d) { d.resume = true; });
}

}  // namespace scansim
