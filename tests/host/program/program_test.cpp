// Programs without a machine: every one passes the host's check, its books agree with its descriptors, and
// what the machine cannot hold is refused by name.
#include "host/program/program.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "hls/units/unit_descriptor.h"
#include "host/program/check/program_check.h"
#include "host/program/compile/state_runs.h"
#include "tests/host/program/program_cases.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

uint64_t traffic_of(const program& p, const std::string& tensor, uint64_t tensor_traffic::*bytes) {
  for (const tensor_traffic& t : p.traffic)
    if (t.tensor == tensor) return t.*bytes;
  return 0;
}

// Bytes of every descriptor by its own fields.
std::pair<uint64_t, uint64_t> bytes_moved(const program& p, const design_point& point) {
  const auto word = static_cast<uint64_t>(point.axi_bytes());
  uint64_t read = uint64_t{p.runs[0].count} * hls::descriptor_bytes, written = 0;
  for (uint32_t i = 0; i < p.runs[0].count; ++i) {
    uint32_t words[hls::descriptor_words];
    std::memcpy(words, p.image.data() + p.runs[0].address + i * hls::descriptor_bytes, sizeof words);
    const auto opcode = static_cast<hls::unit_opcode>(words[0] & 0xff);
    if (opcode == hls::unit_opcode::load) read += hls::decode_transfer(words).words * word;
    if (opcode == hls::unit_opcode::store) written += hls::decode_transfer(words).words * word;
    if (opcode == hls::unit_opcode::params) read += hls::decode_params(words).beats * word;
    if (opcode != hls::unit_opcode::scan) continue;
    const hls::scan_descriptor d = hls::decode_descriptor(words);
    const uint64_t channels = static_cast<uint64_t>(d.lane_groups) * static_cast<uint64_t>(point.num_lanes);
    const uint64_t states = channels * d.passes * static_cast<uint64_t>(point.states_per_lane);
    read += d.load_params ? states + 4 * channels : 0;
    read += d.has_h0 && !d.resume ? 2 * states : 0;
    written += d.store_state && !d.keep ? 2 * states : 0;
  }
  return {read, written};
}

// Of two directions nobody goes on from the states that are left.
const std::set<std::string> states_left = {"state", "conv_state"};

void check_books(const program& p, const design_point& point, const std::set<std::string>& needless = {}) {
  CHECK_NOTHROW(check_program(point, p));
  const auto [read, written] = bytes_moved(p, point);
  CHECK(read_bytes(p) == read);
  CHECK(written_bytes(p) == written);
  CHECK(p.runs[0].address % 4096 == 0);
  for (const tensor_traffic& t : p.traffic) {
    CAPTURE(t.tensor);
    if (t.tensor != "descriptors" && t.tensor != "y_clear" && t.tensor.rfind("spill.", 0) != 0)
      CHECK((t.compulsory_bytes > 0) == (needless.count(t.tensor) == 0));
  }
}

TEST_CASE("program operators pass the check and keep their books", "[program]") {
  const design_point point = test::point_of(GENERATE("block", "block-tiny"));
  for (const test::operator_case& c : test::operator_cases()) {
    CAPTURE(point.name, c.name);
    const operator_call call = generate_operator(c.request);
    const program p = test::program_of(call, c.output_bits, point);
    check_books(p, point);
    const operator_result hls = test::result_on_hls(call, c.output_bits, point);
    std::map<std::string, uint64_t> compulsory;
    for (const tensor_traffic& t : p.traffic)
      if (t.compulsory_bytes > 0) compulsory[t.tensor] = t.compulsory_bytes;
    CHECK(compulsory == hls.bytes);
  }
}

