// Numbers of the report as a reader takes them: energy of the memory that ran, one sum of compulsory bytes,
// rates that say whose they are, lines that fit.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

using nlohmann::json;

struct reported {
  std::string text;
  json result;
};

reported report_of(const temporary_folder& folder, const std::string& trace,
                   const std::vector<std::string>& options) {
  const std::string path = folder.file("numbers.json");
  std::vector<std::string> words = {"compare", trace, "--json", path};
  words.insert(words.end(), options.begin(), options.end());
  const program_end end = run_scansim(words);
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  return {end.out, json::parse(read_bytes(path))};
}

std::string generated(const temporary_folder& folder, const std::vector<std::string>& options) {
  const std::string path = folder.file("g.safetensors");
  std::vector<std::string> words = {"trace", "generate", "--out", path, "--expect"};
  words.insert(words.end(), options.begin(), options.end());
  REQUIRE(run_scansim(words).status == 0);
  return path;
}

// Paths and lists of counts may be longer.
void check_widths(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    const bool free = line.starts_with("trace ") || line.starts_with("gpu: ") ||
                      line.starts_with("written: ") || line.ends_with(" other counts are 0");
    CHECK((free || line.size() <= 120));
  }
}

}  // namespace

TEST_CASE("energy cli is that of the memory model that ran", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  std::set<double> estimates;
  for (const std::string memory : {"ideal", "latency", "dram-ddr4", "dram-lpddr5", "dram-hbm2"}) {
    CAPTURE(memory);
    const bool dram = memory.starts_with("dram-");
    const reported found =
        report_of(folder, trace, {"--config", "edge", "--rungs", "hls,systemc", "--memory", memory});
    const json& systemc = found.result["rungs"]["systemc"];
    CHECK(systemc["energy"]["dram"]["costs"] == (dram ? memory : "asic7-lpddr5"));
    CHECK(systemc["memory"]["axi_read_bytes"] == systemc["counters"]["dma"]["dram_read_bytes"]);
    CHECK(systemc["memory"].contains("dram_activates") == dram);
    const std::string line = dram ? " of " + memory + "\n" : "has no costs of its own)\n";
    CHECK(found.text.find(line) != std::string::npos);
    CHECK((found.text.find("activations") != std::string::npos) == dram);
    double charged = 0;
    for (const json& event : systemc["energy"]["events"])
      if (event["block"] == "dram" && event["event"] == "dram_activates")
        charged = event["nominal_pj"].get<double>();
    CHECK((charged > 0) == dram);
    estimates.insert(systemc["energy"]["system_estimate"]["nominal_pj"].get<double>());
    check_widths(found.text);
  }
  CHECK(estimates.size() == 5);  // ideal and latency: the same bytes, not the same time
}

TEST_CASE("memory cli counts the same behind systemc, fast and rtl, over all starts", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace =
      generated(folder, {"--channels", "4", "--states", "8", "--length", "6", "--decode"});
  const reported found = report_of(
      folder, trace, {"--config", "tiny", "--rungs", "hls,systemc,fast,rtl", "--memory", "dram-ddr4"});
  const json &systemc = found.result["rungs"]["systemc"], &rtl = found.result["rungs"]["rtl"];
  CHECK(systemc["memory"] == rtl["memory"]);
  CHECK(systemc["memory"] == found.result["rungs"]["fast"]["memory"]);
  CHECK(systemc["energy"] == found.result["rungs"]["fast"]["energy"]);
  CHECK(systemc["memory"]["dram_activates"].get<uint64_t>() >= 6);  // every start opens rows anew
  CHECK(systemc["memory"]["axi_write_bytes"] == rtl["counters"]["dma"]["dram_write_bytes"]);
  CHECK(found.text.find("systemc, fast, rtl: bound by ") != std::string::npos);
}

TEST_CASE("metrics cli of a layer of two directions count what the layer needs", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace =
      generated(folder, {"--operator", "mamba_block", "--model-width", "32", "--channels", "64", "--states",
                         "8", "--length", "50", "--bidirectional"});
  const reported found = report_of(folder, trace, {"--config", "block", "--rungs", "hls,systemc"});
  const json& rungs = found.result["rungs"];
  // This machine takes the directions one by one: out_proj twice, where the layer needs it once.
  const uint64_t needed = found.result["trace"]["macs"].get<uint64_t>();
  CHECK(rungs["hls"]["counters"]["mamba_block"]["multiplies"] == needed + 50 * 32 * 64);
  CHECK(found.result["trace"]["state_updates"] == 2 * 50 * 64 * 8);
  const json& metrics = rungs["systemc"]["metrics"];
  const uint64_t done = rungs["systemc"]["counters"]["gemm_nm"]["macs"].get<uint64_t>();
  CHECK(done > needed);
  CHECK(metrics["macs_over_useful"].get<double>() ==
        Approx(static_cast<double>(done) / static_cast<double>(needed)));
  CHECK(metrics["useful_macs"]["per_cycle"].get<double>() * rungs["systemc"]["cycles"].get<double>() ==
        Approx(needed));
  CHECK(found.text.find("useful MACs ") != std::string::npos);
  CHECK(found.text.find("layer tok/s") != std::string::npos);
  CHECK(found.text.starts_with("trace "));  // and no counts in front of it
  check_widths(found.text);
}

