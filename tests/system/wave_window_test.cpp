// Waves of a part of a run, and where in time two rungs part.
#include <catch2/catch.hpp>

#include "host/run/fst_blocks.h"
#include "tests/support/places.h"
#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

const std::string run_rtl = "$S compare t.safetensors --config tiny --rungs hls,systemc,rtl ";

uintmax_t size_of(const shell_folder& folder, const std::string& name) {
  return std::filesystem::file_size(folder.file(name));
}

uint64_t number_behind(const std::string& text, const std::string& words) {
  const size_t at = text.find(words);
  CAPTURE(text, words);
  REQUIRE(at != std::string::npos);
  return std::stoull(text.substr(at + words.size()));
}

// First and last time of an FST: the first 16 bytes behind the head of its first block.
std::pair<uint64_t, uint64_t> times_of(const std::string& bytes) {
  const auto number = [&](size_t at) {
    uint64_t value = 0;
    for (size_t k = 0; k < 8; ++k) value = value << 8 | static_cast<unsigned char>(bytes.at(at + k));
    return value;
  };
  return {number(9), number(17)};
}

}  // namespace

TEST_CASE("wave windows have their cycles and no others", "[waves][slow][rtl]") {
  const shell_folder folder;
  const program_end whole = folder.run(run_rtl + "--wave all.fst --json r");
  CAPTURE(whole.out, whole.err);
  REQUIRE(whole.status == 0);
  const uint64_t zero = number_behind(whole.out, "waves: gtkwave all.fst; cycle 0 is at ");
  const auto cycles =
      nlohmann::json::parse(read_bytes(folder.file("r")))["rungs"]["rtl"]["cycles"].get<uint64_t>();
  CHECK(times_of(read_bytes(folder.file("all.fst"))).first == 0);
  CHECK(times_of(read_bytes(folder.file("all.fst"))).second > zero + 2 * cycles);
  const program_end part = folder.run(run_rtl + "--wave part.fst --wave-cycles 100:149");
  CAPTURE(part.out, part.err);
  REQUIRE(part.status == 0);
  CHECK(is_whole_fst(folder.file("part.fst")));
  CHECK(size_of(folder, "part.fst") < size_of(folder, "all.fst"));
  CHECK(number_behind(part.out, "waves: gtkwave part.fst; cycle 100 is at ") == zero + 200);
  const auto waves = nlohmann::json::parse(read_bytes(folder.file("r")))["waves"];
  CHECK(waves["path"] == "all.fst");
  CHECK(waves["first_cycle"] == 0);
  CHECK(waves["last_cycle"] == cycles - 1);
  CHECK(waves["ps_per_cycle"] == 2);
  CHECK(waves["starts"] ==
        nlohmann::json::parse("[{\"cycle\": 0, \"time_ps\": " + std::to_string(zero) + "}]"));
  CHECK(times_of(read_bytes(folder.file("part.fst"))) == std::pair(zero + 200, zero + 299));
  CHECK(folder.run(run_rtl + "--wave one.fst --wave-cycles 7:7").status == 0);
  CHECK(times_of(read_bytes(folder.file("one.fst"))) == std::pair(zero + 14, zero + 15));
  CHECK(folder.run(run_rtl + "--wave end.fst --wave-cycles 100:18446744073709551615").status == 0);
  const program_end none = folder.run(run_rtl + "--wave none.fst --wave-cycles 999999:1000000");
  CHECK(none.status == 3);
  CHECK(contains(none.out, "verdict: agree"));
  CHECK(contains(none.err, "none.fst: not written: the run has " + std::to_string(cycles) + " cycles"));
  CHECK(folder.left() == "all.fst end.fst one.fst part.fst r");
}

TEST_CASE("wave windows go over the starts of a decoding", "[waves][slow][rtl]") {
  const shell_folder folder;
  const std::string run = "$S compare d.safetensors --config tiny --rungs systemc,rtl ";
  const program_end whole = folder.run(
      "$S trace generate --channels 4 --states 8 --length 6 --decode --out d.safetensors >/dev/null; " + run +
      "--wave all.fst --json r");
  CAPTURE(whole.out, whole.err);
  REQUIRE(whole.status == 0);
  const auto cycles =
      nlohmann::json::parse(read_bytes(folder.file("r")))["rungs"]["rtl"]["cycles"].get<uint64_t>();
  const uint64_t middle = cycles / 2 - 3;
  const program_end part = folder.run(run + "--wave part.fst --wave-cycles " + std::to_string(middle) + ":" +
                                      std::to_string(middle + 4));
  CAPTURE(part.out, part.err);
  REQUIRE(part.status == 0);
  const uint64_t at =
      number_behind(part.out, "waves: gtkwave part.fst; cycle " + std::to_string(middle) + " is at ");
  CHECK(times_of(read_bytes(folder.file("part.fst"))).first == at);
}

