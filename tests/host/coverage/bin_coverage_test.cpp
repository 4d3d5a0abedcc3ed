// Records united: the first test of a bin, open bins by name, exclusions that are stale, the ranked tests.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "host/coverage/bin_exclusions.h"
#include "host/coverage/coverage_floor.h"
#include "host/coverage/coverage_text.h"
#include "models/configs/data_directory.h"
#include "models/configs/design_point.h"
#include "sim/bins/machine_bins.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using test::temporary_folder;

bin_record record_of(const std::string& name, const bin_set& bins) {
  return {name, load_design_point("tiny", config_directory()), bins};
}

const covered_group& group_of(const bin_coverage& coverage, const std::string& name) {
  return *std::find_if(coverage.groups.begin(), coverage.groups.end(),
                       [&](const covered_group& one) { return one.name == name; });
}

struct exclusion_file {
  temporary_folder folder;
  std::string path = folder.file("e.yaml");
  explicit exclusion_file(const std::string& text) { test::write_bytes(path, text); }
};

const std::vector<bin_record>& two_records() {
  static const std::vector<bin_record> records = {
      record_of("a", {"stall_states/dma.busy", "stall_states/dma.idle"}),
      record_of("b", {"stall_states/dma.idle", "arithmetic/gemm_nm.saturations"})};
  return records;
}

// Of one machine.
constexpr size_t pairs = std::size(map::parameters) * (std::size(map::parameters) - 1) / 2;

}  // namespace

TEST_CASE("bin_coverage a bin belongs to the first test that hit it, one that none hit is open",
          "[coverage]") {
  const bin_coverage coverage = cover(two_records(), "");
  CHECK(coverage.tests == 2);
  CHECK(coverage.first.at("stall_states/dma.idle") == "a");
  CHECK(coverage.first.at("arithmetic/gemm_nm.saturations") == "b");
  const covered_group& stalls = group_of(coverage, "stall_states");
  CHECK(stalls.covered == 2);
  CHECK(stalls.asked == stall_bins().size());
  CHECK(std::find(stalls.open.begin(), stalls.open.end(), "stall_states/dma.wait_in") != stalls.open.end());
  CHECK(stalls.open.size() == stalls.asked - 2);
  CHECK(coverage.sum().covered == 3 + pairs);
  const std::string csv = coverage_csv(coverage);
  CHECK(csv.find("stall_states/dma.idle;covered;a\n") != std::string::npos);
  CHECK(csv.find("stall_states/dma.wait_in;open;\n") != std::string::npos);
  CHECK(group_of(coverage, "design_pair").covered == pairs);
  CHECK(csv.find("design_pair/num_lanes=low operand_bits=8;covered;a\n") != std::string::npos);
  CHECK(coverage.parameter_values_on_rtl == std::size(map::parameters));
  CHECK_THROWS_AS(cover({record_of("c", {"stall_states/dma.bored"})}, ""), input_error);
}

TEST_CASE("bin_coverage what another rung leaves are parameters alone", "[coverage]") {
  bin_record systemc = record_of("a", {});
  hit_parameters(systemc.point, systemc.bins);
  const bin_coverage coverage = cover({systemc}, "");
  CHECK(group_of(coverage, "design_point").covered == std::size(map::parameters));
  CHECK(coverage.parameter_values_on_rtl == 0);
}

TEST_CASE("bin_coverage what machines tell of themselves is a group where one did", "[coverage]") {
  bin_record with_checks = record_of("a", {"queues/u_job_fifo.full"});
  with_checks.inside = {"queues/u_job_fifo.full", "queues/u_job_fifo.wrap"};
  const bin_coverage coverage = cover({with_checks, record_of("b", {})}, "");
  CHECK(group_of(coverage, "queues").covered == 1);
  CHECK(group_of(coverage, "queues").open == std::vector<std::string>{"queues/u_job_fifo.wrap"});
  const exclusion_file fits("- {bin: queues/u_job_fifo.wrap, reason: planted}\n");
  CHECK(group_of(cover({with_checks}, fits.path), "queues").asked == 1);
  CHECK(cover(two_records(), fits.path).excluded.stale.empty());  // no machine told
  const exclusion_file is_hit("- {bin: queues/u_job_fifo.full, reason: planted}\n");
  CHECK(cover({with_checks}, is_hit.path).excluded.stale.size() == 1);
  const auto missing = [](const bin_coverage& of, const char* floor) {
    return missing_text(of, {coverage_floor_of("--at-least", floor)});
  };
  CHECK(missing(coverage, "queues=50").empty());
  CHECK(missing(coverage, "queues=51").find("open: queues/u_job_fifo.wrap") != std::string::npos);
  CHECK(missing(cover(two_records(), ""), "queues=1").find("no machine with checks ran") !=
        std::string::npos);
}

