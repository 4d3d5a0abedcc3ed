// A whole Mamba block on hls: run_layer inside the quantised model, whatever the form of the call.
#include <catch2/catch.hpp>

#include "host/accuracy/quantise_mamba.h"
#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_expectation.h"
#include "host/operators/operator_list.h"
#include "host/quantise/quantise.h"
#include "host/quantise/run_layer.h"
#include "models/nn/layer_capture.h"
#include "models/ref/mamba_block_ref.h"
#include "models/ref/relative_mse.h"
#include "tests/host/operators/mamba_block_calls.h"
#include "traces/nm_prune.h"

namespace scansim::test {

TEST_CASE("mamba_block hls with 4-bit projections stays within its bound and stores half", "[hls]") {
  mamba_block_call call = bundled_call();
  call.weight_bits = 4;
  const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
  CHECK(q.layer.in_proj.linear.multiplier.size() == 512);
  CHECK(q.layer.branches[0].x_proj.linear.multiplier.size() == 40 * 2);
  CHECK(q.layer.out_proj.multiplier.size() == 128 * 2);
  const operator_result hls = operator_on_hls(call, block_point(), "test");
  CHECK_FALSE(find_violation_of_bound(hls));
  const int64_t weights = 512 * 128 + 40 * 256 + 256 * 8 + 128 * 256;
  CHECK(hls.storage.at("total_bytes") == weights / 2 + 512 + 40 * 2 + 256 + 128 * 2);
}

TEST_CASE("mamba_block hls equals run_layer inside the whole quantised model", "[property][hls]") {
  const mamba_model model = byte_mamba();
  const std::vector<uint8_t> bytes = heldout(96);
  scan_machine machine(block_point());
  const quantised_mamba q = quantise_mamba(model, {bytes}, {}, machine);
  int16_matrix r(q.config.d_model, 96);
  for (int64_t t = 0; t < 96; ++t) r.col(t) = q.embedding.row(bytes[static_cast<size_t>(t)]).transpose();
  for (const quantised_layer& layer : q.layers) {
    const quantised_mamba_block block{layer, r, {zero_state(layer.branches[0])}, {}};
    quantised_state state = {zero_state(layer.branches[0])};
    model_saturations saturations;
    run_layer(layer, state, r, machine, saturations);
    const mamba_block_result got = run_mamba_block(block, block_point());
    CHECK(got.r == r);
    CHECK(got.states[0].h == state[0].h);
    CHECK(got.saturations.block.requantise == saturations.block.requantise);
  }
}

TEST_CASE("mamba_block hls quantises a layer as the whole model's quantiser does", "[property][hls]") {
  mamba_weights weights = load_mamba_weights(root + "models/nn/byte-mamba.safetensors");
  weights.layers.resize(1), weights.config.n_layers = 1;
  const mamba_model model(weights);
  const std::vector<uint8_t> bytes = heldout(96);
  scan_machine machine(block_point());
  const quantised_layer want = quantise_mamba(model, {bytes}, {}, machine).layers[0];
  const std::vector<int32_t> tokens(bytes.begin(), bytes.end());
  const quantised_layer got =
      quantise_mamba_block(capture_layer(model, {}, tokens, 0), block_point(), "test").layer;
  CHECK(got.norm.w == want.norm.w);
  CHECK(got.in_proj.linear.w == want.in_proj.linear.w);
  CHECK(got.out_proj.w == want.out_proj.w);
  CHECK(got.branches[0].x_proj.linear.w == want.branches[0].x_proj.linear.w);
  CHECK(got.branches[0].conv.w == want.branches[0].conv.w);
  CHECK(got.branches[0].conv.bias == want.branches[0].conv.bias);
  CHECK(got.branches[0].output.shift == want.branches[0].output.shift);
  CHECK(got.branches[0].scan.a == want.branches[0].scan.a);
  CHECK(got.branches[0].scan.scales.frac_y == want.branches[0].scan.scales.frac_y);
}

TEST_CASE("mamba_block hls cut into two calls gives the same bits", "[property][hls]") {
  const quantised_mamba_block whole = quantise_mamba_block(bundled_call(), block_point(), "test");
  const mamba_block_result want = run_mamba_block(whole, block_point());
  for (const int64_t first : {1, 2, 100, 191}) {
    quantised_mamba_block part = whole;
    part.r = whole.r.leftCols(first);
    const mamba_block_result begin = run_mamba_block(part, block_point());
    part.r = whole.r.rightCols(192 - first), part.states = begin.states;
    mamba_block_result end = run_mamba_block(part, block_point());
    CHECK(begin.r == want.r.leftCols(first));
    CHECK(end.r == want.r.rightCols(192 - first));
    CHECK(end.states[0].h == want.states[0].h);
  }
}

TEST_CASE("mamba_block hls stays within its bound for every form of a call", "[unit][hls]") {
  for (const char* pattern : {"dense", "2:4", "2:8", "1:16"}) {
    for (const bool bidirectional : {false, true}) {
      for (const bool state : {false, true}) {
        if (bidirectional && state) continue;
        CAPTURE(pattern, bidirectional, state);
        const mamba_block_call call = generated([&](operator_request& r) {
          r.pattern = pattern, r.bidirectional = bidirectional, r.with_state = state;
        });
        const operator_result result = operator_on_hls(call, block_point(), "test");
        CHECK_FALSE(find_violation_of_bound(result));
        const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
        CHECK(same(run_mamba_block(q, block_point()), run_mamba_block(q, block_point())));
        check_pattern(q.layer.in_proj.linear, call.sparsity);
        check_pattern(q.layer.out_proj, call.sparsity);
        for (const quantised_branch& branch : q.layer.branches) {
          check_pattern(branch.x_proj.linear, call.sparsity);
          check_pattern(branch.dt_proj.linear, call.sparsity);
        }
      }
    }
  }
}

TEST_CASE("mamba_block hls finds scales that the projections can make, however small their products are",
          "[unit][hls]") {
  for (uint64_t seed = 1; seed <= 6; ++seed)
    for (const float factor : {1.0F, 0.3F, 0.03F})
      for (const auto tensor : {&mamba_branch_call::x_proj, &mamba_branch_call::dt_proj}) {
        CAPTURE(seed, factor);
        mamba_block_call call = generated([&](operator_request& r) {
          r.seed = seed, r.model_width = 16, r.channels = 32, r.states = 4, r.length = 6;
        });
        for (float& weight : call.forward.*tensor) weight *= factor;
        CHECK_FALSE(find_violation_of_bound(operator_on_hls(call, block_point(), "test")));
      }
}

TEST_CASE("mamba_block hls without rotation takes every size and leaves out_proj in its own basis",
          "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) {
    r.channels = 36, r.pattern = "2:4", r.hadamard = false;  // 36: no Hadamard matrix of ours
  });
  CHECK_FALSE(find_violation_of_bound(operator_on_hls(call, block_point(), "test")));
  const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
  CHECK_FALSE(q.layer.branches[0].output.hadamard);
  check_pattern(q.layer.out_proj, call.sparsity);
  mamba_block_call pruned = call;
  prune_nm(pruned.out_proj, call.d_model, call.channels, call.sparsity, nm_side::inputs);
  // A model that has its pattern already is quantised as it is.
  CHECK(quantise_mamba_block(pruned, block_point(), "test").layer.out_proj.w == q.layer.out_proj.w);
  CHECK(
      q.layer.out_proj.w ==
      quantise_linear(Eigen::Map<const float_matrix>(pruned.out_proj.data(), call.d_model, call.channels), 8)
          .w);
  quantised_mamba_block loud = q;  // every y clipped: counted where the machine's unit counts it
  loud.layer.branches[0].output.shift = 0;
  CHECK(run_mamba_block(loud, block_point()).saturations.block.hadamard > 0);
}

