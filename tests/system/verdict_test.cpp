// What `compare` says: exit status, JSON keys, the place of a difference, the command that repeats it;
// interruption.
#include <catch2/catch.hpp>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/scan_trace.h"

namespace scansim::test {
namespace {

using nlohmann::json;

json compared(const std::string& trace, const std::string& rungs, const temporary_folder& folder,
              int status) {
  const std::string path = folder.file("v.json");
  const program_end end = run_scansim({"compare", trace, "--config", "tiny", "--rungs", rungs, "--memory",
                                       "random", "--seed", "5", "--json", path});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == status);
  return json::parse(read_bytes(path));
}

size_t files_in(const temporary_folder& folder) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

}  // namespace

TEST_CASE("cli compare agrees on every rung and writes the promised keys", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  const json result = compared(trace, "ref,hls,systemc,rtl", folder, 0);
  CHECK(result["verdict"] == "agree");
  CHECK(result["trace"]["sha256"] == load_scan_trace(trace).sha256);
  CHECK(result["design_point"]["num_lanes"] == 1);
  CHECK(result["errors"]["hls_vs_ref"]["relative_mse"].get<double>() < 5e-5);
  CHECK(result["errors"]["quantisation"]["relative_mse"].get<double>() < 0.1);
  for (const char* rung : {"ref", "hls", "systemc", "rtl"})
    for (const char* key : {"cycles", "counters", "output_sha256", "state_sha256", "wall_s", "energy"}) {
      CAPTURE(rung, key);
      CHECK(result["rungs"][rung].contains(key));
    }
  const json& rtl = result["rungs"]["rtl"];
  CHECK(rtl["cycles"].get<uint64_t>() > 0);
  CHECK(rtl["cycles"] == result["rungs"]["systemc"]["cycles"]);
  CHECK(rtl["counters"] == result["rungs"]["systemc"]["counters"]);
  CHECK(rtl["counters"]["scan_serial"]["state_updates"].get<uint64_t>() >= 4 * 8 * 32);
  CHECK(rtl["output_sha256"] == result["rungs"]["hls"]["output_sha256"]);
  CHECK(rtl["state_sha256"] == result["rungs"]["hls"]["state_sha256"]);
  CHECK(rtl["energy"].is_object());
}

TEST_CASE("cli compare of few channels does not take chance for a gain", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  // Sizes, seed: calls within a thousandth of the bar of their squared error, as each of the two to four
  // channels had the errors of the same sign.
  const std::vector<std::vector<std::string>> calls = {{"2", "4", "9", "5"},   {"2", "4", "9", "36"},
                                                       {"3", "1", "40", "4"},  {"3", "1", "40", "24"},
                                                       {"4", "4", "12", "19"}, {"4", "2", "16", "37"}};
  for (const std::vector<std::string>& call : calls) {
    REQUIRE(run_scansim({"trace", "generate", "--channels", call[0], "--states", call[1], "--length", call[2],
                         "--seed", call[3], "--out", trace})
                .status == 0);
    const program_end end = run_scansim({"compare", trace, "--config", "tiny", "--rungs", "ref,hls"});
    CAPTURE(call, end.out, end.err);
    CHECK(end.status == 0);
  }
}

TEST_CASE("cli compare names the first wrong element and repeats with one command", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  const scan_trace good = load_scan_trace(trace);
  scan_tensors wrong = good.tensors;
  wrong.expect_y[2 * 32 + 9] += 1;  // batch 0, channel 2, token 9
  write_scan_trace(trace, wrong);
  const program_end end = run_scansim({"compare", trace, "--config", "tiny", "--rungs", "ref,hls"});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 1);
  CHECK(end.out.find("(batch 0, channel 2, token 9)") != std::string::npos);
  CHECK(end.out.find("scansim compare " + trace + " --config tiny --seed 1 --rungs ref\n") !=
        std::string::npos);
  CHECK(end.out.find("reproduce: ") != std::string::npos);
  CHECK(run_scansim({"trace", "verify", trace}).status == 1);
  CHECK(compared(trace, "ref,hls", folder, 1)["verdict"] == "disagree");
}

