// The data of a sweep's page against the results that it stands for; its size; text that would end a script;
// sets that are not complete.
#include "host/page/sweep_page.h"

#include <catch2/catch.hpp>

#include "host/gpu_profile/gpu_datasheet.h"
#include "host/gpu_profile/kernel_work.h"
#include "host/gpu_profile/roofline.h"
#include "host/gpu_profile/scan_work.h"
#include "host/page/gpu_reference.h"
#include "host/page/page_document.h"
#include "host/sweep/sweep_tables.h"
#include "tests/host/page/page_example.h"

namespace scansim {
namespace {

using nlohmann::json;
using test::page_sweep;

const char* const page_space = R"(sweep: 1
base: edge
workloads: [{channels: 16, states: 16, length: 20}, {channels: 8, states: 8, length: 40, weight: 2.5}]
space:
  num_lanes: [2, 4]
  states_per_lane: 16
  chunk_tokens: {list: [32, 64], when: "num_lanes == 4"}
  memory: [ideal, dram-hbm2]
objectives: [{min: time_s}, {max: utilisation}]
)";

json cell(const json& column, size_t i) {
  const json& at = column["at"].is_array() ? column["at"][i] : column["at"];
  return at < 0 ? json() : column["values"].at(at.get<size_t>());
}

const json& named(const json& list, const std::string& name) {
  for (const json& one : list)
    if (one["name"] == name) return one;
  throw std::out_of_range(name);
}

double sum_of_blocks(const json& columns, size_t i) {
  double sum = 0;
  for (const json& column : columns) sum += column.at(i).get<double>();
  return sum;
}

}  // namespace

