// The trace on top of the format: round trip, defaults, and one refusal per rule with the right field.
#include "traces/scan_trace.h"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>

#include "raw_safetensors.h"
#include "traces/generate.h"
#include "traces/safetensors.h"
#include "traces/sha256.h"
#include "traces/trace.h"

using namespace scansim;
using namespace scansim::test;

namespace {

scan_tensors small_scan() {
  generate_request request;
  request.channels = 4;
  request.states = 3;
  request.groups = 2;
  request.length = 5;
  request.batch = 2;
  request.with_h0 = true;
  return generate_scan(request);
}

struct raw_tensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

// The tensors of a valid trace (batch 2, D 4, N 3, G 2, L 5) and its metadata text, open to any change.
struct raw_trace {
  std::vector<raw_tensor> tensors;
  std::string text = R"({"format":1,"operator":"selective_scan","delta_softplus":true})";
  bool has_text = true;

  raw_trace() {
    for (const char* name : {"u", "delta", "z", "expect.y"}) set(name, {2, 4, 5});
    for (const char* name : {"B", "C"}) set(name, {2, 2, 3, 5});
    for (const char* name : {"D", "delta_bias"}) set(name, {4});
    for (const char* name : {"h0", "expect.h_last"}) set(name, {2, 4, 3});
    set("A", {4, 3});
  }
  void set(const std::string& name, std::vector<int64_t> shape) {
    remove(name);
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    tensors.push_back(
        {name, shape, std::vector<float>(static_cast<size_t>(count), name == "A" ? -0.5f : 0.5f)});
  }
  void remove(const std::string& name) {
    std::erase_if(tensors, [&](const raw_tensor& tensor) { return tensor.name == name; });
  }
  void poke(const std::string& name, size_t index, float value) {
    for (auto& tensor : tensors) {
      if (tensor.name == name) tensor.values[index] = value;
    }
  }
  void write(const std::string& path) const {
    safetensors_writer writer;
    for (const auto& tensor : tensors) writer.add_floats(tensor.name, tensor.shape, tensor.values);
    if (has_text) writer.set_metadata("scansim", text);
    writer.write(path);
  }
};

struct refused_trace {
  std::function<void(raw_trace&)> change;
  std::string rest;  // of the message after "<file>: "
};

// `shapes`: the message goes on with the shapes of the file (trace_guess_test.cpp).
void check_traces_refused(const std::vector<refused_trace>& cases, bool shapes = false) {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  for (const auto& one : cases) {
    raw_trace trace;
    one.change(trace);
    trace.write(path);
    const std::string message = refusal([&] { load_scan_trace(path); });
    const bool goes_on = shapes && message.starts_with(path + ": " + one.rest + " (");
    if (!goes_on) CHECK(message == path + ": " + one.rest);
  }
}

// `extra` is added to the required keys.
std::function<void(raw_trace&)> with_key(const std::string& extra) {
  return [extra](raw_trace& t) {
    t.text = R"({"format":1,"operator":"selective_scan","delta_softplus":true,)" + extra + "}";
  };
}
std::function<void(raw_trace&)> with_text(const std::string& text) {
  return [text](raw_trace& t) { t.text = text; };
}
std::function<void(raw_trace&)> with_shape(const std::string& name, const std::vector<int64_t>& shape) {
  return [=](raw_trace& t) { t.set(name, shape); };
}
std::function<void(raw_trace&)> without(const std::string& name) {
  return [=](raw_trace& t) { t.remove(name); };
}
std::function<void(raw_trace&)> with_value(const std::string& name, size_t index, float value) {
  return [=](raw_trace& t) { t.poke(name, index, value); };
}

}  // namespace

