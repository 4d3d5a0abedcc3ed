// A verdict with a warning: status 0 unless --fail-on names it, then a status of its own.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

using Catch::Matchers::Contains;

void set_first(const std::string& path, const std::string& tensor, float value) {
  std::string bytes = read_bytes(path);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  const size_t at = 8 + length + header.at(tensor).at("data_offsets")[0].get<size_t>();
  std::memcpy(bytes.data() + at, &value, sizeof value);
  write_bytes(path, bytes);
}

// One value of the gate saturates, and with it nearly all of y.
std::string trace_with_lost_gate(const temporary_folder& folder) {
  const std::string path = folder.file("t.safetensors");
  REQUIRE(
      run_scansim({"trace", "generate", "--channels", "4", "--states", "8", "--length", "16", "--out", path})
          .status == 0);
  set_first(path, "z", 5000);
  return path;
}

}  // namespace

TEST_CASE("compare cli gives a status of its own to quantisation that lost the signal", "[cli]") {
  const temporary_folder folder;
  const std::string json = folder.file("r.json");
  std::vector<std::string> call = {
      "compare", trace_with_lost_gate(folder), "--config", "tiny", "--rungs", "ref,hls", "--json", json};
  program_end end = run_scansim(call);
  CHECK(end.status == 0);
  CHECK_THAT(end.out, Contains("verdict: agree, with a warning: quantisation"));
  CHECK_THAT(end.out, Contains("warning: quantisation: hls: the signal is lost"));
  const auto result = nlohmann::json::parse(read_bytes(json));
  CHECK(result.at("verdict") == "agree");
  CHECK(result.at("warnings")[0].at("kind") == "quantisation");
  CHECK(result.at("errors").at("lost").at("relative_mse") > 0.1);
  call.insert(call.end(), {"--fail-on", "quantisation", "--quiet"});
  CHECK(run_scansim(call).status == 5);
  call[call.size() - 2] = "blind-check";
  CHECK(run_scansim(call).status == 0);
  call[call.size() - 2] = "quantization";
  end = run_scansim(call);
  CHECK(end.status == 2);
  CHECK_THAT(end.err, Contains("--fail-on"));
}

TEST_CASE("trace verify says what a tolerance of the trace's own cannot see", "[cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  write_small_trace(path);
  write_bytes(path, with_metadata(read_bytes(path), [](nlohmann::json& metadata) {
                metadata["expect_tolerance"] = {{"rtol", 0}, {"atol", 1e4}};
              }));
  const program_end end = run_scansim({"trace", "verify", path});
  CHECK(end.status == 0);
  CHECK_THAT(end.out, Contains("judged by the trace's expect_tolerance (rtol 0, atol 10000) alone"));
  CHECK_THAT(end.out,
             Contains("warning: blind check: ref against the recording would also have agreed with a "
                      "deleted scan (C = 0) and with swapped B and C"));
}

TEST_CASE("compare cli names steps and saturations beyond the machine with their counts", "[cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  REQUIRE(
      run_scansim({"trace", "generate", "--channels", "4", "--states", "8", "--length", "16", "--out", path})
          .status == 0);
  set_first(path, "delta", 60);
  const program_end end = run_scansim({"compare", path, "--config", "tiny", "--rungs", "ref,hls"});
  CHECK(end.status == 1);
  CHECK_THAT(end.out, Contains("limit of the machine: steps beyond 16 (1)"));
  CHECK_THAT(end.out, Contains("saturated in hls: delta_softplus.saturations_delta 1"));
  CHECK_THAT(end.out, Contains("the machine cuts off steps beyond 16 (1)"));
}

}  // namespace scansim::test
