// Malformed traces: exit status 2, one line that names the field, no output file.
#include <catch2/catch.hpp>
#include <cstring>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

using nlohmann::json;

struct bad_trace {
  const char* what;
  std::string named;
  std::function<std::string(const std::string&)> damage;
};

std::function<std::string(const std::string&)> header(const std::function<void(json&)>& change) {
  return [change](const std::string& bytes) { return with_header(bytes, change); };
}

std::function<std::string(const std::string&)> metadata(const std::function<void(json&)>& change) {
  return [change](const std::string& bytes) { return with_metadata(bytes, change); };
}

std::string with_value(const std::string& bytes, float value) {  // the first element of u
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const auto offset = json::parse(bytes.substr(8, length))["u"]["data_offsets"][0].get<size_t>();
  std::string changed = bytes;
  std::memcpy(changed.data() + 8 + length + offset, &value, sizeof value);
  return changed;
}

const std::vector<bad_trace> bad_traces = {
    {"empty", "8 bytes", [](const std::string&) { return std::string(); }},
    {"short", "8 bytes", [](const std::string& b) { return b.substr(0, 5); }},
    {"only a length", "header", [](const std::string& b) { return b.substr(0, 8); }},
    {"cut header", "header", [](const std::string& b) { return b.substr(0, 100); }},
    {"cut data", "expected", [](const std::string& b) { return b.substr(0, b.size() - 1); }},
    {"appended data", "expected", [](const std::string& b) { return b + "x"; }},
    {"huge length", "header", [](const std::string& b) { return with_length("{}", b, UINT64_MAX); }},
    {"text", "header", [](const std::string&) { return std::string("{\"u\": [1, 2, 3], \"delta\": [4]}"); }},
    {"header no object", "header", [](const std::string&) { return raw_safetensors("[1]", ""); }},
    {"header no JSON", "header", [](const std::string&) { return raw_safetensors("{u: 1}", ""); }},
    {"header cut JSON", "header", [](const std::string&) { return raw_safetensors("{\"u\":", ""); }},
    {"no tensors", "expected", [](const std::string&) { return raw_safetensors("{}", ""); }},
    {"no u", "a gap", header([](json& h) { h.erase("u"); })},
    {"no A", "a gap", header([](json& h) { h.erase("A"); })},
    {"no metadata", "scansim", header([](json& h) { h.erase("__metadata__"); })},
    {"metadata no object", "__metadata__", header([](json& h) { h["__metadata__"] = 3; })},
    {"metadata value no text", "__metadata__", header([](json& h) { h["__metadata__"]["scansim"] = 3; })},
    {"metadata no JSON", "scansim", header([](json& h) { h["__metadata__"]["scansim"] = "{"; })},
    {"metadata a list", "scansim", header([](json& h) { h["__metadata__"]["scansim"] = "[]"; })},
    {"unknown dtype", "dtype", header([](json& h) { h["u"]["dtype"] = "F33"; })},
    {"integer dtype", "u", header([](json& h) { h["u"]["dtype"] = "I32"; })},
    {"dtype no text", "dtype", header([](json& h) { h["u"]["dtype"] = 32; })},
    {"no dtype", "dtype", header([](json& h) { h["u"].erase("dtype"); })},
    {"no shape", "shape", header([](json& h) { h["u"].erase("shape"); })},
    {"shape no list", "shape", header([](json& h) { h["u"]["shape"] = 128; })},
    {"negative size", "shape", header([](json& h) {
       h["u"]["shape"] = {1, -4, -32};
     })},
    {"size overflow", "u", header([](json& h) {
       h["u"]["shape"] = {1, 4294967296, 4294967296};
     })},
    {"rank", "u", header([](json& h) {
       h["u"]["shape"] = {4, 32};
     })},
    {"other D", "expected", header([](json& h) {
       h["u"]["shape"] = {1, 2, 64};
     })},
    {"zero batch", "expected", header([](json& h) {
       h["u"]["shape"] = {0, 4, 32};
     })},
    {"no offsets", "data_offsets", header([](json& h) { h["u"].erase("data_offsets"); })},
    {"offsets reversed", "data_offsets",
     header([](json& h) { std::swap(h["u"]["data_offsets"][0], h["u"]["data_offsets"][1]); })},
    {"offsets outside", "data_offsets", header([](json& h) {
       h["u"]["data_offsets"] = {0, 1 << 30};
     })},
    {"offsets overlap", "expected",
     header([](json& h) { h["u"]["data_offsets"] = h["delta"]["data_offsets"]; })},
    {"offsets not integers", "data_offsets", header([](json& h) {
       h["u"]["data_offsets"] = {0.5, 512.5};
     })},
    {"an unknown member", "u", header([](json& h) { h["u"]["colour"] = "red"; })},
    {"an unknown tensor", "q", header([](json& h) { h["q"] = h["z"], h.erase("z"); })},
    {"C of other N", "C", header([](json& h) {
       h["C"]["shape"] = {1, 2, 4, 64};
     })},
    {"no format", "format", metadata([](json& m) { m.erase("format"); })},
    {"other format", "format", metadata([](json& m) { m["format"] = 2; })},
    {"format no number", "format", metadata([](json& m) { m["format"] = "1"; })},
    {"other operator", "operator", metadata([](json& m) { m["operator"] = "convolution"; })},
    {"no operator", "operator", metadata([](json& m) { m.erase("operator"); })},
    {"no delta_softplus", "delta_softplus", metadata([](json& m) { m.erase("delta_softplus"); })},
    {"delta_softplus no bool", "delta_softplus", metadata([](json& m) { m["delta_softplus"] = 1; })},
    {"reverse no bool", "reverse", metadata([](json& m) { m["reverse"] = "no"; })},
    {"unknown mode", "mode", metadata([](json& m) { m["mode"] = "sideways"; })},
    {"unknown key", "colour", metadata([](json& m) { m["colour"] = 1; })},
    {"negative tolerance", "expect_tolerance", metadata([](json& m) {
       m["expect_tolerance"] = {{"rtol", -1}, {"atol", 0}};
     })},
    {"scales no list", "scales", metadata([](json& m) { m["scales"] = 7; })},
    {"scales incomplete", "scales", metadata([](json& m) {
       m["scales"] = json::array({{{"operand_bits", 8}}});
     })},
    {"a NaN", "u", [](const std::string& b) { return with_value(b, std::nanf("")); }},
    {"an infinity", "u", [](const std::string& b) { return with_value(b, INFINITY); }},
};

}  // namespace