TEST_CASE("scan_trace loads what was written", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  scan_tensors tensors = small_scan();
  tensors.options = {true, true, true};
  tensors.expect_y = tensors.u;
  tensors.expect_h_last = tensors.h0;
  const std::vector<scan_scales> scales = {{8, 16, 16, 5, -3, 4, 5, 6, 3, 6, 4, 11, 9, 10}, {4, 12, 8}};
  write_scan_trace(path, tensors, {{"model", "none"}, {"layer", 3}}, scales, expect_tolerance{1e-3, 1e-4});

  const scan_trace trace = load_scan_trace(path);
  CHECK(trace.tensors.shape.batch == 2);
  CHECK(trace.tensors.shape.channels == 4);
  CHECK(trace.tensors.shape.states == 3);
  CHECK(trace.tensors.shape.groups == 2);
  CHECK(trace.tensors.shape.length == 5);
  CHECK((trace.tensors.options.delta_softplus && trace.tensors.options.reverse &&
         trace.tensors.options.decode));
  CHECK(trace.tensors.u == tensors.u);
  CHECK(trace.tensors.delta == tensors.delta);
  CHECK(trace.tensors.a == tensors.a);
  CHECK(trace.tensors.b == tensors.b);
  CHECK(trace.tensors.c == tensors.c);
  CHECK(trace.tensors.d == tensors.d);
  CHECK(trace.tensors.z == tensors.z);
  CHECK(trace.tensors.delta_bias == tensors.delta_bias);
  CHECK(trace.tensors.h0 == tensors.h0);
  CHECK(trace.tensors.expect_y == tensors.expect_y);
  CHECK(trace.tensors.expect_h_last == tensors.expect_h_last);
  CHECK(trace.scales == scales);
  CHECK(trace.provenance == nlohmann::json{{"model", "none"}, {"layer", 3}});
  REQUIRE(trace.tolerance);
  CHECK(trace.tolerance->rtol == 1e-3);
  CHECK(trace.sha256 == sha256_of_file(path));
}

TEST_CASE("scan_trace needs three metadata keys and five tensors", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  raw_trace raw;
  for (const char* name : {"D", "z", "delta_bias", "h0", "expect.y", "expect.h_last"}) raw.remove(name);
  for (const char* name : {"B", "C"}) raw.set(name, {2, 3, 5});  // no group axis
  raw.write(path);
  const scan_trace trace = load_scan_trace(path);
  CHECK(trace.tensors.shape.groups == 1);
  CHECK(!trace.tensors.options.reverse);
  CHECK(!trace.tensors.options.decode);
  CHECK(!trace.tolerance);
  CHECK(trace.scales.empty());
  CHECK(trace.provenance.empty());
}

TEST_CASE("scan_trace refuses wrong metadata by field", "[format][traces]") {
  const std::string m = "__metadata__.scansim";
  check_traces_refused({
      {[](raw_trace& t) { t.has_text = false; },
       m + ": expected the trace's description in JSON, found nothing"},
      {with_text("{"), m + ": expected JSON, found a syntax error at byte 2"},
      {with_text("[]"), m + ": expected a JSON object, found an array of 0"},
      {with_text(R"({"operator":"selective_scan"})"), m + ".format: expected 1, found nothing"},
      {with_text(R"({"format":2,"new":0})"), m + ".format: expected 1, found 2"},
      {with_text(R"({"format":1.0})"), m + ".format: expected 1, found 1.0"},
      {with_text(R"({"format":1,"format":1})"), m + ": expected each key once, found \"format\" twice"},
      {with_text(R"({"format":1})"), m + ".operator: expected \"selective_scan\", found nothing"},
      {with_text(R"({"format":1,"operator":"ssd"})"),
       m + ".operator: expected \"selective_scan\", found \"ssd\""},
      {with_text(R"({"format":1,"operator":"selective_scan"})"),
       m + ".delta_softplus: expected true or false, found nothing"},
      {with_text(R"({"format":1,"operator":"selective_scan","delta_softplus":1})"),
       m + ".delta_softplus: expected true or false, found 1"},
      {with_key(R"("reverse":"yes")"), m + ".reverse: expected true or false, found \"yes\""},
      {with_key(R"("revers":true)"), m + ".revers: expected no such key (format 1), found true"},
      {with_key(R"("mode":"train")"), m + ".mode: expected \"prefill\" or \"decode\", found \"train\""},
      {with_key(R"("provenance":"me")"), m + ".provenance: expected an object, found \"me\""},
      {with_key(R"("provenance":{"a":{"b":1,"b":2}})"), m + ": expected each key once, found \"b\" twice"},
      {with_key(R"("expect_tolerance":1)"),
       m + ".expect_tolerance: expected an object of rtol and atol, found 1"},
      {with_key(R"("expect_tolerance":{"rtol":1,"b":1})"),
       m + ".expect_tolerance.atol: expected a number >= 0, found nothing"},
      {with_key(R"("expect_tolerance":{"rtol":1,"atol":1,"b":1})"),
       m + ".expect_tolerance.b: expected no such key (rtol, atol), found 1"},
      {with_key(R"("expect_tolerance":{"rtol":-1,"atol":1})"),
       m + ".expect_tolerance.rtol: expected a number >= 0, found -1"},
  });
}

