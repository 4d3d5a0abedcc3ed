// The committed measurements: rows add up, the scaled range holds what is published of operators, and, where
// the tools are installed, a unit measured again from the RTL on is its row.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/area/area_report.h"
#include "host/energy/energy_table.h"
#include "host/energy/published_energy.h"
#include "host/energy/unit_clock.h"
#include "models/configs/data_directory.h"
#include "models/energy/gate_clock.h"
#include "models/energy/recipe_check.h"
#include "tests/support/places.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

std::string rows_file() { return energy_directory() + "/gates/rows.csv"; }

const std::vector<energy_csv_row>& rows() {
  static const std::vector<energy_csv_row> read = read_energy_csv(rows_file());
  return read;
}

double figure_of(const std::string& unit, const char* data, const char* column) {
  for (const energy_csv_row& row : rows())
    if (row.at("unit") == unit && row.at("data") == data) return std::stod(row.at(column));
  FAIL("no row of " << unit << " on " << data);
  return 0;
}

// Empty, or why nothing can be measured here.
std::string missing_tool() {
  try {
    liberty_file();
  } catch (const tool_error& error) {
    return error.what();
  }
  const char* given = std::getenv("SCANSIM_YOSYS");
  const std::filesystem::path package = area_tool_folder() + "/node_modules/@yowasp/yosys/gen/bundle.js";
  if ((given == nullptr || *given == '\0') && !std::filesystem::is_regular_file(package))
    return "@yowasp/yosys is not installed (`scansim area` or `scansim energy` installs it)";
  return "";
}

}  // namespace

TEST_CASE("energy rows: parts sum to the total, glitches add", "[energy]") {
  CHECK(rows().size() == 34);
  for (const energy_csv_row& row : rows()) {
    INFO(row.at("unit") << " on " << row.at("data"));
    const auto of = [&](const char* column) { return std::stod(row.at(column)); };
    CHECK(of("combinational_pj") + of("registers_pj") + of("inputs_pj") + of("clock_pj") + of("leakage_pj") ==
          Approx(of("pj")).epsilon(1e-4));
    CHECK(of("pj_without_glitches") <= of("pj"));
    CHECK(of("outputs_equal") > 0);
  }
}

TEST_CASE("energy rows: zeros cost less than random operands", "[energy]") {
  for (const char* unit : {"scan_pe", "delta_lane", "gate_lane", "gemm_lane", "norm_lane", "hadamard_stage"})
    CHECK(figure_of(unit, "zeros", "pj") < figure_of(unit, "random", "pj"));
}

TEST_CASE("technology_scale: its range holds the published operators and the published scaling", "[energy]") {
  struct published {
    const char *technology, *table;
    double stillmaker_baas;
  };
  for (const published& one :
       {published{"asic45-ddr4", "asic45-ddr4", 1 / 37.7}, {"asic7-hbm2", "asic7-hbm2", 1 / 552.}}) {
    const technology_scale scale = scale_to(one.technology);
    const cost_table costs = load_cost_table(one.table, energy_directory());
    CHECK(scale.energy.level == energy_level::circuit);
    double product = 1;
    for (const char* name : {"add_int8", "add_int32", "mul_int8", "mul_int32"}) {
      INFO(one.technology << " " << name);
      const double pj = figure_of(name, "random", "pj"), want = costs.rows.at(name).cost.nominal_pj;
      CHECK(pj * scale.energy.cost.low_pj <= want);
      CHECK(pj * scale.energy.cost.high_pj >= want);
      product *= want / pj;
    }
    CHECK(scale.energy.cost.nominal_pj == Approx(std::pow(product, 0.25)).epsilon(0.01));
    CHECK(scale.energy.cost.low_pj <= one.stillmaker_baas);
    CHECK(scale.energy.cost.high_pj >= one.stillmaker_baas * 0.999);
    // Planted: another coefficient no longer holds them.
    CHECK(figure_of("mul_int32", "random", "pj") * 1.1 * scale.energy.cost.low_pj >
          costs.rows.at("mul_int32").cost.nominal_pj);
  }
  CHECK_THROWS_WITH(scale_to("none-ddr4"), Catch::Contains("gates/none.csv: file: expected"));
}

TEST_CASE("recipe_check: how far the report's recipes are off gates is what the page says", "[energy]") {
  const design_point point = load_design_point("block-tiny", config_directory(), {});
  const double scale = scale_to(point.technology).energy.cost.nominal_pj;
  struct stated {
    const char* unit;
    double percent;
  };
  for (const stated& one : {stated{"scan_pe", -7},
                            {"exp_pwl", -15},
                            {"delta_lane", 13},
                            {"gate_lane", -20},
                            {"gemm_lane", -33},
                            {"gemm_lane_nm", -37},
                            {"conv_lane", -52},
                            {"norm_lane", 5},
                            {"hadamard_stage", -21}}) {
    INFO(one.unit);
    const std::optional<energy_range> estimate = estimated_energy(one.unit, point);
    REQUIRE(estimate);
    CHECK(100 * (estimate->nominal_pj / (scale * figure_of(one.unit, "trace", "pj")) - 1) ==
          Approx(one.percent).margin(0.6));
  }
  CHECK_FALSE(estimated_energy("dt_fifo", point));
}

