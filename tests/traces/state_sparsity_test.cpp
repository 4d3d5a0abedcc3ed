// N:M along the state axis of a trace: what is kept, what is refused, and that compaction is exact.
#include <catch2/catch.hpp>
#include <filesystem>

#include "models/ref/selective_scan_ref.h"
#include "traces/calls/selective_scan.h"
#include "traces/generate.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/scan_trace.h"
#include "traces/state_choice.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

scan_tensors small_call() {
  generate_request request;
  request.channels = 12;
  request.states = 8;
  request.groups = 2;
  request.length = 19;
  request.batch = 2;
  request.seed = 5;
  request.with_h0 = true;
  return generate_scan(request);
}

// A trace of `call` with the pattern, and an index of `groups` rows if it is not empty.
std::string write_sparse(const scan_tensors& call, const std::string& pattern,
                         const std::vector<int32_t>& index, int64_t groups) {
  const std::string path = (fs::temp_directory_path() / "scansim-state-sparsity.safetensors").string();
  safetensors_writer writer;
  selective_scan_call whole;
  whole.scan = call;
  for (const call_tensor& tensor : whole.tensors())
    if (!tensor.values->empty()) writer.add_floats(tensor.name, sizes_of(tensor), *tensor.values);
  if (!index.empty()) {
    const auto columns = static_cast<int64_t>(index.size()) / groups;
    writer.add("state_index", tensor_dtype::i32, {groups, columns}, index.data(),
               index.size() * sizeof(int32_t));
  }
  writer.set_metadata("scansim", R"({"format": 1, "operator": "selective_scan", "delta_softplus": true, )"
                                 R"("state_sparsity": ")" +
                                     pattern + "\"}");
  writer.write(path);
  return path;
}

// `call` with C zero for the states that `kept` leaves out.
scan_tensors silenced(scan_tensors call, const kept_states& kept) {
  const scan_shape& s = call.shape;
  std::vector<float> c(call.c.size(), 0);
  for (int64_t group = 0; group < s.batch * s.groups; ++group)
    for (const int n : kept[static_cast<size_t>(group % s.groups)])
      for (int64_t t = 0; t < s.length; ++t) {
        const auto at = static_cast<size_t>((group * s.states + n) * s.length + t);
        c[at] = call.c[at];
      }
  call.c = c;
  return call;
}

}  // namespace

TEST_CASE(
    "state_sparsity trace keeps exactly the states of its index, and the scan over them is the scan without "
    "the others",
    "[property][trace]") {
  const scan_tensors call = small_call();
  const kept_states kept = {{0, 3, 5, 6}, {1, 2, 4, 7}};
  const scan_trace trace = load_scan_trace(write_sparse(call, "2:4", {0, 3, 5, 6, 1, 2, 4, 7}, 2));
  REQUIRE(trace.sparsity);
  CHECK(trace.sparsity->states == 8);
  CHECK(trace.sparsity->index_groups == 2);
  CHECK(trace.sparsity->index_bits() == 2 * 2 * 3);
  CHECK_FALSE(trace.sparsity->chosen);
  CHECK(trace.tensors.shape.states == 4);
  const scan_output sparse = selective_scan_ref(trace.tensors);
  const scan_output whole = selective_scan_ref(silenced(call, kept));
  for (size_t i = 0; i < whole.y.size(); ++i)
    CHECK(sparse.y[i] == Approx(whole.y[i]).epsilon(1e-12).margin(1e-14));
  for (int64_t row = 0; row < 24; ++row)
    for (size_t k = 0; k < 4; ++k) {
      const int n = kept[static_cast<size_t>(row % 12 / 6)][k];
      CHECK(sparse.h_last[static_cast<size_t>(row) * 4 + k] ==
            whole.h_last[static_cast<size_t>(row * 8 + n)]);
    }
}