TEST_CASE("wave windows that are none are refused before anything runs", "[waves][cli]") {
  const shell_folder folder;
  for (const char* window : {"''", "5", ":", "5:", ":5", "5:4", "-1:5", "+1:5", "1:2:3", "1-5", "0x1:5",
                             "' 1:5'", "1:5k", "1:18446744073709551616"}) {
    CAPTURE(window);
    const program_end end = folder.run(run_rtl + "--wave w.fst --wave-cycles " + window);
    CAPTURE(end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(contains(end.err, "--wave-cycles"));
    CHECK(contains(end.err, "FIRST:LAST"));
  }
  CHECK(folder.run(run_rtl + "--wave-cycles 1:5").status == 2);
  CHECK(folder.left().empty());
}

// A value, and a cycle, of the RTL alone.
TEST_CASE("a difference of systemc and rtl is found in time, on the memory port", "[waves][slow][rtl]") {
  const shell_folder folder;
  REQUIRE(folder.run("mkdir data; cp -r " + source_dir() + "/{rtl,models,sim,traces} data/").status == 0);
  const auto plant = [&](const std::string& file, const std::string& from, const std::string& to,
                         const std::string& more) {
    const std::string path = folder.file("data/rtl/" + file), text = read_bytes(path);
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    write_bytes(path, std::string(text).replace(at, from.size(), to));
    const program_end end =
        folder.run("SCANSIM_DATA=$PWD/data " + run_rtl + "--memory random --seed 5 --json r.json" + more);
    write_bytes(path, text);
    CAPTURE(end.out, end.err);
    CHECK(end.status == 1);
    const auto result = nlohmann::json::parse(read_bytes(folder.file("r.json")));
    const auto place = result["rungs"]["rtl"]["first_difference"];
    CHECK(place["cycle"] == number_behind(end.out, "on the memory port in cycle "));
    CHECK(contains(end.out, ": " + place["signal"].get<std::string>() + ": "));
    CHECK(place["time_ps"].is_null() == more.empty());
    if (!more.empty()) CHECK(place["time_ps"] == number_behind(end.out, "is at "));
    CHECK(result["waves"].is_null() == more.empty());
    const auto streams = result["rungs"]["rtl"]["streams"];  // only a library that shows them
    CHECK(streams.is_null() == more.empty());
    if (more.empty()) return end.out;
    CHECK(contains(end.out, "first difference between blocks: delta_softplus, "));
    CHECK(streams[0]["block"] == "delta_softplus");
    CHECK(streams[0]["cycle"] < place["cycle"]);
    // Everything behind it differs too, in the order of the clock.
    bool gate = false;
    for (size_t i = 1; i < streams.size(); ++i) {
      CHECK(streams[i - 1]["cycle"] <= streams[i]["cycle"]);
      gate = gate || streams[i]["block"] == "gate_silu";
    }
    CHECK(gate);
    return end.out;
  };
  const std::string value = plant("nonlin/ssm_round_shift.sv", "{{(InBits - 1){1'b0}}, shifted[0]}",
                                  "{InBits{1'b0}}", " --wave w.fst");
  CAPTURE(value);
  CHECK(contains(value, "first difference on the memory port in cycle "));
  CHECK(contains(value, "m_axi_wdata_o: beat at 0x"));
  CHECK(number_behind(value, "on the memory port in cycle ") > 0);
  const std::string time =
      plant("scan/ssm_delta_softplus.sv", "#(.Depth(DtDepth)) u_dt_credit", "#(.Depth(2)) u_dt_credit", "");
  CAPTURE(time);
  CHECK(contains(time, "first counter that differs"));
  CHECK(contains(time, "first difference on the memory port in cycle "));
  CHECK(contains(time, ", systemc "));
}

}  // namespace scansim::test
