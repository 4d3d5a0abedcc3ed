// The gpu rung in the report: its row, its keys, the rules of the ratios, and mixtures that are refused.
#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/report/gpu_report.h"
#include "host/report/result_json.h"
#include "host/report/verdict_table.h"
#include "tests/host/report/run_result_example.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

rung_result measured_rung() {
  rung_result rung;
  rung.rung = "gpu";
  rung.compared_with = "ref";
  rung.finding = "largest absolute error 1e-05";
  gpu_result gpu;
  gpu.label = "recorded";
  gpu.precision = "fp32";
  gpu.device = "NVIDIA Example 80GB";
  gpu.kernel = "selective_scan_serial";
  gpu.source = "traces/gpu/example/t.json";
  gpu.time_us = 2;
  gpu.time_low_us = 1.9;
  gpu.time_high_us = 2.5;
  gpu.time_basis = "measured, median of 100 launches";
  gpu.energy = profile_energy{"board", "energy counter", 2, 50, 100, 640, 320};
  gpu.energy_basis = "measured, energy counter";
  gpu.ceilings = {{"exp_rate", "exp/s", 1e9, "measured", "exp-only kernel"}};
  gpu.roofline_us = 1.8;
  gpu.binding_ceiling = "exp_rate";
  gpu.comparison = gpu_comparison{6e-4, 2e-3, {}, 1e-5, 1e-10, 1e-10};
  rung.gpu = gpu;
  return rung;
}

rung_result modelled_rung() {
  rung_result rung = measured_rung();
  rung.compared_with.clear();
  gpu_result& gpu = *rung.gpu;
  gpu.label = "modelled";
  gpu.time_low_us = gpu.time_high_us = {};
  gpu.energy.reset();
  gpu.energy_bound_uj = 1400;
  gpu.comparison.reset();
  gpu.ceilings[0].basis = "datasheet";
  gpu.roofline_us = gpu.time_us;
  return rung;
}

