// "agree" is said only of what was compared: one rung and nothing recorded is a status and a word of its own.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

std::string trace_without_record(const temporary_folder& folder) {
  const std::string path = folder.file("t.safetensors");
  REQUIRE(
      run_scansim({"trace", "generate", "--channels", "4", "--states", "8", "--length", "16", "--out", path})
          .status == 0);
  return path;
}

}  // namespace

TEST_CASE("compare cli never agrees when nothing was compared", "[cli]") {
  const temporary_folder folder;
  const std::string trace = trace_without_record(folder), json = folder.file("r.json");
  for (const std::string rungs : {"ref", "gpu", "hls", "systemc", "ref,gpu"}) {
    CAPTURE(rungs);
    std::vector<std::string> call = {"compare", trace,   "--config", "tiny",   "--rungs",
                                     rungs,     "--gpu", "modelled", "--json", json};
    const program_end end = run_scansim(call);
    CHECK(end.status == 4);
    CHECK(end.out.find("verdict: not compared") != std::string::npos);
    CHECK(end.out.find("verdict: agree") == std::string::npos);
    CHECK(nlohmann::json::parse(read_bytes(json)).at("verdict") == "not compared");
    call.push_back("--allow-uncompared");
    CHECK(run_scansim(call).status == 0);
    call.push_back("--quiet");
    CHECK(run_scansim(call).out.starts_with("verdict: not compared"));
  }
  CHECK(run_scansim({"compare", trace, "--config", "tiny", "--rungs", "ref,hls"}).status == 0);
}

TEST_CASE("run cli gives a report and no verdict on one rung", "[cli]") {
  const temporary_folder folder;
  const program_end end =
      run_scansim({"run", trace_without_record(folder), "--config", "tiny", "--rung", "systemc"});
  CHECK(end.status == 0);
  CHECK(end.out.find("verdict:") == std::string::npos);
}

TEST_CASE("compare cli shows a recording that ref alone misses by ref alone", "[cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  write_small_trace(path);
  std::string bytes = read_bytes(path);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  const size_t at = 8 + length + header.at("expect.y").at("data_offsets")[0].get<size_t>();
  const float wrong = 77;
  std::memcpy(bytes.data() + at, &wrong, sizeof wrong);
  write_bytes(path, bytes);
  const program_end end = run_scansim({"compare", path, "--config", "tiny", "--rungs", "ref,hls,systemc"});
  CHECK(end.status == 1);
  const size_t line = end.out.find("reproduce: ");
  REQUIRE(line != std::string::npos);
  CHECK(end.out.find("--rungs ref", line) != std::string::npos);
  CHECK(end.out.find("hls", line) == std::string::npos);
}

}  // namespace scansim::test
