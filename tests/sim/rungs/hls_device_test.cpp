#include "sim/rungs/hls_device.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "hls/map/csr_map.h"
#include "host/program/scan/pack_scan.h"
#include "sim/rungs/descriptor_events.h"
#include "sim/rungs/device_run.h"
#include "tests/host/quantise/naive_scan.h"
#include "tests/support/design_points.h"
#include "tests/support/random_scans.h"
#include "tests/support/run_scan.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

uint64_t counter(const program_result& r, std::string_view block, std::string_view event) {
  return r.counters[counter_index(block, event)];
}

// Channels that only pad lane groups have zero operands; their dt is softplus(0).
hls::saturation_counts padding_saturations(const quantised_scan& q, const design_point& p) {
  quantised_scan zero;
  zero.options = q.options;
  zero.scales = q.scales;
  zero.shape = q.shape;
  zero.shape.batch = 1, zero.shape.channels = 1, zero.shape.groups = 1;
  zero.u.assign(static_cast<size_t>(q.shape.length), 0);
  zero.delta = zero.u;
  if (!q.z.empty()) zero.z = zero.u;
  zero.a.assign(static_cast<size_t>(q.shape.states), 0);
  zero.b.assign(static_cast<size_t>(q.shape.states * q.shape.length), 0);
  zero.c = zero.b;
  return test::naive_scan(zero, widths_of(p)).saturations;
}

}  // namespace

TEST_CASE("scan_top hls equals the element by element evaluation, saturations included", "[property][hls]") {
  const uint64_t seed = 31337;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  uint64_t seen = 0;
  for (int i = 0; i < 150; ++i) {
    const design_point p = test::random_low_point(random);
    generate_request r = test::random_request(random, p.max_states);
    r.decode = i % 6 == 0;
    const quantised_scan q = test::random_integers(r, widths_of(p), random);
    const program_result got = test::run_scan_on_hls(p, q);
    const test::naive_result want = test::naive_scan(q, widths_of(p));
    CAPTURE(i, p.num_lanes, p.states_per_lane, p.interleave, p.operand_bits, p.state_bits, p.output_bits,
            p.exp_segments, q.shape.channels, q.shape.states, q.shape.length, q.options.reverse,
            q.options.decode);
    CHECK(got.output("y") == want.y);
    CHECK(got.output("h_last") == want.h_last);
    if (padding_saturations(q, p).delta != 0) continue;
    const hls::saturation_counts& s = want.saturations;
    CHECK(counter(got, "delta_softplus", "saturations_delta") == s.delta);
    CHECK(counter(got, "delta_softplus", "saturations_du") == s.du);
    CHECK(counter(got, "delta_softplus", "saturations_skip") == s.skip);
    CHECK(counter(got, "scan_serial", "saturations_state") == s.state);
    CHECK(counter(got, "gate_silu", "saturations_v") == s.v);
    CHECK(counter(got, "gate_silu", "saturations_y") == s.y);
    CHECK(counter(got, "gate_silu", "saturations_quant") == s.quant);
    seen += s.state;
  }
  CHECK(seen > 0);
}

TEST_CASE("hls_device hls event counters are those of the descriptor's shape", "[unit][hls]") {
  const design_point p = test::countable_point();
  generate_request r;
  r.channels = 10, r.states = 16, r.length = 6;  // 3 lane groups, 2 tiles, 2 passes, 2 chunks (4 + 2 tokens)
  const scan_tensors t = generate_scan(r);
  const quantised_scan q = quantise(t, calibrate(t, widths_of(p)));
  const program_result got = test::run_scan_on_hls(p, q);
  const uint64_t rows = 6 * 3, beats = rows * 2;
  CHECK(counter(got, "scan_serial", "state_updates") == beats * 32);
  CHECK(counter(got, "scan_serial", "param_read_bits") == beats * 32 * 8);
  CHECK(counter(got, "scan_serial", "bc_read_bits") == beats * 2 * 64);
  CHECK(counter(got, "scan_serial", "slot_read_bits") == uint64_t{4} * 3 * 2 * 32 * 16);  // tokens 1..3 and 5
  CHECK(counter(got, "scan_serial", "state_sram_read_bits") == uint64_t{3} * 2 * 32 * 16);  // token 4
  CHECK(counter(got, "scan_serial", "state_sram_write_bits") == uint64_t{3} * 2 * 32 * 16);
  CHECK(counter(got, "scan_serial", "buffer_read_bits") == 0);
  CHECK(counter(got, "scan_serial", "buffer_write_bits") == uint64_t{3} * 2 * 32 * 16);
  CHECK(counter(got, "gate_silu", "silu_ops") == rows * 4);
  CHECK(counter(got, "gate_silu", "mac_gate") == rows * 8);
  CHECK(counter(got, "delta_softplus", "param_read_bits") == rows * 4 * 32);
  // Tiles of 8 and 4 channels. u, delta, z: 32 + 16 bytes of 4 tokens, 16 + 16 (8 rounded up) of 2; B, C: 64
  // + 32; A: 128 + 64; {bias, D}: 32 + 16; the descriptor 128. Bursts of at most 32 bytes.
  CHECK(counter(got, "dma", "dram_read_bytes") == 3 * 80 + 2 * 96 + 192 + 48 + 128);
  CHECK(counter(got, "dma", "dram_write_bytes") == (64 + 32 + 32 + 16) + 384);
  CHECK(counter(got, "dma", "write_bursts") == (2 + 1 + 1 + 1) + 8 + 4);
  CHECK(counter(got, "scan_tokens", "tokens") == 0);  // the machine has no sets
  for (const char* event : {"list_read_bits", "resets", "holds"})
    CHECK(counter(got, "scan_tokens", event) == 0);
  for (const char* event : {"y_add_ops", "muted_rows"}) CHECK(counter(got, "gate_silu", event) == 0);
  CHECK(counter(got, "machine", "cycles") == 0);
}

