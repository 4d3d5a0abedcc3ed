// Operator traces: what is written loads again, and every way to be malformed is refused with its field.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/host/operators/operator_calls.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/safetensors.h"
#include "traces/trace.h"
#include "traces/trace_metadata.h"

namespace scansim::test {
namespace {

using nlohmann::json;
using damage = std::function<std::string(const std::string&)>;

std::string with_header(const std::string& bytes, const std::function<void(json&)>& change) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  json header = json::parse(bytes.substr(8, length));
  change(header);
  return raw_safetensors(header.dump(), bytes.substr(8 + length));
}

damage header(const std::function<void(json&)>& change) {
  return [change](const std::string& bytes) { return with_header(bytes, change); };
}

damage metadata(const std::function<void(json&)>& change) {
  return header([change](json& h) {
    json text = json::parse(h["__metadata__"]["scansim"].get<std::string>());
    change(text);
    h["__metadata__"]["scansim"] = text.dump();
  });
}

// Element `index` of `tensor` replaced by `value`.
template <class element>
damage value_of(const char* tensor, size_t index, element value) {
  return [=](const std::string& bytes) {
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    const auto at = json::parse(bytes.substr(8, length))[tensor]["data_offsets"][0].get<size_t>();
    std::string changed = bytes;
    std::memcpy(changed.data() + 8 + length + at + index * sizeof(element), &value, sizeof value);
    return changed;
  };
}

struct bad_case {
  const char* what;
  std::string named;
  damage change;
};

void check_refused(const std::string& good, const std::vector<bad_case>& cases) {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  write_bytes(path, good);
  REQUIRE_NOTHROW(load_trace(path, unit_kinds()));
  for (const bad_case& one : cases) {
    write_bytes(path, one.change(good));
    const std::string message = refusal([&] { load_trace(path, unit_kinds()); });
    CAPTURE(one.what, one.named, message);
    CHECK(message.find(path + ": ") == 0);
    CHECK(message.find(one.named) != std::string::npos);
  }
}

std::string bytes_of(const operator_call& call) {
  const temporary_folder folder;
  write_trace(folder.file("t"), call);
  return read_bytes(folder.file("t"));
}

gemm_call full_gemm() {
  operator_request r = small_request("gemm");
  r.pattern = "2:4", r.epilogue = "residual", r.gather = true, r.scatter = true;
  gemm_call call = small_gemm(r);
  call.expect_y.assign(call.residual.size(), 1);
  return call;
}

}  // namespace

TEST_CASE("operator traces load as they were written", "[unit][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  for (const std::string& name : call_names(unit_kinds())) {
    CAPTURE(name);
    operator_request r = small_request(name);
    r.with_state = true;
    if (name == "mamba_block") {
      r.pattern = "2:4", r.state_pattern = "1:4", r.state_groups = 3;
      r.weight_format = "w4g128";
    }
    const operator_call call = name == "gemm" ? operator_call(full_gemm()) : generate_operator(r);
    write_trace(path, call, {{"kind", "test"}}, expect_tolerance{1e-3, 1e-4});
    CHECK(kind_in(path)->name == name);
    const trace loaded = load_trace(path, unit_kinds());
    CHECK(loaded.call_->kind().name == name);
    if (name == "mamba_block") CHECK(payload<mamba_block_call>(*loaded.call_).weight_bits == 4);
    CHECK(loaded.provenance["kind"] == "test");
    CHECK(loaded.tolerance->rtol == 1e-3);
    CHECK(describe(loaded)["operator"] == name);
    CHECK(describe(loaded)["tensors"].contains("x"));
    write_trace(folder.file("again"), *loaded.call_, loaded.provenance, loaded.tolerance);
    CHECK(read_bytes(folder.file("again")) == read_bytes(path));
  }
}

TEST_CASE("operator traces of an embedding load as written and refuse ids that are no rows",
          "[unit][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  operator_request r = small_request("embedding");
  r.rows = 9, r.size = 5, r.vocabulary = 7;
  auto call = payload<embedding_call>(generate_operator(r));
  write_trace(path, operator_call(call), json::object());
  const trace loaded = load_trace(path);
  CHECK(payload<embedding_call>(*loaded.call_).ids == call.ids);
  CHECK(payload<embedding_call>(*loaded.call_).w == call.w);
  for (const int64_t id : {-1, 7}) {
    call.ids[3] = id;
    CHECK_THROWS_WITH(write_trace(path, operator_call(call), json::object()),
                      Catch::Contains(fmt::format("ids[3]: expected a row of w, 0 to 6, found {}", id)));
  }
}