TEST_CASE("state_sparsity trace with more index groups than B and C has gives each its own rows",
          "[unit][trace]") {
  const scan_tensors call = small_call();
  const scan_trace trace = load_scan_trace(write_sparse(call, "1:4", {0, 4, 1, 5, 2, 6, 3, 7}, 4));
  CHECK(trace.tensors.shape.groups == 4);
  CHECK(trace.tensors.shape.states == 2);
  // Index group 3 belongs to the second group of B: its rows are states 3 and 7.
  const auto rows = static_cast<int64_t>(call.shape.length);
  for (int64_t t = 0; t < rows; ++t) {
    CHECK(trace.tensors.b[static_cast<size_t>((3 * 2 + 0) * rows + t)] ==
          call.b[static_cast<size_t>((8 + 3) * rows + t)]);
    CHECK(trace.tensors.b[static_cast<size_t>((3 * 2 + 1) * rows + t)] ==
          call.b[static_cast<size_t>((8 + 7) * rows + t)]);
  }
}

TEST_CASE("state_sparsity trace without an index keeps the states of largest energy", "[property][trace]") {
  scan_tensors call = small_call();
  const kept_states kept = {{1, 2, 4, 7}, {0, 3, 5, 6}};
  call = silenced(call, kept);
  const scan_trace trace = load_scan_trace(write_sparse(call, "2:4", {}, 0));
  CHECK(trace.sparsity->chosen);
  CHECK(choose_states(call, {2, 4}, 2) == kept);
  const scan_output sparse = selective_scan_ref(trace.tensors), whole = selective_scan_ref(call);
  for (size_t i = 0; i < whole.y.size(); ++i)
    CHECK(sparse.y[i] == Approx(whole.y[i]).epsilon(1e-12).margin(1e-14));
}

TEST_CASE("state_sparsity trace written with a selection loads as the compacted call", "[unit][trace]") {
  const scan_tensors call = small_call();
  const state_selection selection{{2, 8}, {{0, 6}, {3, 7}, {1, 2}, {4, 5}}};
  const std::string path = (fs::temp_directory_path() / "scansim-state-selection.safetensors").string();
  write_scan_trace(path, call, nlohmann::json::object(), {}, std::nullopt, selection);
  const scan_trace trace = load_scan_trace(path);
  const scan_tensors compact = compact_call(call, selection.kept);
  CHECK(trace.tensors.b == compact.b);
  CHECK(trace.tensors.h0 == compact.h0);
  CHECK(trace.sparsity->index_bits() == 4 * 5);
  CHECK(compact_states(expand_states(compact.h0, call.shape, selection.kept), call.shape, selection.kept) ==
        compact.h0);
}

TEST_CASE("state_sparsity trace names the wrong entry of an index", "[error][trace]") {
  const scan_tensors call = small_call();
  const auto message = [&](const std::string& pattern, const std::vector<int32_t>& index, int64_t groups) {
    try {
      load_scan_trace(write_sparse(call, pattern, index, groups));
    } catch (const input_error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  using Catch::Contains;
  CHECK_THAT(message("2:4", {0, 3, 5, 6, 1, 2, 4, 8}, 2),
             Contains("state_index[1,3]") && Contains("found 8"));
  CHECK_THAT(message("2:4", {0, 3, 3, 6, 1, 2, 4, 7}, 2),
             Contains("state_index[0,2]: expected a state in 4..7"));
  CHECK_THAT(message("2:4", {3, 0, 5, 6, 1, 2, 4, 7}, 2), Contains("state_index[0,1]"));
  CHECK_THAT(message("2:4", {0, 3, 5, 6}, 1), Contains("state_index.shape"));
  CHECK_THAT(message("2:8", {0, 3, 5, 6, 1, 2, 4, 7}, 2), Contains("state_index.shape"));
  CHECK_THAT(message("2:16", {}, 0), Contains("state_sparsity: expected M that divides N = 8"));
  CHECK_THAT(message("5:4", {}, 0), Contains("state_sparsity: expected N:M"));
}

}  // namespace scansim
