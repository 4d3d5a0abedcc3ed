// The area model against the synthesised points it is fitted to: memories and DSPs exact, LUTs and flip-flops
// within the bars when a point is left out.
#include "models/area/area_model.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "models/area/fpga_memory.h"
#include "models/area/fpga_part.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

const area_model& model() {
  static const area_model read(area_directory() + "/synthesised.json");
  return read;
}

}  // namespace

TEST_CASE("area_model counts block RAMs and DSPs exactly on every synthesised point", "[area][all]") {
  for (const synthesised_point& point : model().points()) {
    CAPTURE(to_json(point.point).dump());
    const modelled_area area = model().of(point.point);
    CHECK(area.dsp == point.total.dsp);
    CHECK(area.ramb36 == point.total.ramb36);
    CHECK(area.ramb18 == point.total.ramb18);
  }
}

TEST_CASE("area_model predicts a point that it has not seen", "[area][all]") {
  const area_model::fit_errors errors = model().left_out_errors();
  CAPTURE(model().points().size(), errors.lut.median, errors.lut.largest, errors.ff.median);
  CHECK(errors.lut.median <= 0.05);
  CHECK(errors.lut.largest <= 0.12);
  CHECK(errors.ff.median <= 0.05);
  CHECK(errors.ff.largest <= 0.12);
}

TEST_CASE("area_model refuses what it does not know", "[area][all]") {
  const design_point block = load_design_point("block", config_directory());
  CHECK_THROWS_WITH(model().of(block),
                    "block: area: expected a machine for the scan alone (gemm_depth 0), found gemm_depth 8");
  CHECK_THROWS_AS(area_model(area_directory() + "/parts.json"), input_error);
}

TEST_CASE("fpga_memory takes LUTs up to 64 words and the cheapest block RAMs beyond", "[area][all]") {
  const auto resources = [](int64_t words, int64_t bits, int64_t copies = 1) {
    const memory_resources r = fpga_resources({"", "", words, bits, copies});
    return std::vector<int64_t>{r.lut, r.ramb36, r.ramb18};
  };
  CHECK(fpga_resources({"", "", 128, 16, 2, true}).lut == 2 * 2 * 3 * 8);
  using counts = std::vector<int64_t>;
  CHECK(resources(32, 14) == counts{8, 0, 0});
  CHECK(resources(32, 15, 3) == counts{48, 0, 0});
  CHECK(resources(64, 14) == counts{16, 0, 0});
  CHECK(resources(65, 14) == counts{32, 0, 0});
  CHECK(resources(128, 16) == counts{48, 0, 0});
  CHECK(resources(128, 32) == counts{0, 0, 1});
  CHECK(fpga_resources({"", "", 128, 40, 1, false, true}).lut == 96);
  CHECK(resources(128, 64) == counts{0, 1, 0});
  CHECK(resources(512, 72) == counts{0, 1, 0});
  CHECK(resources(512, 73) == counts{0, 0, 3});
  CHECK(resources(8192, 64) == counts{0, 16, 0});
}

TEST_CASE("fpga_part says what a machine needs more of than there is", "[area][all]") {
  const std::string file = area_directory() + "/parts.json";
  const fpga_part small = find_fpga_part("xc7z020", file, "s.yaml"),
                  large = find_fpga_part("xcvu9p", file, "s.yaml");
  const modelled_area base = model().of(load_design_point("base", config_directory()));
  CHECK(missing_resource(base, small) == "area.lut");
  CHECK(missing_resource(base, large).empty());
  modelled_area memories;
  memories.ramb18 = 281;
  CHECK(missing_resource(memories, small) == "area.bram");
  CHECK_THROWS_WITH(find_fpga_part("xc1", file, "s.yaml"),
                    Catch::Contains("s.yaml: fits: expected one of xc7z020, xck26"));
}