TEST_CASE("operator traces of a transposed gemm hold w as the layer has it", "[unit][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  gemm_call call = full_gemm();
  write_trace(path, call, json::object());
  const std::string plain = read_bytes(path);
  call.transposed = true;
  write_trace(path, call, json::object());
  CHECK(read_bytes(path) != plain);
  const trace loaded = load_trace(path, unit_kinds());
  const auto& back = payload<gemm_call>(*loaded.call_);
  CHECK(back.w == call.w);
  CHECK((back.inner == call.inner && back.columns == call.columns && back.transposed));
  CHECK(describe(loaded)["tensors"]["w"]["shape"] == json({call.inner, call.columns}));
  call.w[static_cast<size_t>(call.inner + 4)] = call.w[static_cast<size_t>(call.inner + 5)] =
      call.w[static_cast<size_t>(call.inner + 6)] = 1;  // channel 1, k 4 to 6
  CHECK_THROWS_WITH(write_trace(path, call, json::object()),
                    Catch::Contains("column 1") && Catch::Contains("group 1"));
}

TEST_CASE("operator traces refuse every malformed gemm with its field", "[unit][traces]") {
  const std::string good = bytes_of(full_gemm());
  std::vector<bad_case> cases = {
      {"cut", "expected", [](const std::string& b) { return b.substr(0, b.size() - 1); }},
      {"no metadata", "scansim", header([](json& h) { h.erase("__metadata__"); })},
      {"other format", "scansim.format", metadata([](json& m) { m["format"] = 2; })},
      {"other operator", "scansim.operator", metadata([](json& m) { m["operator"] = "matmul"; })},
      {"a scan", "scansim.operator", metadata([](json& m) { m["operator"] = "selective_scan"; })},
      {"unknown key", "scansim.silu", metadata([](json& m) { m["silu"] = true; })},
      {"incomplete scales", "scansim.scales[0].x_bits: expected 8, found nothing",
       metadata([](json& m) { m["scales"] = json::array({json::object()}); })},
      {"no pattern", "scansim.sparsity", metadata([](json& m) { m["sparsity"] = "5:4"; })},
      {"pattern a number", "scansim.sparsity", metadata([](json& m) { m["sparsity"] = 2; })},
      {"weight format", "scansim.weight_format", metadata([](json& m) { m["weight_format"] = "int4"; })},
      {"transposed", "scansim.transposed", metadata([](json& m) { m["transposed"] = "yes"; })},
      {"epilogue", "scansim.epilogue", metadata([](json& m) { m["epilogue"] = "gelu"; })},
      {"residual without its epilogue", "residual", metadata([](json& m) { m["epilogue"] = "none"; })},
      {"y_rows other than residual's", "residual.shape: expected [13, 5], found [12, 5]",
       metadata([](json& m) { m["y_rows"] = 13; })},
      {"y_rows no number", "scansim.y_rows", metadata([](json& m) { m["y_rows"] = "12"; })},
      {"huge y_rows", "scansim.y_rows", metadata([](json& m) { m["y_rows"] = uint64_t{1} << 63; })},
      {"K of w", "w.shape", header([](json& h) {
         h["w"]["shape"] = {8, 25};
       })},
      {"rank of x", "x.shape", header([](json& h) { h["x"]["shape"] = {480}; })},
      {"N of bias", "bias.shape", header([](json& h) {
         h["bias"]["shape"] = {1, 5};
       })},
      {"length of scatter", "scatter.shape", header([](json& h) {
         h["scatter"]["shape"] = {2, 3};
       })},
      {"indices as float", "gather.dtype", header([](json& h) { h["gather"]["dtype"] = "F64"; })},
      {"x as integers", "x.dtype", header([](json& h) { h["x"]["dtype"] = "I32"; })},
      {"an unknown tensor", "q", header([](json& h) { h["q"] = h["bias"], h.erase("bias"); })},
      {"gather beyond x", "gather[3]: expected a row of x, 0 to 11, found 12",
       value_of<int64_t>("gather", 3, 12)},
      {"gather below x", "gather[0]", value_of<int64_t>("gather", 0, -1)},
      {"scatter beyond y", "scatter[5]: expected a row of y", value_of<int64_t>("scatter", 5, 1000)},
      {"NaN", "x[0, 7]", value_of("x", 7, std::nanf(""))},
      {"infinite bias", "bias[1]", value_of("bias", 1, INFINITY)},
  };
  check_refused(good, cases);
}

