// Messages about tensors that do not fit say what they probably are, and tolerances follow the type of the
// recording.
#include <catch2/catch.hpp>
#include <limits>

#include "raw_safetensors.h"
#include "traces/safetensors.h"
#include "traces/trace.h"

using namespace scansim;
using namespace scansim::test;

namespace {

struct held_tensor {
  std::vector<int64_t> shape;
  tensor_dtype dtype = tensor_dtype::f32;
  float value = 0.5F;
};
using held_tensors = std::map<std::string, held_tensor>;

const std::string held_scan_text = R"({"format":1,"operator":"selective_scan","delta_softplus":true})";

// batch 2, D 4, N 3, L 5.
held_tensors held_scan() {
  return {{"u", {{2, 4, 5}}},       {"delta", {{2, 4, 5}}}, {"A", {{4, 3}, tensor_dtype::f32, -0.5F}},
          {"B", {{2, 1, 3, 5}}},    {"C", {{2, 1, 3, 5}}},  {"D", {{4}}},
          {"expect.y", {{2, 4, 5}}}};
}

// Of the values' bits only zero has the right ones in every type; the others are F32.
void write_held(const std::string& path, const held_tensors& tensors, const std::string& text) {
  safetensors_writer writer;
  std::vector<std::vector<float>> kept;
  kept.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) {
    size_t count = 1;
    for (const int64_t size : tensor.shape) count *= static_cast<size_t>(size);
    const bool narrow = tensor.dtype != tensor_dtype::f32;
    kept.emplace_back(count, narrow ? 0.0F : tensor.value);
    writer.add(name, tensor.dtype, tensor.shape, kept.back().data(), count * dtype_bytes(tensor.dtype));
  }
  writer.set_metadata("scansim", text);
  writer.write(path);
}

std::string held_failure(const held_tensors& tensors, const std::string& text = held_scan_text) {
  const temporary_folder folder;
  write_held(folder.file("t"), tensors, text);
  return refusal([&] { load_trace(folder.file("t")); });
}

trace load_held(const held_tensors& tensors, const std::string& text = held_scan_text) {
  const temporary_folder folder;
  write_held(folder.file("t"), tensors, text);
  return load_trace(folder.file("t"));
}

void check_guess(const std::function<void(held_tensors&)>& change, const std::string& field,
                 const std::string& guess) {
  held_tensors tensors = held_scan();
  change(tensors);
  const std::string message = held_failure(tensors);
  CAPTURE(message);
  CHECK(message.find("t: " + field) != std::string::npos);
  CHECK(message.find(guess) != std::string::npos);
}

}  // namespace

TEST_CASE("trace names the layout that tensors of the wrong shape probably have", "[format][traces]") {
  CHECK(held_failure(held_scan()).empty());
  check_guess(
      [](held_tensors& t) {
        for (const char* name : {"u", "delta", "expect.y"}) t[name].shape = {2, 5, 4};
      },
      "A.shape: expected [5, 3], found [4, 3] (A [4, 3], B [2, 1, 3, 5], C [2, 1, 3, 5], D [4], "
      "delta [2, 5, 4], expect.y [2, 5, 4], u [2, 5, 4]: is",
      "is u (batch, L, D)? It is read as (batch, D, L)");
  check_guess(
      [](held_tensors& t) {
        t["delta"].shape = {2, 5, 4};
      },
      "delta.shape", "is delta (batch, L, D)?");
  check_guess([](held_tensors& t) { t["z"].shape = {2, 5, 4}; }, "z.shape", "is z (batch, L, D)?");
  check_guess([](held_tensors& t) { t["A"].shape = {3, 4}; }, "A.shape", "is A (N, D)?");
  check_guess([](held_tensors& t) { t["A"].shape = {4}; }, "A.shape", "a call of Mamba-2?");
  check_guess([](held_tensors& t) { t["B"].shape = {2, 5, 3}; }, "B.shape", "is B (batch, L, N)?");
  check_guess([](held_tensors& t) { t["C"].shape = {2, 5, 1, 3}; }, "C.shape", "is C (batch, L, G, N)?");
  check_guess([](held_tensors& t) { t["C"].shape = {2, 1, 5, 3}; }, "C.shape", "is C (batch, G, L, N)?");
  check_guess([](held_tensors& t) { t["B"].shape = {4, 3}; }, "B.shape", "is B constant over the tokens?");
}