TEST_CASE("unit_clock: a clock above the slowest unit is told with by how much", "[energy]") {
  clock_report report{load_design_point("tiny", config_directory(), {}), scale_to("asic45-ddr4"), {}, 0.1};
  report.units.push_back(path_of("slow", 10, {"a", "b"}, 0.1, report.scale));  // 100 FO4
  const unit_path& slow = report.units.front();
  CHECK(slow.fo4 == Approx(100));
  CHECK(slow.mhz.nominal_pj == Approx(1e6 / (100 * 15.8)));
  CHECK(slow.mhz.low_pj < slow.mhz.nominal_pj);
  report.point.clock_mhz = 200;
  CHECK_THAT(clock_verdict(report), Catch::StartsWith("clock_mhz 200 is within the slowest unit, slow"));
  report.point.clock_mhz = 500;
  CHECK_THAT(clock_verdict(report), Catch::StartsWith("clock_mhz 500 is 12 % above the low end"));
  report.point.clock_mhz = 700;
  CHECK_THAT(clock_verdict(report), Catch::StartsWith("clock_mhz 700 is 11 % above the nominal"));
  report.point.clock_mhz = 1000;
  CHECK_THAT(clock_verdict(report),
             Catch::StartsWith("clock_mhz 1000 is 58 % above the nominal and above all"));
}

TEST_CASE("energy rows: exp_pwl measured again from its RTL on is its row", "[energy][slow]") {
  if (const std::string missing = missing_tool(); !missing.empty()) {
    WARN("not run: " << missing);
    return;
  }
  const design_point point = load_design_point("block-tiny", config_directory(), {});
  measure_request request;
  request.unit = "exp_pwl";
  request.trace_path = test::source_dir() + "/traces/byte-mamba-block-layer.safetensors";
  const energy_measurement found = measure_energy(request, point);
  CHECK(found.first_difference.empty());
  CHECK(found.compared > 600);
  CHECK(found.all.sum() == Approx(figure_of("exp_pwl", "trace", "pj")).epsilon(1e-5));
  CHECK(found.settled.sum() == Approx(figure_of("exp_pwl", "trace", "pj_without_glitches")).epsilon(1e-5));
  CHECK(found.period == Approx(figure_of("exp_pwl", "trace", "period_ns")).epsilon(1e-5));
  CHECK(found.last_change <= found.period + 0.2);  // inputs change 0.2 ns behind the clock
  CHECK(found.all.sum() == Approx(found.all.combinational + found.all.registers + found.all.inputs +
                                  found.all.clock + found.all.leakage));
}

TEST_CASE("gate_clock: a clock above the slowest unit of the committed rows is a remark, one within none",
          "[energy]") {
  design_point point = load_design_point("edge", config_directory(), {});
  point.technology = "asic45-ddr4";
  const double fo4 = figure_of("scan_pe", "trace", "fo4");
  const std::optional<gate_clock> found = gate_clock_of(point);
  REQUIRE(found);
  CHECK(found->unit == "scan_pe");
  CHECK(found->nominal_mhz == Approx(1e6 / (fo4 * scale_to("asic45").fo4_ps.cost.nominal_pj)));
  CHECK_THAT(gate_clock_remark(point),
             Catch::StartsWith("clock: 1000 MHz is 8.5 % above 921 MHz of scan_pe (68.7 FO4"));
  CHECK(clock_with_gates(point)["slowest_unit"]["unit"] == "scan_pe");
  point.clock_mhz = found->nominal_mhz * 0.999;
  CHECK(gate_clock_remark(point).empty());
  CHECK_FALSE(clock_with_gates(point).contains("slowest_unit"));
  point.technology = "none-ddr4";
  CHECK(gate_clock_remark(point).empty());
}

TEST_CASE("published energies: ratios stand where node and level are the same alone", "[energy]") {
  const energy_comparison found = compare_published();
  int ratios = 0;
  for (const published_energy& one : found.published) {
    INFO(one.machine << ", " << one.quantity);
    CHECK_FALSE(one.source.empty());
    const std::optional<double> ratio = found.ratio(one);
    ratios += ratio.has_value();
    if (ratio) CHECK(one.level == "circuit");
    if (!one.pj || one.level != "circuit") CHECK_FALSE(ratio);
  }
  CHECK(ratios == 5);
  CHECK(found.own.size() == 6);
}