TEST_CASE("operator traces name row and group of weights that violate their pattern", "[unit][traces]") {
  gemm_call call = full_gemm();
  for (int k = 0; k < 3; ++k) call.w[static_cast<size_t>(3 * 40 + 12 + k)] = 1;
  const std::string message = refusal([&] { check_call(call, "t"); });
  CAPTURE(message);
  CHECK(message.find("row 3") != std::string::npos);
  CHECK(message.find("group 3") != std::string::npos);
  call.sparsity = {};
  CHECK_NOTHROW(check_call(call, "t"));
}

TEST_CASE("operator traces refuse two product rows in one row of y", "[unit][traces]") {
  gemm_call call = full_gemm();
  call.scatter[4] = call.scatter[1];
  CHECK(refusal([&] { check_call(call, "t"); }).find("scatter[4]") != std::string::npos);
}

TEST_CASE("operator traces refuse malformed conv1d, hadamard and rms_norm with their field",
          "[unit][traces]") {
  operator_request r = small_request("conv1d");
  r.with_state = true;
  check_refused(bytes_of(generate_operator(r)),
                {{"silu no bool", "scansim.silu", metadata([](json& m) { m["silu"] = 1; })},
                 {"gemm's key", "scansim.sparsity", metadata([](json& m) { m["sparsity"] = "2:4"; })},
                 {"wide", "w.shape", header([](json& h) {
                    h["w"]["shape"] = {4, 5};
                  })},
                 {"state of another width", "state.shape", header([](json& h) {
                    h["state"]["shape"] = {3, 5};
                  })},
                 {"no x", "a gap", header([](json& h) { h.erase("x"); })},
                 {"NaN", "state[0, 2]", value_of("state", 2, std::nanf(""))}});
  conv1d_call wide = payload<conv1d_call>(generate_operator(small_request("conv1d")));
  wide.width = 5, wide.past = 4;
  CHECK(refusal([&] { check_call(wide, "t"); }).find("w.shape: expected W from 2 to 4") != std::string::npos);

  check_refused(bytes_of(generate_operator(small_request("hadamard"))),
                {{"no such matrix", "scansim.m", metadata([](json& m) { m["m"] = 3, m["log2"] = 3; })},
                 {"another n", "x.shape: expected n = 12 * 2^2", metadata([](json& m) { m["log2"] = 2; })},
                 {"m alone", "scansim.log2", metadata([](json& m) { m.erase("log2"); })},
                 {"no size", "x.shape", [](const std::string& b) {
                    return metadata([](json& m) { m.erase("m"), m.erase("log2"); })(header([](json& h) {
                      h["x"]["shape"] = {16, 9};
                    })(b));
                  }}});
  check_refused(bytes_of(generate_operator(small_request("rms_norm"))),
                {{"no eps", "scansim.eps", metadata([](json& m) { m.erase("eps"); })},
                 {"eps zero", "scansim.eps", metadata([](json& m) { m["eps"] = 0; })},
                 {"eps text", "scansim.eps", metadata([](json& m) { m["eps"] = "1e-5"; })},
                 {"D of w", "w.shape", header([](json& h) {
                    h["x"]["shape"] = {12, 24};
                  })}});
}