TEST_CASE("sweep_page has a GPU's time for the workloads, labelled, unless the file wants none", "[page]") {
  page_sweep sweep(std::string(page_space) + "reference: {model: a100-sxm-80gb, precision: bf16}\n");
  sweep.run();
  const json gpu = sweep.page()["gpu"];
  CHECK(gpu["label"] == "modelled");
  CHECK(gpu["precision"] == "bf16");
  const gpu_datasheet sheet = load_gpu_datasheet("a100-sxm-80gb", page_gpu_sources().model_folder);
  CHECK(gpu["device"] == sheet.device);
  double time_s = 0;
  for (const sweep_workload& one : sweep.spec.workloads) {
    std::string kernel;
    const profile_work work =
        scan_work_on(sheet, one.form.shape, one.form.options, {.d = true, .z = true, .delta_bias = true},
                     gpu_precision::bf16, kernel);
    time_s += one.weight * roofline(work, sheet.ceilings)->time_us * 1e-6;
  }
  CHECK(gpu["time_s"].get<double>() == Approx(time_s).epsilon(1e-5));
  CHECK(page_sweep(std::string(page_space) + "reference: {gpu: none}\n").page()["gpu"].is_null());
  CHECK(page_sweep(page_space).page()["gpu"]["device"] == "NVIDIA H100 SXM5 80GB");
  std::string network = page_space;
  network.replace(network.find("[{channels"), network.find("]\nspace") - network.find("[{channels"),
                  "[{network: digits-vim}");
  CHECK(page_sweep(network).page()["gpu"]["why_not"].get<std::string>().find("digits-vim") !=
        std::string::npos);
  for (const char* wrong : {"reference: gpu", "reference: {gpu: live}", "reference: {model: none}",
                            "reference: {precision: fp64}", "reference: {cpu: 1}"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH(page_sweep(std::string(page_space) + wrong + "\n"), Catch::Contains("reference"));
  }
}

TEST_CASE("sweep_page has the results, parameters, energy and commands of every point", "[page]") {
  page_sweep sweep(page_space);
  sweep.run();
  const sweep_outcome outcome = judge_sweep(sweep.spec, sweep.plan, sweep.store);
  const json page = sweep.page();
  REQUIRE(page["points"] == 6);
  CHECK(page["set"]["done"] == page["set"]["planned"]);
  for (size_t i = 0; i < outcome.points.size(); ++i) {
    const judged_point& one = outcome.points[i];
    CAPTURE(one.point->id);
    CHECK(page["ids"].get<std::string>().substr(12 * i, 12) == one.point->id);
    for (const auto& [name, value] : one.results)
      CHECK(named(page["results"], name)["values"][i].get<double>() == Approx(value).epsilon(1e-5));
    CHECK(sum_of_blocks(page["energy"]["shares"], i) == Approx(1e4).epsilon(1e-3));
    const json front = page["front"];
    CHECK((std::find(front.begin(), front.end(), i) != front.end()) == one.on_front);
    std::string settings;
    for (const json& parameter : page["parameters"]) {
      const json at = parameter["at"].is_array() ? parameter["at"][i] : parameter["at"];
      if (at >= 0) settings += " --set " + parameter["words"][at.get<size_t>()].get<std::string>();
    }
    CHECK(settings == settings_text(*one.point));
  }
  CHECK(page["parameters"][1]["at"] == 0);  // the same for all
  CHECK(cell(page["parameters"][2], 0).is_null());
  CHECK(cell(page["parameters"][2], 2) == 32);
  CHECK(cell(page["parameters"][3], 1) == "dram-hbm2");
  CHECK(page["objectives"] == json::parse(R"([{"result": "time_s", "maximise": false},
                                             {"result": "utilisation", "maximise": true}])"));
  const std::string mark = page["settings_mark"];
  const std::string command = page["commands"][1];
  CHECK(command.substr(0, command.find(mark)) + settings_text(*outcome.points[3].point) +
            command.substr(command.find(mark) + mark.size()) ==
        reproduce_text(sweep.spec, settings_text(*outcome.points[3].point), sweep.spec.workloads[1]));
}

TEST_CASE("sweep_page of an incomplete set has what is there and says of how many", "[page]") {
  page_sweep sweep(page_space);
  CHECK(sweep.page()["points"] == 0);
  CHECK(html_page("none", sweep.page()).size() > 10000);
  sweep.run();
  sweep.store.rows.erase(sweep.plan.points[0].keys[0]);
  point_row& failed = sweep.store.rows[sweep.plan.points[1].keys[1]];
  failed.status = row_status::failed;
  failed.message = "</script><b>&";
  const json page = sweep.page();
  CHECK(page["points"] == 4);
  CHECK(page["set"]["done"] == 4);
  CHECK(page["set"]["planned"] == 6);
  CHECK(page["set"]["failed"] == json::parse(R"([["</script><b>&", 1]])"));
}

TEST_CASE("sweep_page tells the lowest rung that all rows of a point are equal on", "[page]") {
  page_sweep sweep(page_space);
  sweep.run();
  const auto confirm = [&](size_t point, size_t workload, const std::string& rung, bool equal) {
    confirmation one;
    one.key = sweep.plan.points[point].keys[workload], one.rung = rung, one.equal = equal;
    sweep.confirmed[{one.key, rung}] = one;
  };
  for (const size_t point : {0, 1, 2})
    for (const size_t workload : {0, 1}) confirm(point, workload, "systemc", true);
  confirm(1, 0, "rtl", true);  // one of two
  confirm(2, 0, "rtl", true), confirm(2, 1, "rtl", true);
  confirm(3, 1, "rtl", false);
  const json page = sweep.page();
  CHECK(cell(page["rung"], 0) == "systemc");
  CHECK(cell(page["rung"], 1) == "systemc");
  CHECK(cell(page["rung"], 2) == "rtl");
  CHECK(cell(page["rung"], 3) == "differs on rtl");
  CHECK(cell(page["rung"], 4) == sweep_rung);
}

TEST_CASE("sweep_page stays text, whatever it says", "[page]") {
  const std::string wild = "</script><script>alert(1)</script><!-- & \xff\" ' \\ \n{}";
  const std::string page = html_page(wild, {{"kind", "sweep"}, {"text", wild}, {"<!--", 1}});
  const auto count = [&](const std::string& text) {
    size_t found = 0;
    for (size_t at = 0; (at = page.find(text, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  CHECK(count("</script>") == 2);  // the data's and the program's
  CHECK(count("<script") == 2);
  CHECK(count("<!--") == 0);
  CHECK(count("&lt;/script&gt;&lt;script&gt;alert(1)") == 1);
  const size_t begin = page.find("id=\"data\">") + 10;
  const json back = json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  CHECK(back["text"].get<std::string>().starts_with("</script><script>alert(1)</script><!-- & \xef\xbf\xbd"));
  CHECK(count("http://") == 1);  // the name of SVG
  CHECK(count("https://") == 0);
}

TEST_CASE("sweep_page of 10000 points with 13 parameters stays below 3 MB", "[page]") {
  page_sweep sweep(R"y(sweep: 1
base: edge
workloads: [{channels: 16, states: 16, length: 20}, {channels: 384, states: 16, length: [197, 512]}]
space:
  num_lanes: [4, 8, 16, 32]
  states_per_lane: [8, 16]
  interleave: [2, 4]
  operand_bits: [8, 16]
  state_bits: [16, 24, 32]
  chunk_tokens: {pow2: [16, 256]}
  tile_buffers: [2, 4, 8]
  exp_segments: {pow2: [8, 64]}
  read_outstanding: {pow2: [4, 64]}
  axi_data_bits: {expr: "min(1024, 32 * num_lanes * interleave)"}
  memory: [dram-ddr4, dram-lpddr5, dram-hbm2]
  technology: {with: memory, map: {dram-ddr4: asic7-lpddr5, dram-lpddr5: asic7-lpddr5, dram-hbm2: asic7-hbm2}}
  clock_mhz: {list: [500, 800, 1000]}
sample: {method: random, points: 10000, seed: 5}
)y");
  REQUIRE(sweep.plan.points.size() == 10000);
  std::vector<point_row> rows;
  for (size_t i = 0; i < sweep.spec.workloads.size(); ++i)
    rows.push_back(run_point(sweep.plan.points[0], "", sweep.spec.workloads[i], 1));
  uint64_t salt = 1;
  for (const sweep_point& point : sweep.plan.points)
    for (size_t i = 0; i < rows.size(); ++i) {
      point_row row = rows[i];  // of a point, made to differ from every other in every digit
      salt = salt * 6364136223846793005 + 1442695040888963407;
      for (auto& [block, events] : row.counters)
        for (auto& [event, counted] : events) counted += counted * (salt >> 40) / (1u << 24);
      row.cycles = row.counters["machine"]["cycles"];
      sweep.store.rows[point.keys[i]] = row;
    }
  const std::string page = html_page("ten thousand", sweep.page());
  WARN("page of 10000 points: " << page.size() << " bytes");
  CHECK(page.size() < 3'000'000);
}

}  // namespace scansim