TEST_CASE("hls_device hls an illegal descriptor ends the run with its error code", "[unit][hls]") {
  std::mt19937_64 random(5);
  const design_point p = test::random_low_point(random);
  generate_request r;
  r.channels = 3, r.states = 1, r.length = 5;
  const quantised_scan q = test::random_integers(r, widths_of(p), random);
  const scan_layout l = make_layout(q, p);
  struct broken_word {
    int word;
    uint32_t value;
    uint32_t code;
  };
  const broken_word cases[] = {{0, 7, 1}, {1, 0, 2},           {1, 60000, 2},
                               {2, 0, 3}, {3, 0, 4},           {4, 0, 5},
                               {4, 4, 6}, {4, 4 | 5 << 16, 6}, {4, 300 | 300 << 16, 5}};
  for (const broken_word& broken : cases) {
    const auto device = make_hls_device(p);
    device->resize_memory(l.bytes);
    pack(q, l, p, device->memory());
    std::memcpy(device->memory().data() + l.addr_descriptors + 4 * broken.word, &broken.value, 4);
    device->write_csr(csr::desc_addr_lo, static_cast<uint32_t>(l.addr_descriptors));
    device->write_csr(csr::desc_count, 1);
    device->write_csr(csr::control, 1);
    CAPTURE(broken.word, broken.value);
    CHECK(device->read_csr(csr::status) == (csr::status_done | csr::status_error | broken.code << 8));
  }
}

TEST_CASE("hls_device hls an address outside memory is a tool error", "[unit][hls]") {
  std::mt19937_64 random(6);
  const design_point p = test::random_low_point(random);
  generate_request r;
  r.channels = 3, r.states = 1, r.length = 5;
  const quantised_scan q = test::random_integers(r, widths_of(p), random);
  const scan_layout l = make_layout(q, p);
  const auto word_of = [](map::field_of<map::scan_fields> field) { return field.at.word; };
  const int stride = word_of("stride_u");
  for (const int word : {word_of("addr_u"), word_of("addr_u") + 1, word_of("addr_b"), word_of("addr_a"),
                         word_of("addr_y"), stride}) {
    const auto device = make_hls_device(p);
    device->resize_memory(l.bytes);
    pack(q, l, p, device->memory());
    if (word == stride && l.num_chunks == 1) continue;
    const uint32_t far = 0x70000000;
    std::memcpy(device->memory().data() + l.addr_descriptors + 4 * word, &far, 4);
    device->write_csr(csr::desc_addr_lo, static_cast<uint32_t>(l.addr_descriptors));
    device->write_csr(csr::desc_count, 1);
    CAPTURE(word);
    CHECK_THROWS_AS(device->write_csr(csr::control, 1), tool_error);
  }
}

// A device whose machine was built from another map.
class device_of_another_map final : public device {
 public:
  explicit device_of_another_map(const design_point& point) : machine_(make_hls_device(point)) {}

  std::string rung() const override { return machine_->rung(); }
  void resize_memory(size_t bytes) override { machine_->resize_memory(bytes); }
  std::span<uint8_t> memory() override { return machine_->memory(); }
  void write_csr(uint32_t address, uint32_t value) override { machine_->write_csr(address, value); }
  uint32_t read_csr(uint32_t address) override {
    return machine_->read_csr(address) ^ (address == csr::map ? 1u : 0u);
  }
  void wait_done() override { machine_->wait_done(); }

 private:
  std::unique_ptr<device> machine_;
};

TEST_CASE("hls_device hls a machine built from another map is refused before it starts", "[unit][hls]") {
  std::mt19937_64 random(7);
  const design_point p = test::random_low_point(random);
  CHECK_NOTHROW(require_machine(*make_hls_device(p), p));
  device_of_another_map other(p);
  CHECK_THROWS_WITH(require_machine(other, p), Catch::Contains("CSR MAP"));
}

}  // namespace scansim
