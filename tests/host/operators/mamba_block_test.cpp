// A whole Mamba block: ref is the float model's layer, sequence by sequence and of any published size.
#include <catch2/catch.hpp>

#include "host/accuracy/quantise_mamba.h"
#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_expectation.h"
#include "host/operators/operator_list.h"
#include "host/quantise/quantise.h"
#include "models/nn/digits_data.h"
#include "models/nn/layer_capture.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/mamba_block_ref.h"
#include "models/ref/relative_mse.h"
#include "tests/host/operators/mamba_block_calls.h"
#include "traces/sha256.h"

namespace scansim::test {

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

}  // namespace scansim::test
