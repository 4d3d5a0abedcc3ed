// The covering array: legal, the same every time, every value that is not excluded, nearly every pair that a
// longer search finds.
#include "sim/bins/covering_points.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "host/coverage/bin_coverage.h"
#include "models/configs/data_directory.h"
#include "sim/bins/machine_bins.h"
#include "tests/support/places.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

std::vector<design_point> shipped_points(const std::vector<std::string>& names) {
  std::vector<design_point> points;
  for (const std::string& name : names) points.push_back(load_design_point(name, config_directory()));
  return points;
}

}  // namespace

TEST_CASE("covering_points every machine is legal and the array is the same every time", "[leaf][sim]") {
  const std::vector<design_point> starts = shipped_points({"tiny", "block-tiny"}),
                                  points = covering_points(starts), again = covering_points(starts);
  REQUIRE(points.size() == again.size());
  CHECK(points.size() < 80);
  for (size_t i = 0; i < points.size(); ++i) {
    const std::optional<input_error> fault = machine_fault(points[i], "point");
    CHECK((fault ? fault->what() : std::string()).empty());
    for (const parameter_row& row : map::parameters) CHECK(points[i].*row.member == again[i].*row.member);
  }
}

TEST_CASE("covering_points hit every value of a parameter that is not excluded", "[leaf][sim]") {
  std::vector<bin_record> records;
  for (const design_point& point : covering_points(shipped_points({"tiny", "block-tiny"}))) {
    bin_record record{"array", point, {}};
    hit_parameters(point, record.bins);
    records.push_back(std::move(record));
  }
  const bin_coverage coverage = cover(records, test::source_dir() + "/tests/coverage/bin_exclusions.yaml");
  for (const stale_exclusion& one : coverage.excluded.stale) FAIL_CHECK(one.bin + ": " + one.why);
  for (const covered_group& group : coverage.groups)
    if (group.name == "design_point" || group.name == "design_pair")
      for (const std::string& bin : group.open) FAIL_CHECK(bin);
}

// The search is no proof that a pair has no legal machine: what it misses is few.
TEST_CASE("covering_points other starts find few pairs that the array has not", "[leaf][sim]") {
  const bin_set& all = pair_bins();
  std::set<std::string> missed;
  for (const design_point& point : covering_points(shipped_points(list_design_points(config_directory()))))
    for (const std::string& bin : pair_bins_of(point))
      if (!all.contains(bin)) missed.insert(bin);
  CAPTURE(missed, all.size());
  CHECK(100 * missed.size() <= all.size());
}

TEST_CASE("covering_points values fall into thirds, few values stand for themselves", "[leaf][sim]") {
  const auto row = [](const std::string& key) {
    return *std::find_if(std::begin(map::parameters), std::end(map::parameters),
                         [&](const parameter_row& one) { return one.key == key; });
  };
  CHECK(class_name(row("operand_bits"), 16) == "16");
  CHECK(class_name(row("exp_segments"), 32) == "32");
  CHECK(class_name(row("num_lanes"), 1) == "low");
  CHECK(class_name(row("num_lanes"), 8) == "middle");
  CHECK(class_name(row("num_lanes"), 64) == "high");
  CHECK(class_name(row("gemm_x_words"), 0) == "0");
  CHECK(class_name(row("gemm_x_words"), 2) == "low");
  CHECK(class_name(row("axi_max_burst"), 86) == "low");
  CHECK(class_name(row("axi_max_burst"), 256) == "high");
}

}  // namespace scansim