TEST_CASE("program layer moves little more than it must when fused, and more when not", "[program]") {
  const design_point point = test::point_of("block");
  const test::layer_case c = test::byte_mamba_layer(point, 300);
  const std::vector<quantised_branch_state> states = test::random_states(c.layer);
  const program fused = make_layer_program(c.layer, c.r, states, {}, point);
  const program apart = make_layer_program(c.layer, c.r, states, {.fused = false, .pattern = {}}, point);
  check_books(fused, point);
  check_books(apart, point);
  CHECK(compulsory_bytes(fused) == compulsory_bytes(apart));
  const uint64_t moved = read_bytes(fused) + written_bytes(fused);
  CHECK(moved >= compulsory_bytes(fused));
  CHECK(moved <= compulsory_bytes(fused) * 105 / 100);
  CHECK(traffic_of(apart, "spill.delta", &tensor_traffic::read_bytes) == 256 * 300);
  CHECK(traffic_of(apart, "spill.y", &tensor_traffic::written_bytes) == 2 * 256 * 300);
  CHECK(traffic_of(apart, "spill.xz", &tensor_traffic::written_bytes) == 2 * 256 * 300);
  CHECK(traffic_of(fused, "r", &tensor_traffic::read_bytes) == 2 * 128 * 300);
  CHECK(traffic_of(fused, "weights", &tensor_traffic::compulsory_bytes) ==
        512 * 128 + 40 * 256 + 256 * 8 + 128 * 256);
}

// The README's figure; one descriptor more and it is over.
TEST_CASE("program layer of 192 tokens from zero moves at most 1.05 of what it must", "[program]") {
  const design_point point = test::point_of("block");
  const test::layer_case c = test::byte_mamba_layer(point, 192);
  const program p = make_layer_program(c.layer, c.r, {}, {}, point);
  check_books(p, point);
  CHECK(read_bytes(p) + written_bytes(p) <= compulsory_bytes(p) * 105 / 100);
}

TEST_CASE("program layer of two branches spills the residual stream of all chunks but the last",
          "[program]") {
  const design_point point = test::point_of("block");
  const test::layer_case one = test::digits_vim_layer(point);
  const program whole = make_layer_program(one.layer, one.r, {}, {}, point);
  check_books(whole, point, states_left);
  CHECK(traffic_of(whole, "spill.residual", &tensor_traffic::written_bytes) == 0);
  const test::layer_case two = test::digits_vim_layer(point, 200);  // 128 tokens, then 72
  const program p = make_layer_program(two.layer, two.r, {}, {}, point);
  check_books(p, point, states_left);
  const auto token = static_cast<uint64_t>(2 * two.r.rows());
  CHECK(traffic_of(p, "r", &tensor_traffic::read_bytes) == (200 + 128) * token);
  CHECK(traffic_of(p, "spill.residual", &tensor_traffic::written_bytes) == 128 * token);
  CHECK(traffic_of(p, "spill.residual", &tensor_traffic::read_bytes) == 128 * token);
  CHECK(traffic_of(p, "y", &tensor_traffic::written_bytes) == 200 * token);
}

TEST_CASE("program layer with states of their own per tile has a scan for each", "[program]") {
  const design_point point = test::point_of("block");
  layer_format format;
  format.state_pattern = nm_pattern{2, 4};
  const test::layer_case c = test::byte_mamba_layer(point, 300, format);  // 128, 128 and 44 tokens
  const std::vector<state_run> runs =
      state_runs_of(c.layer.branches[0].kept, 256, program_builder("test", point));
  const program p = make_layer_program(c.layer, c.r, {}, {}, point);
  check_books(p, point);
  uint64_t scans = 0;
  for (uint32_t i = 0; i < p.runs[0].count; ++i)
    scans += p.image[p.runs[0].address + i * hls::descriptor_bytes] == hls::descriptor_opcode_scan;
  CHECK(scans == 3 * runs.size());
  const uint64_t states = 256 * 16, bytes = 2 * states;  // 8 kept of 16, 16 a lane
  CHECK(traffic_of(p, "A", &tensor_traffic::read_bytes) == states);
  CHECK(traffic_of(p, "db", &tensor_traffic::read_bytes) == 4 * 256);
  CHECK(traffic_of(p, "state", &tensor_traffic::read_bytes) == 0);
  for (const tensor_traffic& t : p.traffic) CHECK(t.tensor.rfind("spill.", 0) != 0);
  CHECK(traffic_of(p, "state", &tensor_traffic::written_bytes) == bytes);
}

