// `scansim network` as a process: a published network end to end, its files, wrong requests.
#include <catch2/catch.hpp>

#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

TEST_CASE("network_command gives a network kind by kind, and says what it is without", "[system][network]") {
  const temporary_folder folder;
  const program_end end = run_scansim({"network", "mamba-130m", "--config", "base", "--memory", "dram-hbm2",
                                       "--json", folder.file("r.json"), "--csv", folder.file("r.csv")});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  CHECK(end.out.find("without 171 of 195 layers (100.0 % of the MACs") != std::string::npos);
  CHECK(end.out.find("multiplied by its instances; rung fast\n") != std::string::npos);
  CHECK(end.out.find("decode: one step behind 2048 tokens") != std::string::npos);
  const nlohmann::json result = nlohmann::json::parse(read_bytes(folder.file("r.json")));
  const nlohmann::json& prefill = result.at("phases").at("prefill");
  // One layer by the other way to it: a trace of the published shape on systemc.
  const program_end traced =
      run_scansim({"trace", "generate", "--shape", "mamba-130m", "--out", folder.file("t.safetensors")});
  REQUIRE(traced.status == 0);
  const program_end compared =
      run_scansim({"compare", folder.file("t.safetensors"), "--config", "base", "--memory", "dram-hbm2",
                   "--rungs", "fast", "--json", folder.file("c.json")});
  CAPTURE(compared.out, compared.err);
  const nlohmann::json layer = nlohmann::json::parse(read_bytes(folder.file("c.json")));
  const uint64_t cycles = layer.at("rungs").at("fast").at("cycles");
  CHECK(prefill.at("total").at("cycles") == 24 * cycles);
  CHECK(
      prefill.at("total").at("energy_pj").at("nominal").get<double>() ==
      Approx(24 *
             layer.at("rungs").at("fast").at("energy").at("system_estimate").at("nominal_pj").get<double>()));
  const std::string csv = read_bytes(folder.file("r.csv"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 2 * 11);
}

TEST_CASE("network_command lists networks and kinds", "[system][network]") {
  const program_end list = run_scansim({"network", "--list"});
  CHECK(list.status == 0);
  CHECK(list.out.find("\nmamba-130m") != std::string::npos);
  CHECK(run_scansim({"network", "--kinds"}).out.find("\nmamba2: ") != std::string::npos);
}

TEST_CASE("network_command a layer that does not fit names the knob and the value that would do",
          "[negative][system][network]") {
  const auto decoded = [](const std::string& rows) {
    return run_scansim({"network", "mamba-130m", "--config", "block", "--phase", "decode", "--set",
                        "gemm_weight_rows=" + rows})
        .out;
  };
  const std::string small = decoded("64"), named = "found 192 rows; gemm_weight_rows = 512 would do";
  CAPTURE(small);
  CHECK(small.find(named) != std::string::npos);  // the longest of its projections, not the first
  CHECK(small.find("found 96 rows of K = 768; gemm_weight_rows = 128 would do") != std::string::npos);
  CHECK(decoded("256").find(named) != std::string::npos);
  CHECK(decoded("512").find("would do") == std::string::npos);
}

TEST_CASE("network_command refuses in one line", "[system][network]") {
  const temporary_folder folder;
  write_bytes(folder.file("n.yaml"), "network: 1\ntitle: t\nsource: s\nlength: 5\nlayers: [{layer: lin}]\n");
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"network"}, "NETWORK"},
      {{"network", "mamba-130m"}, "--config"},
      {{"network", "nothing", "--config", "base"}, "expected one of "},
      {{"network", folder.file("n.yaml"), "--config", "base"}, "n.yaml: layers[0].layer: expected one of"},
      {{"network", "mamba-130m", "--config", "base", "--batch", "0"}, "--batch"},
      {{"network", "mamba-130m", "--config", "base", "--length", "x"}, "--length"},
      {{"network", "mamba-130m", "--config", "base", "--phase", "training"}, "--phase"},
      {{"network", "mamba-130m", "--config", "base", "--memory", "sram"}, "--memory"},
      {{"network", "mamba-130m", "--config", "base", "--seed", "-1"}, "--seed"},
      {{"network", "--list", "mamba-130m"}, "--list"},
      {{"network", "--list", "--json", folder.file("l.json")}, "--list"},
      {{"network", "mamba-130m", "--config", "base", "--json", folder.file("no/r.json")}, "--json"},
      {{"network", folder.file("n.yaml"), "--config", "base", "--json", folder.file("n.yaml")}, "--json"},
  };
  for (const auto& [arguments, expected] : cases) {
    const program_end end = run_scansim(arguments);
    CAPTURE(end.err, expected);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.err.find(expected) != std::string::npos);
  }
}

}  // namespace scansim::test