TEST_CASE("mamba_block hls keeps the states that the trace names, each group of channels its own",
          "[unit][ref][hls]") {
  for (const bool bidirectional : {false, true}) {
    const mamba_block_call call = generated([&](operator_request& r) {
      r.state_pattern = "2:4", r.state_groups = 3, r.bidirectional = bidirectional;
      r.with_state = !bidirectional;
    });
    const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
    CHECK(q.layer.branches[0].kept == kept_of(call, call.forward));
    CHECK(q.layer.branches[0].kept.size() == 3);
    CHECK(q.states[0].h.size() == 48 * 4);
    const operator_result result = operator_on_hls(call, block_point(), "test");
    CHECK_FALSE(find_violation_of_bound(result));
    CHECK(result.bytes.at("A") == (bidirectional ? 2 : 1) * 48 * 4);
    mamba_block_call other = call;  // another state in the middle group
    other.forward.state_index[4] = other.forward.state_index[4] == 0 ? 1 : 0;
    other.forward.state_index[5] = 3;
    if (other.forward.state_index != call.forward.state_index)
      CHECK(mamba_block_ref(other).y != mamba_block_ref(call).y);
  }
}

TEST_CASE("mamba_block hls without a pattern stands for its weights, with one for what pruning left",
          "[unit][hls]") {
  const auto error = [](const char* pattern) {
    const mamba_block_call call = generated([&](operator_request& r) { r.pattern = pattern; });
    const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
    const std::vector<double> origin(call.x.begin(), call.x.end());
    return relative_mse_beyond(origin, mamba_block_ref(dequantise(q, call)).y, mamba_block_ref(call).y);
  };
  CHECK(error("dense") < 1e-3);
  CHECK(error("2:4") > 0.02);  // out_proj is pruned after the Hadamard matrix went into it, and that shows
  CHECK(error("2:4") < 0.3);
}

}  // namespace scansim::test