TEST_CASE("bin_exclusions a reviewed bin is not asked for and a stale entry shows", "[coverage]") {
  const exclusion_file fits("- {bin: 'stall_states/rms_norm.*', reason: no units}\n");
  const bin_coverage coverage = cover(two_records(), fits.path);
  CHECK(coverage.excluded.stale.empty());
  CHECK(group_of(coverage, "stall_states").excluded == 4);
  CHECK(group_of(coverage, "stall_states").asked == stall_bins().size() - 4);
  const exclusion_file hit("- {bin: stall_states/dma.busy, reason: never}\n");
  REQUIRE(cover(two_records(), hit.path).excluded.stale.size() == 1);
  CHECK(cover(two_records(), hit.path).excluded.stale[0].why == "stall_states/dma.busy is hit by a");
  const exclusion_file unknown("- {bin: stall_states/dma.bored, reason: never}\n");
  CHECK(cover(two_records(), unknown.path).excluded.stale.size() == 1);
  const exclusion_file no_reason("- {bin: stall_states/dma.busy}\n");
  CHECK_THROWS_AS(cover(two_records(), no_reason.path), input_error);
}

TEST_CASE("bin_exclusions a file that is none is refused and not waited for", "[coverage]") {
  const test::temporary_folder folder;
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  test::write_bytes(folder.file("empty"), "");
  test::write_bytes(folder.file("two"), "- {bin: a, reason: b}\n---\n- {bin: a, reason: b}\n");
  for (const auto& [name, found] : {std::pair("pipe", "a pipe"), {"empty", "an empty file"}, {"two", "2"}})
    CHECK_THROWS_WITH(read_bin_exclusions(folder.file(name)), Catch::Contains(std::string("found ") + found));
  CHECK_THROWS_WITH(read_bin_exclusions(folder.path().string()), Catch::Contains("found a directory"));
}

TEST_CASE("bin_exclusions those of the repository name bins of the model", "[coverage]") {
  const std::string file = test::source_dir() + "/tests/coverage/bin_exclusions.yaml";
  for (const stale_exclusion& one : cover({}, file).excluded.stale) FAIL_CHECK(one.bin + ": " + one.why);
}

TEST_CASE("coverage_floor one line names each floor that is not met and what is open", "[coverage]") {
  const exclusion_file others(
      "- {bin: 'stall_states/[!d]*', reason: planted}\n"
      "- {bin: 'stall_states/delta*', reason: planted}\n");
  const bin_coverage coverage = cover(two_records(), others.path);  // dma: busy and idle of four
  const auto missing = [&](const std::vector<std::string>& texts) {
    std::vector<coverage_floor> floors;
    for (const std::string& text : texts) floors.push_back(coverage_floor_of("--at-least", text));
    return missing_text(coverage, floors);
  };
  CHECK(missing({}).empty());
  CHECK(missing({"0", "stall_states=50", "list=0"}).empty());
  CHECK(missing({"stall_states=50.1", "stall_states=50"}) ==
        "stall_states: 2 of 4 bins covered, expected 50.1 %; open: stall_states/dma.wait_in, "
        "stall_states/dma.wait_out");
  const std::string two = missing({"stall_states=100", "100"});
  CHECK(two.find(fmt::format("wait_out; all: {} of ", 3 + pairs)) != std::string::npos);
  CHECK(two.find(" more") != std::string::npos);
  CHECK(two.find('\n') == std::string::npos);
  const exclusion_file all_of_them(
      "- {bin: 'arithmetic/[!g]*', reason: planted}\n"
      "- {bin: 'arithmetic/gate*', reason: planted}\n");
  CHECK(missing_text(cover(two_records(), all_of_them.path), {{"arithmetic", 100}}).empty());
  for (const char* wrong : {"", "x", "-1", "100.5", "nan", "1e3", "50 ", "illegal", "illegal=", "illegal=x",
                            "ilegal=50", "=50", "all=50", "illegal=101", "illegal=1=2"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(missing({wrong}), input_error);
  }
}

TEST_CASE("bin_ranking the smallest set comes greedily and holds all that is hit", "[coverage]") {
  const std::vector<bin_record> records = {record_of("a", {"1", "2"}), record_of("b", {"2", "3", "4"}),
                                           record_of("c", {"4"}), record_of("d", {"1", "5"}),
                                           record_of("c", {"3"})};
  const std::vector<ranked_test> ranking = ranked_tests(records);
  REQUIRE(ranking.size() == 2);
  CHECK((ranking[0].test == "b" && ranking[0].adds == 3));
  CHECK((ranking[1].test == "d" && ranking[1].adds == 2 && ranking[1].together == 5));
}

}  // namespace scansim