TEST_CASE("scan_trace refuses wrong scales by field", "[format][traces]") {
  const std::string m = "__metadata__.scansim.scales";
  const auto with_scales = [](const std::function<void(nlohmann::json&)>& change) {
    nlohmann::json scales = scales_to_json({8, 16, 16});
    change(scales);
    return with_key("\"scales\":[" + scales.dump() + "]");
  };
  using nlohmann::json;
  check_traces_refused({
      {with_key(R"("scales":{})"), m + ": expected an array of objects, found an object"},
      {with_key(R"("scales":[1])"), m + "[0]: expected an object, found 1"},
      {with_scales([](json& s) { s.erase("frac_y"); }),
       m + "[0].frac_y: expected an integer from -126 to 126, found nothing"},
      {with_scales([](json& s) { s["frac_u"] = 1.5; }),
       m + "[0].frac_u: expected an integer from -126 to 126, found 1.5"},
      {with_scales([](json& s) { s["frac_u"] = uint64_t{18446744073709551615u}; }),
       m + "[0].frac_u: expected an integer from -126 to 126, found 18446744073709551615"},
      {with_scales([](json& s) { s["state_bits"] = 0; }),
       m + "[0].state_bits: expected an integer from 1 to 64, found 0"},
      {with_scales([](json& s) { s["frac_q"] = 0; }), m + "[0].frac_q: expected no such key, found one"},
  });
}

