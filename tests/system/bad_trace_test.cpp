// Malformed traces: exit status 2, one line that names the field, no output file.
#include <catch2/catch.hpp>
#include <cstring>

#include "tests/system/shell_run.h"
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

// The first element of `tensor`.
std::string with_value(const std::string& bytes, float value, const char* tensor = "u") {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const auto offset = json::parse(bytes.substr(8, length))[tensor]["data_offsets"][0].get<size_t>();
  std::string changed = bytes;
  std::memcpy(changed.data() + 8 + length + offset, &value, sizeof value);
  return changed;
}

const std::vector<bad_trace> bad_traces = {
    {"empty", "10 bytes", [](const std::string&) { return std::string(); }},
    {"short", "10 bytes", [](const std::string& b) { return b.substr(0, 5); }},
    {"only a length", "at least 10 bytes (8 of header length, then JSON), found 8",
     [](const std::string& b) { return b.substr(0, 8); }},
    {"eight zeros", "at least 10 bytes (8 of header length, then JSON), found 8",
     [](const std::string&) { return std::string(8, '\0'); }},
    {"nine zeros", "found 9", [](const std::string&) { return std::string(9, '\0'); }},
    {"ten zeros", "expected 2 to 2 bytes, found 0", [](const std::string&) { return std::string(10, '\0'); }},
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
    {"a growing state", "A[0, 0]: expected a value <= 0 (a decay of at most 1), found 0.693",
     [](const std::string& b) { return with_value(b, 0.6931F, "A"); }},
    {"an infinite output", "an output below 3.4e38 of ref, found -inf (delta_softplus is false and",
     [](const std::string& b) {
       const auto raw = metadata([](json& m) { m["delta_softplus"] = false; });
       return with_value(raw(with_value(b, -1e30F, "A")), -1, "delta");
     }},
    {"NULs behind the header's JSON", "header: expected JSON, found a NUL",
     [](const std::string& b) {
       const std::string text = b.substr(8, b.find("}}") - 6);
       return raw_safetensors(text + std::string(3, '\0'), "");
     }},
    {"a Git LFS pointer", "found a Git LFS pointer",
     [](const std::string&) { return std::string("version https://git-lfs.github.com/spec/v1\n"); }},
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
    std::string message;
    for (const auto& arguments : {std::vector<std::string>{"compare", path, "--config", "tiny", "--rungs",
                                                           "ref,hls", "--json", json_path},
                                  std::vector<std::string>{"trace", "verify", path}}) {
      const program_end end = run_scansim(arguments);
      CAPTURE(end.err);
      CHECK(end.status == 2);
      CHECK(end.error_lines() == 1);
      CHECK(end.err.find(path) != std::string::npos);
      CHECK(end.err.find(bad.named) != std::string::npos);
      CHECK((message.empty() || message == end.err));  // verify says what compare says
      message = end.err;
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
  CHECK(end.err.find(path + ": A: expected at most max_states = 64") != std::string::npos);
  CHECK(run_scansim({"compare", path, "--config", "tiny", "--rungs", "ref"}).err.empty());
}

TEST_CASE("cli notes what fits and is probably not meant", "[unit][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  REQUIRE(
      run_scansim({"trace", "generate", "--channels", "4", "--states", "1", "--length", "4", "--out", path})
          .status == 0);
  CHECK(run_scansim({"trace", "verify", path}).out.find("note: D = L = 4 and no expect.y") !=
        std::string::npos);
  std::string bytes = read_bytes(path);
  write_bytes(path, with_metadata(bytes, [](json& m) { m["delta_softplus"] = false; }));
  const program_end end = run_scansim({"compare", path, "--config", "tiny", "--rungs", "ref"});
  CHECK(end.out.find("delta_softplus is false and") != std::string::npos);
}

TEST_CASE("cli names the type whose tolerance a recording is held to", "[unit][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  write_small_trace(path);
  write_bytes(path, with_value(read_bytes(path), 1000, "expect.y"));
  for (const auto& arguments :
       {std::vector<std::string>{"compare", path, "--config", "tiny", "--rungs", "ref"},
        std::vector<std::string>{"trace", "verify", path}}) {
    const program_end end = run_scansim(arguments);
    CAPTURE(end.out, end.err);
    CHECK(end.status == 1);
    CHECK((end.out + end.err).find("the tolerance of F32 recordings (rtol 0.0006, atol 0.002;") !=
          std::string::npos);
  }
}

// A pipe without a writer would be waited for, and no signal that is handled ends the wait.
TEST_CASE("cli refuses a pipe in the place of any input and does not wait for it", "[unit][cli][negative]") {
  const shell_folder folder;
  REQUIRE(
      folder
          .run("mkfifo p p.yaml p.index.json p.csv; echo '{sweep: 1, base: tiny, workloads: [{channels: 8, "
               "states: 8, length: 8}], space: {tile_buffers: [2, 4]}, sample: {method: list, file: p.csv}}' "
               "> s.yaml")
          .status == 0);
  for (const char* command :
       {"compare p --config tiny --rungs ref,hls", "compare t.safetensors --config p.yaml", "trace info p",
        "trace verify p", "sweep plan p.yaml", "sweep plan s.yaml", "regress run p.yaml --out r",
        "gpu import --ncu p --json j", "report p --html h", "network p.yaml --config block",
        "trace capture --model $M --tokens p --layer 0 --out o",
        "trace capture --model $M --text p --layer 0 --out o",
        "trace capture --model p.index.json --text $W --layer 0 --out o",
        "accuracy --model p.index.json --format float", "accuracy --model p --format float",
        "accuracy --model byte-mamba --format float --tokens p",
        "sparsify $M --pattern 2:4 --method activation --tokens p --out o"}) {
    const program_end end = folder.run(std::string("timeout -k 1 20 $S ") + command);
    CAPTURE(command, end.out, end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
  }
}

}  // namespace scansim::test