TEST_CASE("compulsory cli bytes are one sum, of the arithmetic and of every program", "[system][cli]") {
  const temporary_folder folder;
  const std::vector<std::string> layer = {"--operator", "mamba_block", "--model-width", "32",
                                          "--channels", "64",          "--length",      "20"};
  const std::vector<std::vector<std::string>> kinds = {
      {"--states", "8"},
      {"--states", "8", "--bidirectional"},
      {"--states", "16", "--bidirectional", "--pattern", "2:4", "--no-hadamard"},
      {"--states", "8", "--state"},
      {"--states", "8", "--weight-format", "w4g128"},
      {"--states", "16", "--state-pattern", "2:4"},
      {"--states", "16", "--state-pattern", "2:4", "--state-groups", "2", "--pattern", "2:4"}};
  for (const std::vector<std::string>& kind : kinds) {
    CAPTURE(kind);
    std::vector<std::string> options = layer;
    options.insert(options.end(), kind.begin(), kind.end());
    const std::string trace = generated(folder, options);
    const json fused = report_of(folder, trace, {"--config", "block", "--rungs", "hls,systemc"}).result;
    const json apart =
        report_of(folder, trace,
                  {"--config", "block", "--rungs", "systemc", "--unfused", "--allow-uncompared"})
            .result;
    const json alone =
        report_of(folder, trace, {"--config", "tiny", "--rungs", "hls", "--allow-uncompared"}).result;
    const json& sum = fused["trace"]["compulsory_bytes"];
    CHECK(fused["rungs"]["hls"]["traffic"]["compulsory_bytes"] == sum);
    CHECK(fused["rungs"]["systemc"]["traffic"]["compulsory_bytes"] == sum);
    CHECK(apart["trace"]["compulsory_bytes"] == sum);
    CHECK(alone["trace"]["compulsory_bytes"] == sum);
    for (const auto& [tensor, bytes] : fused["rungs"]["hls"]["traffic"]["tensors"].items()) {
      CAPTURE(tensor);
      CHECK(fused["rungs"]["systemc"]["traffic"]["tensors"][tensor]["compulsory_bytes"] == bytes);
    }
  }
}

TEST_CASE("operators cli of a layer sum to the gemm's cycles and products and to all energy",
          "[system][cli]") {
  const temporary_folder folder;
  const std::string trace =
      generated(folder, {"--operator", "mamba_block", "--model-width", "32", "--channels", "64", "--states",
                         "8", "--length", "150", "--bidirectional"});
  const reported found = report_of(folder, trace, {"--config", "block", "--rungs", "hls,systemc"});
  const json& systemc = found.result["rungs"]["systemc"];
  uint64_t busy = 0, macs = 0, weights = 0;
  double energy_pj = 0;
  std::set<std::string> names;
  for (const json& one : systemc["operators"]) {
    names.insert(one["name"].get<std::string>());
    energy_pj += one["energy_pj"].get<double>();
    weights += one["weight_bytes"].get<uint64_t>();
    if (one["unit"] != "gemm_nm") continue;
    busy += one["busy_cycles"].get<uint64_t>();
    macs += one["steps"].get<uint64_t>();
  }
  CHECK(names == std::set<std::string>{"norm", "in_proj", "conv1d", "x_proj", "dt_proj", "backward.x_proj",
                                       "backward.dt_proj", "scan", "rotation", "out_proj", "moving"});
  CHECK(busy == systemc["counters"]["gemm_nm"]["busy"].get<uint64_t>());
  CHECK(macs == systemc["counters"]["gemm_nm"]["macs"].get<uint64_t>());
  CHECK(weights == systemc["traffic"]["tensors"]["weights"]["compulsory_bytes"].get<uint64_t>());
  CHECK(energy_pj == Approx(systemc["energy"]["system_estimate"]["nominal_pj"].get<double>()));
  CHECK(found.text.find("operator (systemc) ") != std::string::npos);
  CHECK(found.result["rungs"]["hls"]["operators"].is_null());
}

TEST_CASE("compare cli says that a machine is slower than the gpu", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  const reported found =
      report_of(folder, trace, {"--config", "tiny", "--rungs", "ref,gpu,hls,systemc", "--gpu", "modelled"});
  CHECK(found.text.find("systemc over gpu: ") != std::string::npos);
  CHECK(found.text.find(" x slower (simulated ") != std::string::npos);
  CHECK(found.text.find("scan tok/s") != std::string::npos);
}

}  // namespace scansim::test