TEST_CASE("operator traces refuse every malformed mamba_block with its field", "[unit][traces]") {
  operator_request r = small_request("mamba_block");  // d_model 20, D 24, N 4, R 2, W 4, L 12
  r.with_state = true, r.pattern = "2:4";
  auto call = payload<mamba_block_call>(generate_operator(r));
  call.expect_y = call.x;
  const auto shape = [](const char* tensor, std::vector<int64_t> sizes) {
    return header([=](json& h) { h[tensor]["shape"] = sizes; });
  };
  const auto renamed = [](const char* from, const char* to) {
    return header([=](json& h) { h[to] = h[from], h.erase(from); });
  };
  std::vector<bad_case> cases = {
      {"no eps", "scansim.eps", metadata([](json& m) { m.erase("eps"); })},
      {"eps zero", "scansim.eps", metadata([](json& m) { m["eps"] = 0; })},
      {"pattern", "scansim.sparsity", metadata([](json& m) { m["sparsity"] = "2:5"; })},
      {"rotation a number", "scansim.hadamard", metadata([](json& m) { m["hadamard"] = 0; })},
      {"weight format", "scansim.weight_format", metadata([](json& m) { m["weight_format"] = "w4"; })},
      {"gemm's key", "scansim.epilogue", metadata([](json& m) { m["epilogue"] = "none"; })},
      {"weights of 2:4 called 1:4", "in_proj.weight", metadata([](json& m) { m["sparsity"] = "1:4"; })},
      {"x", "norm.weight.shape: expected [24], found [20]", shape("x", {10, 24})},
      {"rank of x", "x.shape", shape("x", {240})},
      {"in_proj", "in_proj.weight.shape: expected [48, 20], found [20, 48]",
       shape("in_proj.weight", {20, 48})},
      {"conv1d", "conv1d.weight.shape", shape("conv1d.weight", {12, 2, 4})},
      {"x_proj", "x_proj.weight.shape: expected [10, 24]", shape("x_proj.weight", {24, 10})},
      {"dt_proj", "dt_proj.weight.shape", shape("dt_proj.weight", {2, 24})},
      {"A", "shape", shape("A", {4, 24})},
      {"conv_state", "conv_state.shape: expected [24, 3]", shape("conv_state", {3, 24})},
      {"h0", "h0.shape", shape("h0", {4, 24})},
      {"expect.y", "expect.y.shape", shape("expect.y", {20, 12})},
      {"rising state", "A[1, 1]: expected a value <= 0", value_of("A", 5, 0.5F)},
      {"huge A_log", "A_log[",
       [&](const std::string& b) { return renamed("A", "A_log")(value_of("A", 7, 200.0F)(b)); }},
      {"NaN in a weight", "out_proj.weight[0, 3]", value_of("out_proj.weight", 3, std::nanf(""))},
      {"NaN in a state", "h0[0, 2]", value_of("h0", 2, std::nanf(""))},
      {"another name", "out_proj.bias", renamed("D", "out_proj.bias")},
      {"half a direction", "backward.A: expected a tensor, found nothing", renamed("h0", "backward.D")},
      {"A twice", "A_log: expected no such tensor beside A", renamed("h0", "A_log")},
  };
  check_refused(bytes_of(call), cases);
}

TEST_CASE("operator traces refuse every malformed state_index of a mamba_block with its field",
          "[unit][traces]") {
  operator_request r = small_request("mamba_block");
  r.bidirectional = true, r.state_pattern = "2:4", r.state_groups = 3;
  auto call = payload<mamba_block_call>(generate_operator(r));
  const auto shape = [](const char* tensor, std::vector<int64_t> sizes) {
    return header([=](json& h) { h[tensor]["shape"] = sizes; });
  };
  check_refused(
      bytes_of(call),
      {{"no state_sparsity", "state_index", metadata([](json& m) { m.erase("state_sparsity"); })},
       {"pattern", "scansim.state_sparsity", metadata([](json& m) { m["state_sparsity"] = "2:5"; })},
       {"other N", "state_index.shape: expected [3, 1], found [3, 2]",
        metadata([](json& m) { m["state_sparsity"] = "1:4"; })},
       {"M beyond N", "A.shape: expected N a multiple of 8",
        metadata([](json& m) { m["state_sparsity"] = "4:8"; })},
       {"groups", "state_index.shape", shape("state_index", {6, 1})}});
  const auto refused = [&](std::vector<int64_t> index, const std::string& field) {
    mamba_block_call bad = call;
    bad.backward->state_index = std::move(index);
    CHECK(refusal([&] { check_call(bad, "t"); }).find("t: " + field) == 0);
  };
  refused({0, 1, 1, 0, 2, 3}, "backward.state_index[1,1]: expected a state in 0..3, rising");
  refused({0, 1, 1, 2, 2, 4}, "backward.state_index[2,1]: expected a state in 0..3, rising");
  refused({0, 1, 1, 2}, "backward.state_index: expected 6 values");
  r.state_groups = 5;
  CHECK_THROWS_WITH(generate_operator(r), Catch::Contains("--state-groups"));
  r.state_groups = 3, r.state_pattern = "2:8";
  CHECK_THROWS_WITH(generate_operator(r), Catch::Contains("--state-pattern"));
}

