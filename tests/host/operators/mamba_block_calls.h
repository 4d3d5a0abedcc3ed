// Calls of whole layers for the tests of mamba_block: generated, bundled, and what they are compared by.
#pragma once
#include <catch2/catch.hpp>
#include <functional>

#include "host/operators/mamba_block_operator.h"
#include "models/configs/data_directory.h"
#include "models/nn/mamba_model.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/mamba_block_ref.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/support/places.h"
#include "traces/mapped_file.h"
#include "traces/nm_prune.h"
#include "traces/trace.h"

namespace scansim::test {

inline const std::string root = test::source_dir() + "/";
inline const std::string bundled = root + "traces/byte-mamba-block-layer.safetensors";

inline design_point block_point() { return load_design_point("block", config_directory()); }

inline std::vector<uint8_t> heldout(size_t count) {
  const mapped_file file(root + "models/nn/heldout.txt");
  const auto* first = reinterpret_cast<const uint8_t*>(file.data());
  return {first, first + count};
}

inline mamba_model byte_mamba() { return mamba_model::load(root + "models/nn/byte-mamba.safetensors"); }

inline mamba_block_call bundled_call() { return payload<mamba_block_call>(*load_trace(bundled).call_); }

inline tensor_comparison against_expected(const mamba_block_call& call) {
  return compare_values(mamba_block_ref(call).y, call.expect_y, {});
}

inline mamba_block_call generated(const std::function<void(operator_request&)>& change) {
  operator_request r = small_request("mamba_block", 11);
  r.model_width = 32, r.channels = 48, r.states = 8, r.length = 40;
  change(r);
  return payload<mamba_block_call>(generate_operator(r));
}

inline bool same(const mamba_block_result& one, const mamba_block_result& other) {
  for (size_t b = 0; b < one.states.size(); ++b)
    if (one.states[b].h != other.states[b].h || one.states[b].history != other.states[b].history)
      return false;
  return one.r == other.r && one.saturations.block.requantise == other.saturations.block.requantise;
}

inline void check_pattern(const quantised_linear& linear, const nm_pattern& pattern) {
  CHECK_FALSE(find_violation<int8_t>({linear.w.data(), static_cast<size_t>(linear.w.size())}, linear.w.rows(),
                                     linear.w.cols(), pattern, nm_side::inputs));
}

}  // namespace scansim::test
