// A whole Mamba block: ref is the float model's layer, hls is run_layer inside the quantised model, and both
// notice a single wrong weight.
#include <catch2/catch.hpp>
#include <cmath>

#include "host/accuracy/quantise_mamba.h"
#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_expectation.h"
#include "host/operators/operator_list.h"
#include "host/operators/quantised_call.h"
#include "host/operators/scan_errors.h"
#include "host/quantise/quantise.h"
#include "host/quantise/run_layer.h"
#include "models/configs/data_directory.h"
#include "models/nn/digits_data.h"
#include "models/nn/layer_capture.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/mamba_block_ref.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/mapped_file.h"
#include "traces/nm_prune.h"
#include "traces/sha256.h"

namespace scansim::test {
namespace {

const std::string root = test::source_dir() + "/";
const std::string bundled = root + "traces/byte-mamba-block-layer.safetensors";

design_point block_point() { return load_design_point("block", config_directory()); }

std::vector<uint8_t> heldout(size_t count) {
  const mapped_file file(root + "models/nn/heldout.txt");
  const auto* first = reinterpret_cast<const uint8_t*>(file.data());
  return {first, first + count};
}

mamba_model byte_mamba() { return mamba_model::load(root + "models/nn/byte-mamba.safetensors"); }

mamba_block_call bundled_call() { return payload<mamba_block_call>(*load_trace(bundled).call_); }

tensor_comparison against_expected(const mamba_block_call& call) {
  return compare_values(mamba_block_ref(call).y, call.expect_y, {});
}

mamba_block_call generated(const std::function<void(operator_request&)>& change) {
  operator_request r = small_request("mamba_block", 11);
  r.model_width = 32, r.channels = 48, r.states = 8, r.length = 40;
  change(r);
  return payload<mamba_block_call>(generate_operator(r));
}

bool same(const mamba_block_result& one, const mamba_block_result& other) {
  for (size_t b = 0; b < one.states.size(); ++b)
    if (one.states[b].h != other.states[b].h || one.states[b].history != other.states[b].history)
      return false;
  return one.r == other.r && one.saturations.block.requantise == other.saturations.block.requantise;
}

void check_pattern(const quantised_linear& linear, const nm_pattern& pattern) {
  CHECK_FALSE(find_violation<int8_t>({linear.w.data(), static_cast<size_t>(linear.w.size())}, linear.w.rows(),
                                     linear.w.cols(), pattern, nm_side::inputs));
}

}  // namespace

namespace {

// Sequence s of a batch as a call of its own.
mamba_block_call sequence_of(const mamba_block_call& all, int64_t s) {
  mamba_block_call one = all;
  one.batch = 1;
  const auto cut = [&](std::vector<float>& values) {
    const auto size = static_cast<std::ptrdiff_t>(values.size()) / all.batch;
    values = {values.begin() + s * size, values.begin() + (s + 1) * size};
  };
  cut(one.x), cut(one.h0), cut(one.conv_state), cut(one.expect_y);
  return one;
}

}  // namespace

TEST_CASE("mamba_block ref and hls compute the sequences of a batch as each alone", "[unit][operators]") {
  const bool both = GENERATE(false, true);
  const int64_t length = GENERATE(1, 9);
  const mamba_block_call all = generated([&](operator_request& r) {
    r.model_width = 64, r.channels = 96, r.batch = 4, r.length = length;
    r.with_state = !both, r.bidirectional = both, r.state_pattern = "2:4";
  });
  const quantised_mamba_block q = quantise_mamba_block(all, block_point(), "test");
  const mamba_block_result result = run_mamba_block(q, block_point());
  const std::vector<double> y = mamba_block_ref(all).y, of_inputs = mamba_block_ref(dequantise(q, all)).y;
  std::vector<double> y_alone, of_inputs_alone;
  for (int64_t s = 0; s < all.batch; ++s) {
    CAPTURE(both, length, s);
    const mamba_block_call one = sequence_of(all, s);
    const std::vector<double> values = mamba_block_ref(one).y;
    y_alone.insert(y_alone.end(), values.begin(), values.end());
    const quantised_mamba_block alone = quantise_mamba_block(one, block_point(), "test", &q.scales);
    const std::vector<double> inputs = mamba_block_ref(dequantise(alone, one)).y;
    of_inputs_alone.insert(of_inputs_alone.end(), inputs.begin(), inputs.end());
    const mamba_block_result got = run_mamba_block(alone, block_point());
    CHECK(result.r.middleCols(s * length, length) == got.r);
    for (size_t b = 0; b < got.states.size(); ++b) {
      const quantised_branch_state& state = result.states[static_cast<size_t>(s) * got.states.size() + b];
      CHECK(state.h == got.states[b].h);
      CHECK(state.history == got.states[b].history);
    }
  }
  CHECK(relative_mse(y, y_alone) < 1e-24);  // sums in another order
  CHECK(relative_mse(of_inputs, of_inputs_alone) < 1e-24);
}

TEST_CASE("mamba_block shapes are layers of the published models, options override them",
          "[unit][operators]") {
  const auto layer = [](const std::string& name, int64_t length) {
    const auto generator = mamba_block_kind.make_generator();
    for (const generator_option& option : generator->options()) {
      if (std::string_view(option.flag) == "--shape") *option.word = name;
      if (std::string_view(option.flag) == "--length") *option.integer = length;
    }
    return payload<mamba_block_call>(*generator->generate(1));
  };
  const mamba_block_call vim = layer("vim-ti", 3);
  CHECK((vim.d_model == 192 && vim.channels == 384 && vim.states == 16 && vim.length == 3 && vim.rank == 12));
  CHECK(vim.backward.has_value());
  const mamba_block_call mamba = layer("mamba-130m", 2);
  CHECK((mamba.d_model == 768 && mamba.channels == 1536 && mamba.rank == 48 && !mamba.backward));
  CHECK_THROWS_WITH(layer("unit", 2), Catch::Contains("--shape: expected one of mamba-130m"));
}

TEST_CASE("mamba_block bundled trace has the documented origin and agrees on ref and hls",
          "[bundled][ref][hls]") {
  const trace trace = load_trace(bundled);
  const auto& call = payload<mamba_block_call>(*trace.call_);
  CHECK((call.length == 192 && call.d_model == 128 && call.channels == 256 && call.states == 16));
  CHECK((call.rank == 8 && call.width == 4 && !call.backward));
  CHECK(trace.provenance.at("layer") == 1);
  // Fails when the model changed: capture again.
  CHECK(trace.provenance.at("model_sha256") == sha256_of_file(root + "models/nn/byte-mamba.safetensors"));
  const tensor_comparison ref = compare_values(operator_on_ref(call), call.expect_y, {});
  CHECK(ref.agree);
  CHECK(ref.relative_mse < 1e-11);
  const operator_result hls = operator_on_hls(call, block_point(), "test");
  CHECK_FALSE(find_violation_of_bound(hls));
  CHECK(largest_error(hls) < 4e-3);  // well inside the bound, which holds for any length of text
  CHECK(relative_mse_beyond(hls.whole->origin, hls.want, operator_on_ref(call)) < 1e-3);
  CHECK(hls.counters.at("state_updates") == 192 * 256 * 16);
  CHECK(hls.counters.at("saturations_requantise") < 100);
  CHECK(hls.storage.at("total_bytes") == 512 * 128 + 40 * 256 + 256 * 8 + 128 * 256);
  CHECK(hls.bytes.at("r") == 2 * 192 * 128);
  CHECK(hls.bytes.at("state") == 256 * 16 * 2);
  CHECK(hls.bytes.at("conv_state") == 256 * 3);
}

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

TEST_CASE("mamba_block ref is the float model's layer, from the zero state, a later one and both ways",
          "[property][ref]") {
  const mamba_model model = byte_mamba();
  const std::vector<uint8_t> bytes = heldout(90);
  const std::vector<int32_t> tokens(bytes.begin(), bytes.end());
  for (int64_t layer = 0; layer < model.config().n_layers; ++layer) {
    CAPTURE(layer);
    const tensor_comparison whole = against_expected(capture_layer(model, {}, tokens, layer));
    CHECK(whole.agree);
    CHECK(whole.relative_mse < 1e-11);
    const auto all = std::span<const int32_t>(tokens);
    const mamba_block_call later = capture_layer(model, all.first(60), all.subspan(60), layer);
    CHECK(later.h0.size() == 256 * 16);
    CHECK(against_expected(later).relative_mse < 1e-11);
    mamba_block_call forgetful = later;
    forgetful.h0.clear(), forgetful.conv_state.clear();
    CHECK_FALSE(against_expected(forgetful).agree);
  }
  const vim_model vim = vim_model::load(root + "models/nn/digits-vim.safetensors");
  const digits_data digits = load_digits(root + "models/nn/digits.safetensors");
  for (int64_t layer = 0; layer < vim.config().n_layers; ++layer)
    CHECK(against_expected(capture_layer(vim, digits.test.image(3), layer)).relative_mse < 1e-11);
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

TEST_CASE("mamba_block ref without a state is the whole call's with its C zero", "[unit][ref]") {
  mamba_block_call call = generated([](operator_request& r) { r.state_pattern = "1:4"; });
  mamba_block_call whole = call;
  whole.state_sparsity = {};
  const kept_states kept = kept_of(call, call.forward);
  for (int64_t n = 0; n < whole.states; ++n) {
    if (std::find(kept[0].begin(), kept[0].end(), n) != kept[0].end()) continue;
    const auto row = whole.forward.x_proj.begin() + (whole.rank + whole.states + n) * whole.channels;
    std::fill(row, row + whole.channels, 0.0F);
  }
  const std::vector<double> kept_y = mamba_block_ref(call).y, want = mamba_block_ref(whole).y;
  for (size_t i = 0; i < want.size(); ++i) REQUIRE(kept_y[i] == Approx(want[i]).epsilon(1e-12));
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

TEST_CASE("mamba_block rungs notice a wrong weight", "[unit][ref][hls]") {
  const mamba_block_call good = bundled_call();
  REQUIRE(against_expected(good).agree);
  for (std::vector<float> mamba_block_call::*tensor :
       {&mamba_block_call::norm, &mamba_block_call::in_proj, &mamba_block_call::out_proj}) {
    mamba_block_call bad = good;
    std::vector<float>& w = bad.*tensor;
    const auto largest = std::max_element(w.begin(), w.end());
    *largest = -*largest;
    CHECK_FALSE(against_expected(bad).agree);
  }
  for (std::vector<float> mamba_branch_call::*tensor :
       {&mamba_branch_call::conv_weight, &mamba_branch_call::conv_bias, &mamba_branch_call::x_proj,
        &mamba_branch_call::dt_proj, &mamba_branch_call::dt_bias, &mamba_branch_call::d}) {
    mamba_block_call bad = good;
    std::vector<float>& w = bad.forward.*tensor;
    const auto largest =
        std::max_element(w.begin(), w.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
    *largest = -*largest;
    CHECK_FALSE(against_expected(bad).agree);
  }
  const quantised_mamba_block q = quantise_mamba_block(good, block_point(), "test");
  quantised_mamba_block bad = q;
  bad.layer.branches[0].conv.w(7, 3) = static_cast<int8_t>(~bad.layer.branches[0].conv.w(7, 3));
  CHECK_FALSE(same(run_mamba_block(q, block_point()), run_mamba_block(bad, block_point())));
}

TEST_CASE(
    "every operator inside a layer is held to its own bound, so that an error that all rungs share shows",
    "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) { r.length = 120, r.with_state = true; });
  const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
  const auto judge = [&](const layer_record& record) {
    return shares_of(record, q.layer, q.scales.layer, q.scales.frac_residual);
  };
  // What a machine with the error would have made, judged by the right one.
  const auto found = [&](const std::function<void(quantised_layer&)>& plant) {
    quantised_mamba_block bad = q;
    plant(bad.layer);
    std::string units;
    for (const unit_share& one : judge(run_mamba_block(bad, block_point()).record))
      if (one.share.beyond > 0) units += (units.empty() ? "" : " ") + one.unit;
    return units;
  };
  CHECK(found([](quantised_layer&) {}).empty());
  CHECK(found([](quantised_layer& bad) {  // a gain of 0.1 %
          for (int16_t& w : bad.norm.w) w = static_cast<int16_t>(std::lround(w * 1.001));
        }) == "norm");
  CHECK(found([](quantised_layer& bad) { bad.in_proj.linear.slab(70, 3) = 0; }) == "in_proj");
  CHECK(found([](quantised_layer& bad) {  // a tenth of a last place of u, before silu
          for (int64_t c = 0; c < bad.branches[0].conv.w.rows(); ++c) {
            const auto at = static_cast<size_t>(c);
            bad.branches[0].conv.bias[at] += 1 << std::max(0, bad.branches[0].conv.channel[at].align - 14);
          }
        }) == "conv1d");
  CHECK(found([](quantised_layer& bad) { bad.branches[0].x_proj.linear.slab(5, 1) += 1; }) == "x_proj");
  CHECK(found([](quantised_layer& bad) { bad.branches[0].dt_proj.linear.slab(47, 0) = 0; }) == "dt_proj");
  CHECK(found([](quantised_layer& bad) { bad.out_proj.slab(31, 47) += 1; }) == "out_proj");
  layer_record record = run_mamba_block(q, block_point()).record;
  for (int64_t t = 0; t < 120; ++t)
    if (t % 10 == 0) --record.branches[0].out(3, t);  // a tenth of a last place
  const std::vector<unit_share> units = judge(record);
  CHECK_FALSE(all_kept(units));
  CHECK_THAT(text_of(units), Catch::Contains("hadamard: ") && Catch::Contains("feature 3, token"));
}

TEST_CASE("the scan of a layer is held to bounds and lines", "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) { r.length = 120; });
  const quantised_mamba_block q = quantise_mamba_block(call, block_point(), "test");
  const hls::widths widths = widths_of(block_point());
  std::vector<recorded_scan> scans = run_mamba_block(q, block_point()).scans;
  REQUIRE(scans.size() == 1);
  const layer_scan_errors right = errors_of(scans, widths);
  CHECK(right.bounds[0].kept());
  CHECK(right.bounds[0].y.judged > 48 * 100);
  CHECK(right.straight());
  std::vector<recorded_scan> off = scans;
  for (int32_t& y : off[0].y) y = static_cast<int32_t>(std::lround(y * 1.001));
  CHECK_FALSE(errors_of(off, widths).straight());
  off = scans;
  off[0].h_last[7] += 40;
  CHECK_FALSE(errors_of(off, widths).bounds[0].kept());
}

TEST_CASE("mamba_block bound is broken by a fault of one operator", "[unit][hls]") {
  const mamba_block_call call = bundled_call();
  operator_result result = operator_on_hls(call, block_point(), "test");
  REQUIRE_FALSE(find_violation_of_bound(result));
  mamba_block_call other = call;
  std::fill(other.forward.dt_bias.begin(), other.forward.dt_bias.end(), 0.0F);
  result.value = mamba_block_ref(other).y;
  const auto violation = find_violation_of_bound(result);
  REQUIRE(violation);
  CHECK(violation->count == result.value.size());
  CHECK(largest_of_bound(result) > 1);
}

// A layer whose arithmetic has found `result`.
class layer_with_result final : public quantised_call {
 public:
  explicit layer_with_result(operator_result result) : result_(std::move(result)) {}
  program compile(const compile_options&) const override { return {}; }

 protected:
  std::optional<operator_result> on_hls() const override { return result_; }
  hls::widths scan_widths() const override { return widths_of(block_point()); }

 private:
  operator_result result_;
};

TEST_CASE("mamba_block hls is judged scan by scan, on the integers that the layer gives them",
          "[unit][hls]") {
  const mamba_block_call call = generated([](operator_request& r) { r.bidirectional = true; });
  const operator_result right =
      mamba_block_on_hls(call, quantise_mamba_block(call, block_point(), "f", nullptr), block_point());
  REQUIRE(right.scans.size() == 2);
  const auto judged = [&](const operator_result& result) {
    const auto place = [](const std::string&, int64_t) { return std::string(); };
    return layer_with_result(result).judge(place, {}, {{"y", mamba_block_ref(call).y}});
  };
  const bound_verdict verdict = judged(right);
  CAPTURE(verdict.finding);
  CHECK(verdict.agree);
  REQUIRE((verdict.scan && verdict.h_last));
  CHECK(*verdict.scan > 0);
  CHECK(*verdict.scan < scan_mse_bar);
  CHECK(*verdict.h_last < scan_mse_bar);
  const scan_tensors inputs = dequantise(right.scans[1].scan);
  scan_terms terms;
  const scan_output want = selective_scan_ref(inputs, nullptr, &terms);
  const limited_scan limited = run_limited(inputs, right.scans[1].scan.scales);
  CHECK(relative_mse(limited.readout, terms.readout) < 1e-20);  // nothing saturates here
  CHECK(relative_mse(limited.h_last, want.h_last) < 1e-20);
  operator_result wrong = right;  // y as it was
  for (int32_t& h : wrong.scans[1].h_last) h = h * 33 / 32;
  const bound_verdict refused = judged(wrong);
  CAPTURE(refused.finding);
  CHECK_FALSE(refused.agree);
  CHECK_THAT(refused.finding, Catch::Matchers::Contains("of its scans alone"));
}

TEST_CASE("mamba_block hls refuses what the machine does not have, naming the file", "[unit][hls]") {
  const auto message = [](const mamba_block_call& call, const std::vector<std::string>& overrides) {
    const design_point point = load_design_point("base", config_directory(), overrides);
    return refusal([&] { operator_on_hls(call, point, "t.safetensors"); });
  };
  const mamba_block_call call = generated([](operator_request&) {});
  CHECK(message(call, {}).empty());
  CHECK(message(call, {"output_bits=8"}).find("t.safetensors: mamba_block: expected a design point of 16") ==
        0);
  const mamba_block_call odd = generated([](operator_request& r) { r.channels = 36; });
  CHECK(message(odd, {}).find("t.safetensors: A.shape: expected D = m 2^k") == 0);
  const mamba_block_call many = generated([](operator_request& r) { r.states = 65; });
  CHECK(message(many, {}).find("t.safetensors: A.shape: expected N <= ") == 0);
  for (const float scale : {1e-30F, 1e-12F, 1e12F, 1e20F, 1e30F}) {
    for (std::vector<float> mamba_block_call::*tensor :
         {&mamba_block_call::x, &mamba_block_call::norm, &mamba_block_call::in_proj,
          &mamba_block_call::out_proj}) {
      mamba_block_call far = call;
      for (float& value : far.*tensor) value *= scale;
      CAPTURE(scale);
      const std::string refused = message(far, {});  // its exception is the test's
      CHECK((refused.empty() || refused.find("t.safetensors: ") == 0));
    }
  }
}

}  // namespace scansim::test