TEST_CASE("scan_trace refuses tensors that do not fit", "[format][traces]") {
  check_traces_refused(
      {
          {without("u"), "u: expected a tensor, found nothing"},
          {without("A"), "A: expected a tensor, found nothing"},
          {without("C"), "C: expected a tensor, found nothing"},
          {with_shape("delta_bais", {4}),
           "delta_bais: expected a tensor of selective_scan: u, delta, A, B, C, D, z, delta_bias, h0, "
           "expect.y, "
           "expect.h_last, found another name"},
          {with_shape("u", {2, 4}), "u.shape: expected 3 dimensions, found 2"},
          {with_shape("u", {2, 0, 5}), "u.shape: expected sizes >= 1, found [2, 0, 5]"},
          {with_shape("delta", {2, 4, 6}), "delta.shape: expected [2, 4, 5], found [2, 4, 6]"},
          {with_shape("z", {1, 4, 5}), "z.shape: expected [2, 4, 5], found [1, 4, 5]"},
          {with_shape("A", {3, 3}), "A.shape: expected [4, 3], found [3, 3]"},
          {with_shape("A", {4}), "A.shape: expected 2 dimensions, found 1"},
          {with_shape("B", {2, 2, 4, 5}), "B.shape: expected [2, 2, 3, 5], found [2, 2, 4, 5]"},
          {with_shape("C", {2, 1, 3, 5}), "C.shape: expected [2, 2, 3, 5], found [2, 1, 3, 5]"},
          {with_shape("C", {2, 3, 5}), "C.shape: expected [2, 2, 3, 5], found [2, 3, 5]"},
          {with_shape("D", {5}), "D.shape: expected [4], found [5]"},
          {with_shape("delta_bias", {1, 4}), "delta_bias.shape: expected 1 dimensions, found 2"},
          {with_shape("h0", {2, 3, 4}), "h0.shape: expected [2, 4, 3], found [2, 3, 4]"},
          {with_shape("expect.y", {2, 5, 4}), "expect.y.shape: expected [2, 4, 5], found [2, 5, 4]"},
          {with_shape("expect.h_last", {2, 4}), "expect.h_last.shape: expected 3 dimensions, found 2"},
          {[](raw_trace& t) {
             for (const char* name : {"B", "C"}) t.set(name, {2, 3, 3, 5});
           },
           "B.shape: expected G that divides D = 4, found 3"},
          {[](raw_trace& t) {
             for (const char* name : {"B", "C"}) t.set(name, {2, 1, 257, 5});
             for (const char* name : {"h0", "expect.h_last"}) t.set(name, {2, 4, 257});
             t.set("A", {4, 257});
           },
           "A.shape: expected N <= 256, found 257"},
      },
      true);
}

TEST_CASE("scan_trace refuses NaN and infinity with tensor and index", "[format][traces]") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  check_traces_refused({
      {with_value("u", 7, nan), "u[0, 1, 2]: expected a finite value, found nan"},
      {with_value("A", 11, inf), "A[3, 2]: expected a finite value, found inf"},
      {with_value("delta_bias", 0, -inf), "delta_bias[0]: expected a finite value, found -inf"},
      {with_value("expect.y", 39, nan), "expect.y[1, 3, 4]: expected a finite value, found nan"},
  });
}

TEST_CASE("scan_trace is not written when it would not load", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  scan_tensors tensors = small_scan();
  tensors.z.pop_back();
  CHECK(refusal([&] { write_scan_trace(path, tensors); }) == path + ": z: expected 40 values, found 39");
  tensors = small_scan();
  tensors.shape.length = 0;
  CHECK(refusal([&] { write_scan_trace(path, tensors); }) == path + ": shape.L: expected >= 1, found 0");
  tensors = small_scan();
  CHECK(refusal([&] { write_scan_trace(path, tensors, 3); }) ==
        path + ": provenance: expected an object, found 3");
  CHECK(!std::filesystem::exists(path));
}

TEST_CASE("scan_trace description counts every tensor", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  scan_tensors tensors = small_scan();
  tensors.d = {-3.0f, 1.0f, 1.0f, 3.0f};
  write_scan_trace(path, tensors, {{"seed", 1}});
  const nlohmann::json info = describe(load_trace(path));
  CHECK(info["shape"] == nlohmann::json{{"batch", 2}, {"D", 4}, {"N", 3}, {"G", 2}, {"L", 5}});
  CHECK(info["options"]["mode"] == "prefill");
  const auto& d = info["tensors"]["D"];
  CHECK(d["min"] == -3.0);
  CHECK(d["max"] == 3.0);
  CHECK(d["mean"] == 0.5);
  CHECK(d["absmax"] == 3.0);
  CHECK(d["std"].get<double>() == Approx(std::sqrt(4.75)));
  CHECK(info["tensors"]["B"]["shape"] == nlohmann::json{2, 2, 3, 5});
  CHECK(!info["tensors"].contains("expect.y"));
  CHECK(info["provenance"]["seed"] == 1);
}

TEST_CASE("sha256 gives the published test vectors", "[format][traces]") {
  CHECK(sha256_hex("", 0) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc", 3) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
