// The data of a result's page against the result, and what is no result.
#include "host/page/result_page.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "host/report/result_json.h"
#include "tests/host/report/run_result_example.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

using nlohmann::json;

struct result_file {
  test::temporary_folder folder;
  std::string write(const std::string& text) const {
    test::write_bytes(folder.file("r.json"), text);
    return folder.file("r.json");
  }
  json page(const run_result& result) const { return result_page(write(result_json_text(result))); }
};

}  // namespace

TEST_CASE("result_page has verdict, rungs, energy, cycles and roofs of the result", "[page]") {
  const result_file place;
  run_result result = example_result();
  result.seed = UINT64_MAX;
  result.warnings = {{"blind check", "hls", "<b>"}};
  const json page = place.page(result);
  CHECK(page["verdict"] == result.verdict());
  CHECK(page["command"] == result.command);
  CHECK(page["seed"] == "18446744073709551615");
  CHECK(page["warnings"][0]["text"] == "<b>");
  REQUIRE(page["rungs"].size() == 4);
  CHECK(page["rungs"][0]["name"] == "ref");
  CHECK(page["rungs"][0]["machine"].is_null());
  const json& rtl = page["rungs"][3];
  CHECK(rtl["name"] == "rtl");
  CHECK(rtl["compared_with"] == "systemc");
  CHECK(rtl["cycles"] == 1000);
  CHECK(rtl["energy"]["nominal_pj"].get<double>() ==
        Approx(result.rungs[3].energy->system_estimate.nominal_pj));
  double sum = 0;
  for (const json& block : rtl["energy"]["blocks"]) sum += block["nominal_pj"].get<double>();
  CHECK(sum == Approx(rtl["energy"]["nominal_pj"].get<double>()));
  const json& machine = rtl["machine"];
  REQUIRE(machine["blocks"].size() == 2);
  CHECK(machine["blocks"][1]["name"] == "scan_serial");
  CHECK(machine["blocks"][1]["wait_in"] == 66);
  REQUIRE(machine["roofs"].size() == 1);
  CHECK(machine["roofs"][0]["peak_per_s"].get<double>() ==
        Approx(result.point.num_pe() * result.point.clock_mhz * 1e6));
  CHECK(machine["peak_bytes_per_s"] == 64e9);
  CHECK(machine["moved_bytes"].is_null());  // of the example, no tensor is known
}

TEST_CASE("result_page refuses what is no result with file and field", "[page]") {
  const result_file place;
  const json good = json::parse(result_json_text(example_result()));
  const auto refused = [&](const std::string& text) {
    const std::string file = place.write(text);
    const std::string said = test::refusal([&] { result_page(file); });
    CHECK(said.starts_with(file + ": "));
    CHECK(said.find('\n') == std::string::npos);
    return said.substr(std::min(said.size(), file.size() + 2));
  };
  CHECK(test::refusal([&] { result_page(place.folder.file("none.json")); }).find("none.json") !=
        std::string::npos);
  CHECK(refused("").starts_with("file"));
  CHECK(refused("[1]").find("JSON of another kind") != std::string::npos);
  CHECK(refused("{\"schema\": \"scansim-gpu-profile\"}").find("JSON of another kind") != std::string::npos);
  CHECK(refused("{\"rungs\": {}, \"rungs\": {}, \"schema_version\": 1}").find("rungs") != std::string::npos);
  // What it is instead, by its first bytes.
  const std::vector<std::pair<std::string, const char*>> kinds = {
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"},
      {std::string("PK\x03\x04") + std::string(40, ' ') + "call/data.pkl", "a zip archive of torch.save"},
      {"<!DOCTYPE html><html></html>", "an HTML page"},
      {test::raw_safetensors("{}", ""), "a safetensors file"},
      {std::string(64, '\0'), "zeros"},
      {good.dump() + std::string(3, '\0'), "0x00 at byte"},
      {good.dump() + "{}", "file"},
      {"\xff\xfe{\0}\0", "text in UTF-16"},
  };
  for (const auto& [bytes, kind] : kinds) {
    CAPTURE(kind);
    const std::string said = refused(bytes);
    CAPTURE(said);
    CHECK(said.find(kind) != std::string::npos);
  }
  const std::vector<std::pair<std::string, json>> damages = {
      {"/schema_version", 2},
      {"/verdict", "perhaps"},
      {"/seed", -1},
      {"/scansim", nullptr},
      {"/scansim/dirty", "no"},
      {"/trace/tokens", "many"},
      {"/design_point/num_lanes", json::array()},
      {"/design_point/clock_mhz", "<script>"},
      {"/rungs", json::array()},
      {"/rungs/rtl", 5},
      {"/rungs/rtl/cycles", 1.5},
      {"/rungs/rtl/order", nullptr},
      {"/rungs/rtl/verdict", 1},
      {"/rungs/rtl/counters/scan_serial/busy", "all"},
      {"/rungs/rtl/energy/by_block", json::object()},
      {"/rungs/rtl/energy/by_block/0/nominal_pj", "<img>"},
      {"/rungs/rtl/energy/system_estimate", nullptr},
      {"/rungs/rtl/metrics/bound_by/share", -1},
      {"/rungs/rtl/label", "live"},
      {"/warnings", 1},
      {"/errors/lost/relative_mse", "small"},
  };
  for (const auto& [where, value] : damages) {
    json bad = good;
    bad[json::json_pointer(where)] = value;
    std::string field = where.substr(1, where.find('/', 1) - 1);
    CAPTURE(where);
    const std::string said = refused(bad.dump());
    CAPTURE(said);
    CHECK(said.starts_with(field));
  }
}

TEST_CASE("result_page takes a result that lacks what a run did not establish", "[page]") {
  const result_file place;
  run_result result = example_result();
  result.rungs.erase(result.rungs.begin() + 1, result.rungs.end());
  const json page = place.page(result);
  CHECK(page["verdict"] == "not compared");
  CHECK(page["rungs"].size() == 1);
  result.rungs.clear();
  CHECK(place.page(result)["rungs"].empty());
}

}  // namespace scansim