TEST_CASE("cli refuses malformed traces with status 2 and one line", "[unit][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), json_path = folder.file("v.json");
  write_small_trace(path);
  const std::string good = read_bytes(path);
  REQUIRE(run_scansim({"trace", "info", path}).status == 0);
  for (const bad_trace& bad : bad_traces) {
    write_bytes(path, bad.damage(good));
    CAPTURE(bad.what, bad.named);
    for (const auto& arguments : {std::vector<std::string>{"compare", path, "--config", "tiny", "--rungs",
                                                           "ref,hls", "--json", json_path},
                                  std::vector<std::string>{"trace", "verify", path}}) {
      const program_end end = run_scansim(arguments);
      CAPTURE(end.err);
      CHECK(end.status == 2);
      CHECK(end.error_lines() == 1);
      CHECK(end.err.find(path) != std::string::npos);
      CHECK(end.err.find(bad.named) != std::string::npos);
      CHECK_FALSE(std::filesystem::exists(json_path));
    }
  }
}

TEST_CASE("cli refuses scans that the machine cannot run with status 2", "[unit][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  REQUIRE(
      run_scansim({"trace", "generate", "--channels", "2", "--states", "65", "--length", "4", "--out", path})
          .status == 0);
  const program_end end = run_scansim({"compare", path, "--config", "tiny", "--rungs", "hls"});
  CAPTURE(end.err);
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
}

}  // namespace scansim::test
