// An operator that only this file knows runs on the ladder: y = -x in 8 bits. The harness asks its case for
// everything; nothing else has to know it.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "host/run/run.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

const std::vector<double> x = {0.5, -1, 0.75, 2};
constexpr double step = 0.25;

class toy_case : public operator_case {
 public:
  explicit toy_case(int error) : error_(error) {}

  call_facts facts() const override {
    return {"toy.trace", std::string(64, '0'), "negate", 4, 0, true, false};
  }
  least_work work() const override { return {8, 0, 4}; }
  std::vector<named_reals> ref() const override {
    std::vector<double> y;
    for (const double value : x) y.push_back(-value);
    return {{"y", y}};
  }
  expect_verdict compare_with_recorded(const std::vector<named_reals>&) const override {
    return {false, true, "nothing recorded"};
  }
  void quantise() override {}
  std::optional<golden_result> golden() override {
    golden_result result;
    result.outputs = {{"y", {}}};
    for (const double value : x) result.outputs.front().values.push_back(static_cast<int32_t>(-value / step));
    result.outputs.front().values[2] += error_;
    result.counters = {{"outputs", 4}};
    return result;
  }
  bound_verdict judge(const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& given) override {
    bound_verdict verdict;
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::fabs(hls[0].values[i] * step - given[0].values[i]) <= step / 2) continue;
      verdict.agree = false;
      verdict.finding = "y beyond half a step at " + place("y", static_cast<int64_t>(i));
    }
    verdict.bound = {{"formula", "half a step"}, {"largest_error", 0}, {"largest_share", 0}};
    return verdict;
  }
  const program& compiled(const compile_options&) override { throw std::logic_error("it has no program"); }
  std::string place(const std::string&, int64_t index) const override {
    return "[" + std::to_string(index) + "]";
  }
  std::vector<int64_t> comparison_order(const std::string&) const override { return {}; }
  nlohmann::json scales() override { return {{"frac_x", 2}}; }
  nlohmann::json storage() override { return {}; }
  std::map<std::string, uint64_t> compulsory() override { return {{"x", 4}, {"y", 4}}; }

 private:
  int error_;
};

run_result run_toy(const std::vector<std::string>& rungs, int error = 0) {
  run_request request;
  request.trace_path = "toy.trace";
  request.design.config = "tiny";
  request.gpu.source = "modelled";
  request.rungs = rungs;
  run_observer silent;
  return run(request, silent, rung_list(),
             [&](const std::string&, const design_point&) { return std::make_unique<toy_case>(error); });
}

}  // namespace

TEST_CASE("an operator joins the ladder by its case alone", "[run][operator]") {
  const run_result result = run_toy({"ref", "gpu", "hls"});
  CHECK(result.agree());
  CHECK(result.operator_name == "negate");
  CHECK(result.compulsory_bytes == 8);
  REQUIRE(result.rungs.size() == 3);
  CHECK(result.rungs[1].gpu->label == "modelled");
  CHECK(result.rungs[2].compared_with == "ref");
  CHECK(result.rungs[2].counters.at("negate").at("outputs") == 4);
  CHECK((*result.rungs[2].bound)["formula"] == "half a step");
  CHECK((*result.rungs[2].scales)["frac_x"] == 2);
}

TEST_CASE("an operator beyond its bound disagrees and says how to see it again", "[run][operator]") {
  const run_result result = run_toy({"ref", "hls"}, 1);
  CHECK_FALSE(result.agree());
  CHECK(result.rungs[1].finding == "y beyond half a step at [2]");
  CHECK(result.reproduce == "scansim compare toy.trace --config tiny --seed 1 --rungs ref,hls");
}

TEST_CASE("an operator of the units is refused on a machine without them", "[run][operator]") {
  CHECK_THROWS_AS(run_toy({"hls", "systemc"}), input_error);
  CHECK(run_toy({}).rungs.size() == 2);  // ref and its own arithmetic
}

}  // namespace scansim