// systemc and rtl take 1000 cycles at the design point's clock.
run_result with_gpu(const rung_result& rung) {
  run_result result = example_result();
  result.rungs.insert(result.rungs.begin() + 1, rung);
  return result;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string refused(rung_result rung, const std::function<void(rung_result&)>& damage) {
  damage(rung);
  try {
    to_json(with_gpu(rung));
  } catch (const tool_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("gpu_result stands in the table with label, time, energy and level", "[report][gpu]") {
  const std::string text = report_text(with_gpu(measured_rung()));
  INFO(text);
  CHECK(contains(text, "gpu recorded"));
  CHECK(contains(text, "agrees ref"));
  CHECK(contains(text, "32.0M"));    // 64 tokens in 2 us
  CHECK(contains(text, "115G"));     // 230400 updates in 2 us
  CHECK(contains(text, "10.0 uJ"));  // 640 uJ over 64 tokens
  CHECK(contains(text, "gpu: 90.0 % of its binding ceiling, exp_rate, measured in the same run\n"));
  CHECK(contains(text, "gpu: energy/token of the board, 10.0 uJ with idle, 5.00 uJ without\n"));
  CHECK(contains(text, "rtl over gpu: 2 x faster (simulated 1.00 us, gpu recorded 2.00 us)\n"));
  CHECK(contains(text, "(rtl circuit + device estimated, gpu board recorded)\n"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.size() <= 120);
  }
}

TEST_CASE("gpu_result of a model gives ceilings, an upper bound and no energy ratio", "[report][gpu]") {
  const std::string text = report_text(with_gpu(modelled_rung()));
  INFO(text);
  CHECK(contains(text, "gpu modelled"));
  CHECK(contains(text, "at most 21.9 uJ"));
  CHECK(contains(text, "gpu: bound by exp_rate, a datasheet's ceiling; no kernel ran\n"));
  CHECK(contains(text, "rtl over gpu: 2 x faster (simulated 1.00 us, gpu modelled 2.00 us)\n"));
  CHECK(contains(text, "rtl over gpu: no energy ratio: the gpu's energy was not measured\n"));
  const nlohmann::json gpu = to_json(with_gpu(modelled_rung()))["rungs"]["gpu"];
  CHECK(gpu["label"] == "modelled");
  CHECK(gpu["time_us"]["median"] == 2);
  CHECK(gpu["time_us"]["low"].is_null());
  CHECK(gpu["energy"]["level"] == "board");
  CHECK(gpu["energy"]["idle_included_uj"].is_null());
  CHECK(gpu["energy"]["upper_bound_uj"] == 1400);
  CHECK(gpu["ceilings"][0]["source"] == "exp-only kernel");
  CHECK(gpu["ceilings"][0]["basis"] == "datasheet");
  CHECK(gpu["roofline"]["achieved_share"].is_null());
  CHECK(gpu["verdict"] == "not compared");
}

TEST_CASE("gpu_result names what binds, on what basis, and the times by the other ceilings",
          "[report][gpu]") {
  rung_result rung = modelled_rung();
  gpu_result& gpu = *rung.gpu;
  gpu.ceilings.push_back({"launch_floor", "us", 2, "assumption", "assumption: a launch"});
  gpu.binding_ceiling = "launch_floor";
  gpu.binding_basis = "assumption";
  gpu.bounds = {{"exp_rate", "datasheet", 7, false}, {"launch_floor", "assumption", gpu.time_us, true}};
  CHECK(contains(report_text(with_gpu(rung)), "gpu: bound by launch_floor, an assumption; no kernel ran\n"));
  const nlohmann::json roofline = to_json(with_gpu(rung))["rungs"]["gpu"]["roofline"];
  CHECK(roofline["ceiling"] == "launch_floor");
  CHECK(roofline["basis"] == "assumption");
  CHECK(roofline["bounds"][0] ==
        nlohmann::json(
            {{"ceiling", "exp_rate"}, {"basis", "datasheet"}, {"time_us", 7.0}, {"applies", false}}));
  rung_result coded = rung;
  coded.gpu->binding_ceiling = coded.gpu->bounds[1].ceiling = "issue_rate";
  coded.gpu->binding_basis = "datasheet";
  coded.gpu->counted_kernel = "selective_scan_serial 16x16 bf16, sm_90";
  CHECK(contains(report_text(with_gpu(coded)),
                 "gpu: bound by issue_rate, a datasheet's ceiling, by the code of "
                 "selective_scan_serial 16x16 bf16, sm_90; no kernel ran\n"));
  CHECK(to_json(with_gpu(coded))["rungs"]["gpu"]["roofline"]["counted_kernel"] == coded.gpu->counted_kernel);
  CHECK(roofline["counted_kernel"].is_null());
  CHECK_FALSE(refused(rung, [](rung_result& r) { r.gpu->bounds[0].applies = true; }).empty());
  CHECK_FALSE(refused(rung, [](rung_result& r) { r.gpu->bounds.pop_back(); }).empty());
  rung_result measured = measured_rung();
  measured.gpu->ceilings.push_back({"launch_floor", "us", 2, "assumption", "assumption: a launch"});
  CHECK(refused(measured, [](rung_result&) {}).find("assumption") != std::string::npos);
}

TEST_CASE("gpu_result in JSON has time with spread and energy with and without idle", "[report][gpu]") {
  const nlohmann::json object = to_json(with_gpu(measured_rung())), gpu = object["rungs"]["gpu"];
  CHECK(gpu["label"] == "recorded");
  CHECK(gpu["order"] == 1);
  CHECK(gpu["verdict"] == "agree");
  CHECK(gpu["time_us"] ==
        nlohmann::json(
            {{"median", 2.0}, {"low", 1.9}, {"high", 2.5}, {"basis", "measured, median of 100 launches"}}));
  CHECK(gpu["energy"]["idle_included_uj"] == 640);
  CHECK(gpu["energy"]["idle_subtracted_uj"] == 320);
  CHECK(gpu["energy"]["idle_included_per_token_uj"] == 10);
  CHECK(gpu["energy"]["level"] == "board");
  CHECK(gpu["roofline"]["achieved_share"] == Approx(0.9));
  CHECK(gpu["ratios"]["time"] == Approx(0.5));
  CHECK(gpu["ratios"]["energy_idle_subtracted"].get<double>() ==
        Approx(2 * gpu["ratios"]["energy_idle_included"].get<double>()));
  CHECK(gpu["comparison"]["rtol"] == 6e-4);
}

TEST_CASE("gpu_result withholds every ratio to a kernel that passes its own roofline", "[report][gpu]") {
  rung_result cached = measured_rung();
  cached.gpu->roofline_us = 2.2;
  const std::string text = report_text(with_gpu(cached));
  INFO(text);
  CHECK(contains(
      text, "ratios withheld, the gpu kernel reaches 110.0 % of its binding ceiling, exp_rate: its data"));
  CHECK_FALSE(contains(text, " faster"));
}

TEST_CASE("gpu_result withholds every ratio to a kernel below 80 % of its roofline", "[report][gpu]") {
  rung_result slow = measured_rung();
  slow.gpu->roofline_us = 1.599;
  const std::string text = report_text(with_gpu(slow));
  INFO(text);
  CHECK(contains(
      text,
      "rtl over gpu: ratios withheld, the gpu kernel reaches 80.0 % of its binding ceiling, exp_rate "
      "(80 % needed)\n"));
  CHECK_FALSE(contains(text, " faster"));
  CHECK_FALSE(contains(text, "rtl over gpu: energy"));
  const nlohmann::json ratios = to_json(with_gpu(slow))["rungs"]["gpu"]["ratios"];
  CHECK(ratios["time"].is_null());
  CHECK(ratios["energy_idle_included"].is_null());
  CHECK(ratios["withheld"].is_string());
  slow.gpu->roofline_us = 1.6;
  CHECK(contains(report_text(with_gpu(slow)), "rtl over gpu: 2 x faster"));
  slow.gpu->time_us = slow.gpu->roofline_us.emplace(0.25);
  slow.gpu->time_low_us = slow.gpu->time_high_us = {};
  CHECK(contains(report_text(with_gpu(slow)),
                 "rtl over gpu: 4 x slower (simulated 1.00 us, gpu recorded 250 ns)\n"));
  slow.gpu->roofline_us.reset();
  slow.gpu->ceilings.clear();
  CHECK(contains(report_text(with_gpu(slow)),
                 "ratios withheld, the gpu kernel's own ceilings were not measured"));
}

TEST_CASE("gpu_result that mixes labels or contradicts itself is refused", "[report][gpu]") {
  CHECK(refused(measured_rung(), [](rung_result&) {}).empty());
  CHECK(refused(modelled_rung(), [](rung_result&) {}).empty());
  const std::function<void(rung_result&)> damages[] = {
      [](rung_result& r) { r.gpu->label = "estimated"; },
      [](rung_result& r) { r.gpu->ceilings[0].basis = r.gpu->measured() ? "datasheet" : "measured"; },
      [](rung_result& r) { r.gpu->time_us = 0; },
      [](rung_result& r) { r.gpu->time_low_us = 2.1; },
      [](rung_result& r) { r.gpu->time_high_us = 1.0; },
      [](rung_result& r) { r.gpu->roofline_us = -1; },
      [](rung_result& r) { r.cycles = 5; },
      [](rung_result& r) { r.rung = "hls2"; },
      [](rung_result& r) { r.gpu.reset(); },
      [](rung_result& r) { r.compared_with = r.compared_with.empty() ? "ref" : ""; },
  };
  for (const auto& damage : damages) {
    CAPTURE(&damage - damages);
    CHECK_FALSE(refused(measured_rung(), damage).empty());
    CHECK_FALSE(refused(modelled_rung(), damage).empty());
  }
  CHECK_FALSE(refused(measured_rung(), [](rung_result& r) { r.gpu->energy_bound_uj = 5; }).empty());
  CHECK_FALSE(
      refused(measured_rung(), [](rung_result& r) { r.gpu->energy->idle_subtracted_uj = 700; }).empty());
  CHECK_FALSE(refused(measured_rung(), [](rung_result& r) { r.gpu->energy->level = "device"; }).empty());
  CHECK_FALSE(refused(modelled_rung(), [](rung_result& r) { r.gpu->energy = profile_energy{}; }).empty());
  CHECK_FALSE(refused(modelled_rung(), [](rung_result& r) { r.gpu->time_us = 3; }).empty());
  CHECK_FALSE(refused(modelled_rung(), [](rung_result& r) { r.gpu->ceilings.clear(); }).empty());
  run_result beside = with_gpu(measured_rung());
  beside.rungs[2].compared_with = "gpu";
  CHECK_THROWS_AS(to_json(beside), tool_error);
}

}  // namespace scansim::test