TEST_CASE("state_runs program joins equal neighbours and refuses two sets in a tile", "[program]") {
  const program_builder builder("test", test::point_of("block"));  // tiles of 32 channels
  const std::vector<int> a = {0, 1}, b = {2, 3};
  const auto shape_of = [&](const kept_states& kept, int64_t channels) {
    std::vector<std::pair<int64_t, int64_t>> shape;
    for (const state_run& run : state_runs_of(kept, channels, builder))
      shape.emplace_back(run.first_tile, run.tiles);
    return shape;
  };
  using runs = std::vector<std::pair<int64_t, int64_t>>;
  CHECK(shape_of({}, 128) == runs{{0, 4}});
  CHECK(shape_of({a}, 128) == runs{{0, 4}});
  CHECK(shape_of({a, a, b, a}, 128) == runs{{0, 2}, {2, 1}, {3, 1}});
  CHECK(shape_of({a, b}, 128) == runs{{0, 2}, {2, 2}});
  CHECK(shape_of({a, a, b, b, a, a, a, a}, 128) == runs{{0, 1}, {1, 1}, {2, 2}});  // half a tile each
  CHECK_THROWS_WITH(shape_of({a, b, b, b, a, a, a, a}, 128), Catch::Contains("channels of a tile"));
}

TEST_CASE("program of a layer without rotation requantises y in the same unit", "[program]") {
  const design_point point = test::point_of("block-tiny");
  layer_format plain;
  plain.hadamard = false;
  const test::layer_case c = test::byte_mamba_layer(point, 40, plain);
  const program p = make_layer_program(c.layer, c.r, {}, {}, point);
  check_books(p, point);
  int passes = 0;
  for (uint32_t i = 0; i < p.runs[0].count; ++i) {
    uint32_t words[hls::descriptor_words];
    std::memcpy(words, p.image.data() + p.runs[0].address + i * hls::descriptor_bytes, sizeof words);
    if (static_cast<hls::unit_opcode>(words[0] & 0xff) != hls::unit_opcode::hadamard) continue;
    const hls::hadamard_descriptor d = hls::decode_hadamard(words);
    CHECK((d.pass && d.order == 0 && d.log2_beats == 0 && d.tiles == 16));
    ++passes;
  }
  CHECK(passes == 2);  // chunks of 32 tokens at most
}

TEST_CASE("program refuses what the machine cannot hold", "[program]") {
  const design_point tiny = test::point_of("block-tiny");
  const auto refused = [&](const operator_request& r, const design_point& point, const std::string& text) {
    CAPTURE(text);
    CHECK_THROWS_WITH(test::program_of(generate_operator(r), 8, point), Catch::Contains(text));
  };
  refused(test::gemm_request(4, 64, 16), test::point_of("base"), "units");
  refused(test::gemm_request(4, 64, 16), test::point_of("block-tiny", {"gemm_weight_rows=8"}),
          "gemm_weight_rows");
  refused(test::gemm_request(4, 64, 16), test::point_of("block-tiny", {"gemm_x_words=2"}), "gemm_x_words");
  operator_request r;
  r.name = "hadamard", r.rows = 2, r.size = 24;
  refused(r, tiny, "2^k >= 8");
  r.size = 1024;
  refused(r, tiny, "channel_words");
  r.name = "rms_norm", r.size = 300;
  refused(r, tiny, "channel_words");
  r.name = "conv1d", r.channels = 300, r.length = 4;
  refused(r, tiny, "channel_words");

  test::layer_case c = test::byte_mamba_layer(tiny, 8);
  CHECK_THROWS_WITH(make_layer_program(c.layer, c.r, {}, {.fused = true, .pattern = {1, 4}}, tiny),
                    Catch::Contains("in_proj"));
  // Weights that do not fit stream, where a tile of them fits half of the memory.
  const auto rows = [&](const char* setting) {
    return make_layer_program(c.layer, c.r, {}, {}, test::point_of("block-tiny", {setting}));
  };
  CHECK(rows("gemm_weight_rows=2048").weight_passes == 0);
  CHECK(rows("gemm_weight_rows=1024").weight_passes == 1);
  CHECK_THROWS_WITH(rows("gemm_weight_rows=64"), Catch::Contains("half of gemm_weight_rows"));
}

}  // namespace
}  // namespace scansim
