// Block programs on the hls rung: every operator has the bits of operator_on_hls, a layer those of run_layer,
// fused or not, in one chunk or many, with one branch or two; and the machine moves the bytes that the
// program says.
#include <catch2/catch.hpp>

#include "host/program/program_driver.h"
#include "tests/host/program/program_cases.h"

namespace scansim {
namespace {

void check_bytes(const program& p, const program_result& result) {
  CHECK(result.counters[counter_index("dma", "dram_read_bytes")] == read_bytes(p));
  CHECK(result.counters[counter_index("dma", "dram_write_bytes")] == written_bytes(p));
}

TEST_CASE("program hls runs every operator with the bits of the operator rung", "[program][hls]") {
  const design_point point = test::point_of(GENERATE("block", "block-tiny"));
  const auto device = make_hls_device(point);
  for (const test::operator_case& c : test::operator_cases()) {
    CAPTURE(point.name, c.name);
    const operator_call call = generate_operator(c.request);
    const program p = test::program_of(call, c.output_bits, point);
    const program_result result = run_program(*device, p, point);
    CHECK(result.output("y") == test::result_on_hls(call, c.output_bits, point).y);
    check_bytes(p, result);
  }
}

TEST_CASE("program hls runs a gemm whose weights do not fit in parts", "[program][hls]") {
  const design_point point = test::point_of("block-tiny", {"gemm_weight_rows=32"});
  const auto device = make_hls_device(point);
  for (const char* epilogue : {"residual", "silu"}) {
    const operator_call call = generate_operator(test::gemm_request(80, 60, 70, epilogue, "2:4"));
    const program p = test::program_of(call, 8, point);
    const program_result result = run_program(*device, p, point);
    CHECK(result.output("y") == test::result_on_hls(call, 8, point).y);
    check_bytes(p, result);
  }
}

void check_layer(const test::layer_case& c, std::vector<quantised_branch_state> states, bool given,
                 const layer_program_options& options, const design_point& point) {
  const auto device = make_hls_device(point);
  if (!given)
    for (size_t b = 0; b < states.size(); ++b) states[b] = zero_state(c.layer.branches[b]);
  const std::span<const quantised_branch_state> first(states);
  const program p = make_layer_program(c.layer, c.r, given ? first : first.subspan(0, 0), options, point);
  const program_result result = run_program(*device, p, point);
  check_bytes(p, result);

  scan_machine machine(point);
  int16_matrix r = c.r;
  model_saturations saturations;
  run_layer(c.layer, states, r, machine, saturations);
  CHECK(result.output("y") == std::vector<int32_t>(r.data(), r.data() + r.size()));
  REQUIRE(result.outputs.size() == 1 + 2 * states.size());
  for (size_t b = 0; b < states.size(); ++b) {
    const std::string prefix = b == 0 ? "state." : "state.backward.";
    const int8_matrix& history = states[b].history;
    CHECK(result.output(prefix + "h") == states[b].h);
    CHECK(result.output(prefix + "conv") ==
          std::vector<int32_t>(history.data(), history.data() + history.size()));
  }
}

TEST_CASE("program hls runs a layer of byte-mamba with the bits of run_layer", "[program][hls]") {
  const design_point point = test::point_of(GENERATE("block", "block-tiny"));
  const int64_t length = GENERATE(1, 70, 300);
  const test::layer_case c = test::byte_mamba_layer(point, length);
  for (const bool fused : {true, false}) {
    for (const bool given : {true, false}) {
      CAPTURE(point.name, length, fused, given);
      check_layer(c, test::random_states(c.layer), given, {.fused = fused, .pattern = {}}, point);
    }
  }
}

TEST_CASE("program hls runs a layer with N:M weights, 4-bit weights and few states", "[program][hls]") {
  const design_point point = test::point_of(GENERATE("block", "block-tiny"));
  layer_format format;
  format.pattern = nm_pattern{2, 4};
  format.weight_bits = 4;
  format.state_pattern = nm_pattern{2, 4};
  format.state_group_is_layer = true;
  const test::layer_case c = test::byte_mamba_layer(point, 90, format);
  check_layer(c, test::random_states(c.layer), true, {.fused = true, .pattern = {2, 4}}, point);
}

TEST_CASE("program hls runs a layer whose tiles of channels keep states of their own", "[program][hls]") {
  const design_point point = test::point_of(GENERATE("block", "block-tiny"));
  const int64_t length = GENERATE(20, 300);  // one chunk, several
  layer_format format;
  format.state_pattern = GENERATE(nm_pattern{2, 4}, nm_pattern{1, 8});
  const test::layer_case c = test::byte_mamba_layer(point, length, format);
  const kept_states& kept = c.layer.branches[0].kept;
  REQUIRE(kept.size() == static_cast<size_t>(256 / point.axi_bytes()));
  REQUIRE(std::adjacent_find(kept.begin(), kept.end(), std::not_equal_to<>()) != kept.end());
  for (const bool fused : {true, false})
    for (const bool given : {true, false}) {
      CAPTURE(point.name, length, format.state_pattern->n, fused, given);
      check_layer(c, test::random_states(c.layer), given, {.fused = fused, .pattern = {}}, point);
    }
}

TEST_CASE("program hls runs a layer of digits-vim in both directions", "[program][hls]") {
  const design_point point = test::point_of("block");
  const int64_t length = GENERATE(65, 200, 400);  // one chunk, two, four
  layer_format format;
  if (GENERATE(false, true)) format.state_pattern = nm_pattern{2, 4};
  const test::layer_case c = test::digits_vim_layer(point, length, format);
  for (const bool fused : {true, false})
    for (const bool given : {true, false}) {
      CAPTURE(length, format.state_pattern.has_value(), fused, given);
      check_layer(c, test::random_states(c.layer), given, {.fused = fused, .pattern = {}}, point);
    }
}

// Run one after the other, where they are longer than a token, or the tokens of one chunk or several.
TEST_CASE("program hls runs the sequences of a batch with the bits of each alone", "[program][hls]") {
  struct batch {
    int64_t length, sequences;
    const char* weights;  // 128: they stream
    bool both, pattern;
  };
  const batch one = GENERATE(
      batch{1, 5, "gemm_weight_rows=2048", false, false}, batch{1, 70, "gemm_weight_rows=128", false, true},
      batch{1, 9, "gemm_weight_rows=2048", true, true}, batch{7, 3, "gemm_weight_rows=128", true, false},
      batch{45, 2, "gemm_weight_rows=2048", false, true}, batch{45, 2, "gemm_weight_rows=2048", true, false});
  const auto [length, sequences, weights, both, pattern] = one;
  const design_point point = test::point_of("block-tiny", {weights});
  layer_format format;
  if (pattern) format.state_pattern = nm_pattern{2, 4};
  const int64_t tokens = length * sequences;
  const test::layer_case c =
      both ? test::digits_vim_layer(point, tokens, format) : test::byte_mamba_layer(point, tokens, format);
  const auto device = make_hls_device(point);
  for (const bool fused : {true, false}) {
    CAPTURE(one.length, one.sequences, one.weights, one.both, one.pattern, fused);
    std::vector<quantised_branch_state> states;
    for (int64_t s = 0; s < sequences; ++s)
      for (quantised_branch_state& state : test::random_states(c.layer, 9 + static_cast<unsigned>(s)))
        states.push_back(std::move(state));
    const program p = make_layer_program(
        c.layer, c.r, states, {.fused = fused, .pattern = {}, .y_by_token = true, .sequences = sequences},
        point);
    const program_result result = run_program(*device, p, point);
    check_bytes(p, result);

    scan_machine machine(point);
    model_saturations saturations;
    const size_t branches = c.layer.branches.size();
    std::vector<int32_t> y;
    for (int64_t s = 0; s < sequences; ++s) {
      int16_matrix r = c.r.middleCols(s * length, length);
      run_layer(c.layer, std::span(states).subspan(static_cast<size_t>(s) * branches, branches), r, machine,
                saturations);
      for (int64_t t = 0; t < length; ++t)
        for (int64_t i = 0; i < r.rows(); ++i) y.push_back(r(i, t));
    }
    CHECK(result.output("y") == y);
    for (size_t b = 0; b < branches; ++b) {
      const std::string prefix = b == 0 ? "state." : "state.backward.";
      std::vector<int32_t> h, history;
      for (size_t i = b; i < states.size(); i += branches) {
        h.insert(h.end(), states[i].h.begin(), states[i].h.end());
        history.insert(history.end(), states[i].history.data(),
                       states[i].history.data() + states[i].history.size());
      }
      CHECK(result.output(prefix + "h") == h);
      CHECK(result.output(prefix + "conv") == history);
    }
  }
}

}  // namespace
}  // namespace scansim