TEST_CASE("operator traces name every tensor that a mamba_block lacks", "[unit][traces]") {
  operator_request r = small_request("mamba_block");
  r.bidirectional = true;
  operator_call call = generate_operator(r);
  const temporary_folder folder;
  const std::string path = folder.file("t");
  int required = 0;
  for (const call_tensor& left_out : tensors_of(call)) {
    if (!left_out.required) continue;
    safetensors_writer writer;
    for (const call_tensor& tensor : tensors_of(call)) {
      if (tensor.name != left_out.name && !tensor.values->empty())
        writer.add_floats(tensor.name, sizes_of(tensor), *tensor.values);
    }
    writer.set_metadata("scansim", write_trace_metadata(call, json::object(), std::nullopt, {}));
    writer.write(path);
    CHECK(refusal([&] { load_trace(path, unit_kinds()); }) ==
          path + ": " + left_out.name + ": expected a tensor, found nothing");
    ++required;
  }
  CHECK(required == 4 + 2 * 7);
}

TEST_CASE("operator traces of mamba_block refuse states beside a second direction", "[unit][traces]") {
  operator_request r = small_request("mamba_block");
  r.bidirectional = true;
  auto call = payload<mamba_block_call>(generate_operator(r));
  CHECK_NOTHROW(check_call(call, "t"));
  call.h0.assign(static_cast<size_t>(call.channels * call.states), 0);
  CHECK(refusal([&] { check_call(call, "t"); }).find("t: h0: expected no such tensor") == 0);
}

TEST_CASE("operator traces of mamba_block take A as its logarithm too", "[unit][traces]") {
  auto call = payload<mamba_block_call>(generate_operator(small_request("mamba_block")));
  const std::vector<float> a = call.forward.a;
  for (float& value : call.forward.a) value = -std::log(-value);  // <= 0, so that it can be written
  const temporary_folder folder;
  write_bytes(folder.file("t"), header([](json& h) { h["A_log"] = h["A"], h.erase("A"); })(bytes_of(call)));
  const auto loaded = payload<mamba_block_call>(*load_trace(folder.file("t")).call_);
  REQUIRE(loaded.forward.a.size() == a.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(loaded.forward.a[i] == Approx(1 / a[i]).epsilon(1e-6));
}

TEST_CASE("operator traces of mamba_block say whether y is rotated, which it is by default",
          "[unit][traces]") {
  operator_request r = small_request("mamba_block");
  const auto rotated = [&] {
    const temporary_folder folder;
    write_trace(folder.file("t"), generate_operator(r));
    return payload<mamba_block_call>(*load_trace(folder.file("t")).call_).hadamard;
  };
  CHECK(rotated());
  r.hadamard = false;
  CHECK_FALSE(rotated());
}

TEST_CASE("operator traces derive the Hadamard order that the metadata leave out", "[unit][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t");
  write_trace(path, generate_operator(small_request("hadamard")));
  write_bytes(path, metadata([](json& m) { m.erase("m"), m.erase("log2"); })(read_bytes(path)));
  const auto call = payload<hadamard_call>(*load_trace(path).call_);
  CHECK(call.m == 12);
  CHECK(call.log2 == 1);
}

TEST_CASE("operator traces of one request have the same bits", "[unit][traces]") {
  for (const std::string& name : call_names(unit_kinds())) {
    CHECK(bytes_of(generate_operator(small_request(name, 5))) ==
          bytes_of(generate_operator(small_request(name, 5))));
    CHECK(bytes_of(generate_operator(small_request(name, 5))) !=
          bytes_of(generate_operator(small_request(name, 6))));
  }
}

}  // namespace scansim::test