TEST_CASE("cli calibrate stores scales that compare then uses, one set per widths", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors"), once = folder.file("once.safetensors"),
                    thrice = folder.file("thrice.safetensors"), twice = folder.file("twice.safetensors");
  write_small_trace(trace);
  REQUIRE(run_scansim({"trace", "calibrate", trace, "--config", "tiny", "--out", once}).status == 0);
  REQUIRE(run_scansim({"trace", "calibrate", once, "--config", "base16", "--out", twice}).status == 0);
  REQUIRE(run_scansim({"trace", "calibrate", twice, "--config", "edge", "--out", thrice}).status == 0);
  CHECK(run_scansim({"trace", "calibrate", twice, "--config", "edge", "--out", twice}).status == 2);
  scan_trace stored = load_scan_trace(thrice);
  REQUIRE(stored.scales.size() == 2);
  const json fresh = compared(trace, "ref,hls", folder, 0), same = compared(thrice, "ref,hls", folder, 0);
  CHECK(fresh["rungs"]["hls"]["output_sha256"] == same["rungs"]["hls"]["output_sha256"]);
  for (scan_scales& scales : stored.scales) scales.frac_y -= 1;
  write_scan_trace(twice, stored.tensors, stored.provenance, stored.scales, stored.tolerance);
  const json coarser = compared(twice, "ref,hls", folder, 0);
  CHECK(fresh["rungs"]["hls"]["output_sha256"] != coarser["rungs"]["hls"]["output_sha256"]);
}

TEST_CASE("cli run reports one rung and writes tables and waves", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors"), wave = folder.file("w.fst"),
                    tables = folder.file("tables");
  write_small_trace(trace);
  const program_end end =
      run_scansim({"run", trace, "--config", "tiny", "--rung", "rtl", "--wave", wave, "--csv", tables});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  CHECK(std::filesystem::file_size(wave) > 1000);
  CHECK(std::distance(std::filesystem::directory_iterator(tables), {}) == 2);
  CHECK(files_in(folder) == 3);
}

TEST_CASE("cli bench writes the promised keys", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("b.json");
  const program_end end = run_scansim({"bench", "--config", "tiny", "--rungs", "hls,systemc,rtl", "--shape",
                                       "unit", "--length", "64", "--json", path});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  const json result = json::parse(read_bytes(path));
  for (const char* rung : {"hls", "systemc", "rtl"}) {
    CHECK(result["rungs"][rung]["state_updates_per_s"].get<double>() > 0);
    CHECK(result["rungs"][rung].contains("cycles_per_s"));
  }
  CHECK(result["rungs"]["rtl"]["cycles_per_s"].get<double>() > 0);
  CHECK(result["ratios"]["systemc_over_rtl"].get<double>() > 0);
  CHECK(result["ratios"]["hls_over_systemc"].get<double>() > 0);
}

// The rest of y is 0 beside it: what is lost is lost by the format, and the value itself is right.
TEST_CASE("cli one value that is far too large makes a warning, not a disagreement of slope",
          "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  REQUIRE(run_scansim({"trace", "generate", "--channels", "16", "--states", "8", "--length", "40", "--seed",
                       "5", "--out", trace})
              .status == 0);
  scan_tensors tensors = load_scan_trace(trace).tensors;
  for (const float outlier : {5000.0F, 1e6F, 1e12F}) {
    tensors.z[7] = outlier;
    write_scan_trace(trace, tensors);
    for (const char* config : {"tiny", "block-tiny"}) {
      const program_end end = run_scansim({"compare", trace, "--config", config, "--rungs", "ref,hls"});
      CAPTURE(outlier, config, end.out);
      CHECK(end.status == 0);
      CHECK(end.out.find("verdict: agree, with a warning: quantisation") != std::string::npos);
    }
  }
}

TEST_CASE("cli says why a scan misses its bar on machines that no state can be wider on", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  REQUIRE(run_scansim({"trace", "generate", "--operator", "scan_sets", "--channels", "8", "--states", "4",
                       "--grid", "4x5", "--extremes", "8", "--seed", "3", "--out", trace})
              .status == 0);
  for (const char* config : {"block-tiny", "block", "tiny"}) {
    const program_end end = run_scansim({"compare", trace, "--config", config, "--rungs", "ref,hls"});
    CAPTURE(config, end.out, end.err);
    CHECK(end.status == 1);
    CHECK(end.out.find("verdict: disagree") != std::string::npos);
    CHECK((end.out.find("with state_bits ") != std::string::npos) == (std::string(config) == "tiny"));
  }
}

TEST_CASE("cli leaves nothing behind when interrupted", "[system][cli]") {
  const temporary_folder folder;
  for (const int delay_ms : {30, 200, 600}) {
    CAPTURE(delay_ms);
    const program_end end = run_scansim({"trace", "generate", "--shape", "mamba-2.8b", "--length", "16384",
                                         "--out", folder.file("t.safetensors")},
                                        delay_ms);
    CHECK(end.status == 130);
    CHECK(files_in(folder) == 0);
  }
}

}  // namespace scansim::test