TEST_CASE("trace names A_log where A is expected, and names of other calls", "[format][traces]") {
  check_guess([](held_tensors& t) { t["A"].value = 0.693147F; },
              "A[0, 0]: expected a value <= 0 (a decay of at most 1), found 0.693147", "is this A_log?");
  check_guess(
      [](held_tensors& t) {
        t["A_log"] = t["A"];
        t.erase("A");
      },
      "A_log: expected a tensor of selective_scan: u, delta, A, B", "found another name (A = -exp(A_log)?)");
  check_guess(
      [](held_tensors& t) {
        t["dt"] = t["delta"], t["x"] = t["u"];
        t.erase("delta"), t.erase("u");
      },
      "dt: expected a tensor of selective_scan", "another name (delta?), and x");
}

TEST_CASE("trace takes a convolution's weights as a checkpoint has them", "[format][traces]") {
  const std::string text = R"({"format":1,"operator":"conv1d"})";
  const held_tensors plain = {{"x", {{4, 6}}}, {"w", {{4, 3}}}};
  held_tensors stored = plain;
  stored["w"].shape = {4, 1, 3};
  CHECK(held_failure(plain, text).empty());
  CHECK(held_failure(stored, text).empty());
  stored["w"].shape = {4, 2, 3};
  CHECK(held_failure(stored, text).find("w.shape: expected 2 dimensions, found 3") != std::string::npos);
  stored = plain;
  stored["x"].shape = {6, 4};
  CHECK(held_failure(stored, text).find("is x (L, D)?") != std::string::npos);
  stored = plain;
  stored["state"].shape = {4, 3};
  CHECK(held_failure(stored, text).find("the W - 1 before it") != std::string::npos);
}

TEST_CASE("trace names an element by its indices in the file", "[format][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t");
  safetensors_writer writer;
  std::vector<float> x(6, 1), w(8, 1);  // w (K, N)
  w[6] = std::numeric_limits<float>::infinity();
  writer.add_floats("x", {3, 2}, x);
  writer.add_floats("w", {2, 4}, w);
  writer.set_metadata("scansim", R"({"format":1,"operator":"gemm","transposed":true})");
  writer.write(path);
  CHECK(refusal([&] { load_trace(path); }) == path + ": w[1, 2]: expected a finite value, found inf");
}

TEST_CASE("trace holds half-precision recordings to the published tolerance of their type",
          "[format][traces]") {
  const auto with_type = [](const std::string& name, tensor_dtype dtype) {
    held_tensors tensors = held_scan();
    tensors[name].dtype = dtype;
    return load_held(tensors);
  };
  CHECK_FALSE(load_held(held_scan()).tolerance);
  CHECK(tolerance_text(load_held(held_scan()))
            .find("the tolerance of F32 recordings (rtol 0.0006, atol 0.002;") == 0);
  for (const char* name : {"expect.y", "u"}) {
    CHECK(with_type(name, tensor_dtype::bf16).tolerance->rtol == 3e-2);
    CHECK(with_type(name, tensor_dtype::bf16).tolerance->atol == 5e-2);
    CHECK(with_type(name, tensor_dtype::f16).tolerance->rtol == 3e-3);
    CHECK(with_type(name, tensor_dtype::f16).tolerance->atol == 5e-3);
  }
  CHECK_FALSE(with_type("A", tensor_dtype::bf16).tolerance);  // weights are no recording
  held_tensors narrow = held_scan();
  narrow["expect.y"].dtype = tensor_dtype::bf16;
  const trace own = load_held(
      narrow,
      R"({"format":1,"operator":"selective_scan","delta_softplus":true,"expect_tolerance":{"rtol":0,"atol":1}})");
  CHECK(own.tolerance->atol == 1);
  CHECK(tolerance_text(own) == "the trace's expect_tolerance (rtol 0, atol 1)");
  CHECK(tolerance_text(load_held(narrow)).find("BF16 recordings (rtol 0.03, atol 0.05; expect_tolerance") !=
        std::string::npos);
}
