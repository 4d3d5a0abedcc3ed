// Coefficients of switching counters: the committed ones are the fit of the committed samples, held-out
// samples keep the bars, and what is planted turns it red.
#include "host/energy/energy_fit.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "host/energy/nnls.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

const std::vector<energy_sample>& samples() {
  static const std::vector<energy_sample> read = read_samples(energy_directory() + "/gates/samples.csv");
  return read;
}

const design_point& point() {
  static const design_point loaded = load_design_point("block-tiny", config_directory(), {});
  return loaded;
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("nnls: what is known, and never below zero", "[energy]") {
  Eigen::MatrixXd a(4, 2);
  a << 1, 0, 0, 1, 1, 1, 2, 1;
  const Eigen::VectorXd known = Eigen::Vector2d(3, 0.5);
  CHECK((nnls(a, a * known) - known).norm() < 1e-12);
  // Unbounded, the second would be below zero: it is 0 and the first the best alone.
  Eigen::VectorXd y(4);
  y << 1, -1, 0, 1;
  const Eigen::VectorXd x = nnls(a, y);
  CHECK(x[1] == 0);
  CHECK(x[0] == Approx(a.col(0).dot(y) / a.col(0).squaredNorm()));
}

TEST_CASE("energy fit: committed coefficients and errors are those of the committed samples", "[energy]") {
  const switching_model model = fit_switching(samples(), point());
  CHECK(coefficients_csv(samples(), model) == text_of(energy_directory() + "/gates/coefficients.csv"));
  CHECK(fit_errors_csv(judge_fit(samples(), model, point())) ==
        text_of(energy_directory() + "/gates/fit_errors.csv"));
}

TEST_CASE("energy fit: held-out data and operation mixes keep the bars; a wrong coefficient does not",
          "[energy]") {
  const switching_model model = load_switching_model(energy_directory());
  const fit_verdict verdict = judge_fit(samples(), model, point());
  CHECK(verdict.within_bars());
  CHECK(verdict.largest_total("held_out") <= most_total_error);
  REQUIRE(verdict.samples.at("held_out").size() >= 30);
  for (const sample_error& one : verdict.samples.at("held_out")) {
    INFO(one.unit << " on " << one.data << ", seed " << one.seed);
    CHECK(std::abs(one.percent) <= most_unit_error);
  }
  for (const auto& [unit, event] : {std::pair{"scan_pe", "decay_h_product"}, {"gemm_lane", "w_flips"}}) {
    switching_model planted = model;
    planted.pj.at(unit).at(event) *= 3;
    CHECK_FALSE(judge_fit(samples(), planted, point()).within_bars());
  }
}

TEST_CASE("energy fit: no judging sample has a kind of data and a seed that trained it", "[energy]") {
  std::set<std::string> trained;
  for (const energy_sample& one : samples())
    if (one.set == "training") trained.insert(one.data + " " + std::to_string(one.seed) + " " + one.trace);
  for (const energy_sample& one : samples())
    if (one.set != "training")
      CHECK(trained.count(one.data + " " + std::to_string(one.seed) + " " + one.trace) == 0);
}

TEST_CASE("switching energy: a counter without a coefficient is refused, not free", "[energy]") {
  switching_model model = load_switching_model(energy_directory());
  switching_counters counters = {{"rms_norm", {{"operations", 10}, {"x_flips", 5}}}};
  const switching_report report = estimate_switching(counters, 100, point(), model);
  REQUIRE(report.units.size() == 1);
  const unit_switching_energy& norm = report.units.front();
  CHECK(norm.switched_pj ==
        Approx(10 * model.pj.at("norm_lane").at("operations") + 5 * model.pj.at("norm_lane").at("x_flips")));
  CHECK(norm.clock_pj == Approx(10 * model.pj.at("norm_lane").at("clock")));
  CHECK(norm.idle_clock_pj ==
        Approx((100. * point().axi_bytes() / 2 - 10) * model.pj.at("norm_lane").at("clock")));
  CHECK(report.total.nominal_pj == Approx((norm.switched_pj + norm.clock_pj + norm.idle_clock_pj) *
                                          report.scale.energy.cost.nominal_pj));
  counters["rms_norm"]["new_flips"] = 1;
  CHECK_THROWS_WITH(estimate_switching(counters, 100, point(), model),
                    Catch::Contains("norm_lane: expected a row of new_flips"));
}
