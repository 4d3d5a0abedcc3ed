// Pages in a browser: opened from a file, pointed at, clicked, dragged, and looked at. No test of the page is
// in the page: a browser is driven as a user would.
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "host/correlate/gpu_correlation.h"
#include "host/page/page_document.h"
#include "host/page/result_page.h"
#include "host/report/result_json.h"
#include "host/sweep/sweep_tables.h"
#include "tests/host/gpu_profile/profile_example.h"
#include "tests/host/page/page_example.h"
#include "tests/host/report/run_result_example.h"
#include "tests/support/browser.h"
#include "tests/support/places.h"

namespace scansim {
namespace {

using nlohmann::json;
using test::browser;

const char* const browsed_space = R"(sweep: 1
base: edge
workloads: [{channels: 64, states: 16, length: 150}, {channels: 32, states: 8, length: 40, weight: 2.5}]
space:
  num_lanes: [2, 4, 8]
  tile_buffers: [2, 4]
  chunk_tokens: {list: [32, 64], when: "num_lanes >= 4"}
  memory: [ideal, latency, dram-hbm2]
)";

// False: there is none, which is told.
bool has_browser() {
  if (test::has_browser()) return true;
  WARN("skipped: no /usr/bin/chromium (Debian's package chromium)");
  return false;
}

std::string picture(const std::string& name) {
  const std::string folder = test::build_dir() + "/pages";
  std::filesystem::create_directories(folder);
  return folder + "/" + name + ".png";
}

struct browsed_sweep : test::page_sweep {
  explicit browsed_sweep(const std::string& title = "a sweep", const char* text = browsed_space)
      : page_sweep(text) {
    run();
    outcome = judge_sweep(spec, plan, store);
    test::write_bytes(file(), html_page(title, sweep_page(title, spec, store, outcome, confirmed)));
  }
  std::string file() const { return folder.file("page.html"); }
  sweep_outcome outcome;
};

std::string text_at(browser& page, const std::string& selector) {
  return page.value("document.querySelector('" + selector + "').textContent");
}

// Where a point is drawn in the window, [x, y].
std::pair<double, double> place_of(browser& page, size_t point) {
  const std::string i = std::to_string(point);
  const json place = page.value(
      "(() => { const edge = plot.getBoundingClientRect(), at = places.find((one) => one[2] === " + i +
      "); return [edge.left + at[0], edge.top + at[1]]; })()");
  return {place.at(0), place.at(1)};
}

// The point that tells itself, or is chosen.
size_t point_at(const sweep_outcome& outcome, const std::string& id) {
  const auto at = std::find_if(outcome.points.begin(), outcome.points.end(),
                               [&](const judged_point& one) { return one.point->id == id; });
  REQUIRE(at != outcome.points.end());
  return static_cast<size_t>(at - outcome.points.begin());
}

// With the mouse on each point: how far away is the one that tells itself; 0, unless two lie over each other.
double farthest_hit(browser& page, const sweep_outcome& outcome) {
  double farthest = 0;
  for (size_t i = 0; i < outcome.points.size(); ++i) {
    const auto [x, y] = place_of(page, i);
    page.move_mouse(x, y);
    const auto [hit_x, hit_y] = place_of(page, point_at(outcome, text_at(page, ".tip strong")));
    farthest = std::max(farthest, std::hypot(hit_x - x, hit_y - y));
  }
  return farthest;
}

// Pairs of texts of drawings that lie over each other.
json touching_texts(browser& page) {
  return page.value(R"js((() => {
    const touching = [];
    for (const drawing of document.querySelectorAll("svg")) {
      const texts = [...drawing.querySelectorAll("text:not(.halo):not(.note)")];
      const boxes = texts.map((one) => [one.textContent, one.getBoundingClientRect()]);
      boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
        const beside = p.left > q.right - 1 || q.left > p.right - 1 || p.top > q.bottom - 3 || q.top > p.bottom - 3;
        if (!beside) touching.push([a, b]);
      }));
    }
    return touching;
  })())js");
}
json cut_texts(browser& page) {
  return page.value(R"js([...document.querySelectorAll("svg text")].filter((one) => {
    const p = one.getBoundingClientRect(), edge = one.ownerSVGElement.getBoundingClientRect();
    return p.left < edge.left - 1 || p.right > edge.right + 1 || p.top < edge.top - 1 || p.bottom > edge.bottom + 1;
  }).map((one) => one.textContent))js");
}

void expect_sound(browser& page) {
  CAPTURE(page.complaints());
  CHECK(page.complaints().empty());
  CHECK(touching_texts(page) == json::array());
  CHECK(cut_texts(page) == json::array());
  CHECK(page.value("performance.getEntriesByType('resource').length") == 0);
  CHECK(page.value("document.documentElement.scrollWidth <= innerWidth") == true);
  CHECK(page.value("/undefined|NaN|\\[object|Infinity/.test(document.body.innerText)") == false);
}

}  // namespace

TEST_CASE("page_browser: a point under the mouse tells itself, a click chooses it", "[page][browser]") {
  if (!has_browser()) return;
  const browsed_sweep sweep;
  browser page(1300, 1000);
  page.open(sweep.file());
  expect_sound(page);
  REQUIRE(page.value("places.length") == sweep.outcome.points.size());
  const size_t point = 7;
  const auto [x, y] = place_of(page, point);
  CHECK(page.value("tip.hidden") == true);
  page.move_mouse(x, y);
  CHECK(page.value("tip.hidden") == false);
  const std::string told = page.value("tip.textContent");
  CAPTURE(told);
  page.click(x, y);
  const std::string chosen = page.value("document.querySelector('#summary h2 code').textContent");
  CHECK(told.find(chosen) == 0);
  CHECK(told.find("scansim sweep replay 'a sweep' " + chosen) != std::string::npos);
  const judged_point& shown = sweep.outcome.points[point_at(sweep.outcome, chosen)];
  const std::string commands = text_at(page, "#detail pre");
  for (const sweep_workload& workload : sweep.spec.workloads)
    CHECK(commands.find(reproduce_text(sweep.spec, settings_text(*shown.point), workload).substr(0, 200)) !=
          std::string::npos);
  CHECK(page.value("Number(document.querySelector('#summary dl').innerText.match(/cycles\\s+([\\d "
                   "]+)/)[1].replace(/ /g, ''))")
            .get<double>() == Approx(shown.results.at("cycles")).margin(1));
  page.save_picture(picture("sweep"));
  CHECK(farthest_hit(page, sweep.outcome) < 3);
  CHECK(std::filesystem::file_size(picture("sweep")) > 20000);
}

TEST_CASE("page_browser: a sweep's roofline has the GPU as a line with its label, no point",
          "[page][browser]") {
  if (!has_browser()) return;
  const browsed_sweep sweep;
  browser page(1300, 1000);
  page.open(sweep.file());
  expect_sound(page);
  CHECK(page.value("document.querySelectorAll('.roofline line.level').length") == 1);
  const std::string level = text_at(page, ".roofline text.level"), note = text_at(page, "#gpu");
  CHECK(level.find("gpu modelled ") == 0);
  CHECK(note.find("gpu modelled: NVIDIA H100 SXM5 80GB, fp32") == 0);
  page.save_picture(picture("sweep-gpu"));
  const browsed_sweep none("no gpu", (std::string(browsed_space) + "reference: {gpu: none}\n").c_str());
  page.open(none.file());
  expect_sound(page);
  CHECK(page.value("document.querySelectorAll('.roofline .level').length") == 0);
  CHECK(page.value("document.querySelectorAll('#gpu').length") == 0);
}

TEST_CASE("page_browser: axes are chosen, every pair of them draws what it can", "[page][browser]") {
  if (!has_browser()) return;
  const browsed_sweep sweep;
  browser page(1100, 900, "dark");
  page.open(sweep.file());
  const auto choose = [&](const std::string& select, const std::string& name) {
    page.value("(() => { const one = document.getElementById('" + select + "'); one.value = '" + name +
               "'; one.dispatchEvent(new Event('change')); })()");
  };
  const json names = page.value("fields.map((field) => field.name)");
  // Results, but accuracy, which no workload has; and the parameters that vary.
  const std::vector<std::string>& results = sweep_result_list();
  const auto known = std::count_if(results.begin(), results.end(),
                                   [](const std::string& name) { return !is_accuracy_result(name); });
  REQUIRE(names.size() == static_cast<size_t>(known) + 4);
  for (const json& x : names) {
    choose("x-axis", x);
    choose("colour", x);
    CAPTURE(x);
    expect_sound(page);
    CHECK(page.value("document.querySelector('#scatter text.axis').textContent")
              .get<std::string>()
              .starts_with(x.get<std::string>()));
  }
  choose("x-axis", "chunk_tokens");  // not set on two lanes
  CHECK(page.value("places.length") == 24);
  CHECK(page.value("legend.textContent").get<std::string>().find("6 points have no place") !=
        std::string::npos);
  choose("y-axis", "memory");
  expect_sound(page);
  page.save_picture(picture("sweep-dark"));
}

TEST_CASE("page_browser: a drag on an axis keeps the points in it, a click lets all back in",
          "[page][browser]") {
  if (!has_browser()) return;
  const browsed_sweep sweep;
  browser page(1300, 2400);
  page.open(sweep.file());
  CHECK(text_at(page, "#kept") == "30 of 30 points");
  const json grip = page.value(
      "(() => { const edge = document.querySelector('.grip[data-axis=num_lanes]').getBoundingClientRect(); "
      "return [edge.left + edge.width / 2, edge.top, edge.bottom]; })()");
  const double x = grip[0], top = grip[1], bottom = grip[2], third = (bottom - top) / 3;
  page.drag(x, top, top + third);  // 8 lanes
  CHECK(text_at(page, "#kept") == "12 of 30 points");
  CHECK(page.value("document.querySelectorAll('#scatter .away').length") == 1);
  page.save_picture(picture("sweep-kept"));
  page.click(x, bottom - 10);
  CHECK(text_at(page, "#kept") == "30 of 30 points");
  expect_sound(page);
}

TEST_CASE("page_browser: names and messages of any text are text, and PARTIAL is told", "[page][browser]") {
  if (!has_browser()) return;
  const std::string wild =
      "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>&lt;'\"";
  browsed_sweep sweep(wild);
  browser page(900, 900);
  page.open(sweep.file());
  expect_sound(page);
  CHECK(text_at(page, "h1") == wild);
  CHECK(page.value("document.title").get<std::string>() == wild + " - scansim");
  CHECK(page.value("document.querySelectorAll('img').length") == 0);
  CHECK(page.value("document.querySelectorAll('.banner').length") == 0);
  point_row& failed = sweep.store.rows[sweep.plan.points[1].keys[1]];
  failed.status = row_status::failed, failed.message = wild;
  test::write_bytes(sweep.file(), html_page(wild, sweep.page()));
  page.open(sweep.file());
  expect_sound(page);
  CHECK(text_at(page, ".banner strong") == "PARTIAL 29 of 30");
  CHECK(text_at(page, ".banner li") == "1: " + wild);
  sweep.store.rows.clear();
  test::write_bytes(sweep.file(), html_page(wild, sweep.page()));
  page.open(sweep.file());
  expect_sound(page);
  CHECK(text_at(page, ".banner strong") == "PARTIAL 0 of 30");
}

TEST_CASE("page_browser: small, flat and wide sweeps draw what they have, on any screen", "[page][browser]") {
  if (!has_browser()) return;
  const std::string head = "sweep: 1\nbase: edge\nworkloads: [{channels: 16, states: 16, length: 12}]\n";
  const std::vector<std::string> spaces = {
      "space: {num_lanes: 4}\n",
      "space: {clock_mhz: [500, 1000]}\nobjectives: [{max: cycles}]\n",
      "space: {memory: [ideal, latency, random, dram-ddr4, dram-lpddr5, dram-hbm2]}\n"
      "objectives: [{min: traffic_ratio}, {max: power_w}, {min: edp}, {max: tokens_per_s}]\n",
      "space: {memory: latency, memory.bytes_per_cycle: {range: [1, 64, 1]}}\n",
      "space: {read_outstanding: [2, 4], interleave: [2, 4], num_lanes: [2, 4], tile_buffers: [2, 4], "
      "axi_max_burst: [8, 16], exp_segments: [8, 16], state_bits: [16, 20], operand_bits: [8, 16], "
      "output_bits: [8, 16], clock_mhz: [500.5, 1000]}\nsample: {method: random, points: 60, seed: 1}\n",
  };
  browser page(1600, 900);
  for (const std::string& space : spaces) {
    CAPTURE(space);
    const browsed_sweep sweep("x", (head + space).c_str());
    REQUIRE(!sweep.outcome.points.empty());
    for (const int width : {1600, 700, 380}) {
      CAPTURE(width);
      page.resize(width, 900);
      page.open(sweep.file());
      expect_sound(page);
      CHECK(page.value("places.length") == sweep.outcome.points.size());
      CHECK(page.value("document.querySelectorAll('#detail .bars').length") == 2);
    }
  }
}

TEST_CASE("page_browser: a result's page shows every rung, the gpu with its label, any text as text",
          "[page][browser]") {
  if (!has_browser()) return;
  const std::string wild = "</script><b>&lt;";
  run_result result = example_result();
  result.rungs[3].agree = false;
  result.rungs[3].finding = "y[0]: " + wild;
  result.reproduce = "scansim compare " + wild;
  rung_result gpu;
  gpu.rung = "gpu";
  gpu_result& measured = gpu.gpu.emplace();
  measured.label = "recorded", measured.precision = "fp32", measured.device = wild;
  measured.time_us = 0.5;
  profile_energy& energy = measured.energy.emplace();
  energy.level = "board", energy.idle_included_uj = 3, energy.idle_subtracted_uj = 2;
  measured.ceilings = {{"copy_bandwidth", "byte/s", 3e12, "measured", "this run"}};
  result.rungs.insert(result.rungs.begin() + 1, gpu);
  for (rung_result& rung : result.rungs) {
    if (!rung.cycles) continue;
    rung.moved = true;
    rung.traffic = {{"u", 8192, 0, 8000}, {"y", 0, 4096, 4000}};
  }
  const test::temporary_folder folder;
  test::write_bytes(folder.file("r.json"), result_json_text(result));
  test::write_bytes(folder.file("r.html"), html_page("r.json", result_page(folder.file("r.json"))));
  for (const char* style : {"light", "dark"}) {
    browser page(1300, 1200, style);
    page.open(folder.file("r.html"));
    expect_sound(page);
    CHECK(page.value("document.querySelectorAll('tbody tr').length >= 5") == true);
    CHECK(text_at(page, ".badges .verdict") == "disagree");
    CHECK(text_at(page, ".banner").find("rtl disagrees with systemc: y[0]: " + wild) != std::string::npos);
    CHECK(text_at(page, "pre") == "scansim compare " + wild);
    CHECK(page.value("document.querySelector('main').textContent.includes('gpu recorded')") == true);
    CHECK(text_at(page, "b.recorded") == "recorded");
    CHECK(page.value("document.querySelectorAll('.roofline .level').length") == 2);
    page.value(
        "(() => { const one = document.getElementById('rung'); one.selectedIndex = 0; one.dispatchEvent(new "
        "Event('change')); })()");
    CHECK(text_at(page, ".roofline .note.strong") == "systemc");
    expect_sound(page);
    page.save_picture(picture(std::string("result-") + style));
  }
}

TEST_CASE("page_browser: GPU rows of the same call are a section with outliers, any text as text",
          "[page][browser]") {
  if (!has_browser()) return;
  const std::string wild = "</script><b>&lt;";
  const test::temporary_folder folder;
  std::filesystem::create_directories(folder.file("rows"));
  const run_result result = example_result();
  test::write_bytes(folder.file("r.json"), result_json_text(result));
  gpu_profile profile = test::example_profile();
  profile.trace.sha256 = result.trace_sha256;
  profile.kernel.name = wild;
  write_gpu_profile(folder.file("rows/a.json"), profile);
  profile.metrics[0].value = 100, profile.metrics[0].high = 101;
  write_gpu_profile(folder.file("rows/b.json"), profile);
  correlate_request asked;
  asked.folder = folder.file("rows");
  asked.result = folder.file("r.json");
  asked.model_folder = gpu_model_directory();
  json data = result_page(folder.file("r.json"));
  data["correlation"] = to_json(correlate_gpu(asked));
  test::write_bytes(folder.file("r.html"), html_page("r.json", data));
  browser page(1300, 1200, "light");
  page.open(folder.file("r.html"));
  expect_sound(page);
  CHECK(page.value("document.querySelectorAll('.correlation tbody tr.bad').length") == 2);
  CHECK(text_at(page, ".correlation tbody tr").find("simulatedbase, systemc, rtl") == 0);
  CHECK(text_at(page, ".correlation .outliers li").find("recorded " + wild) == 0);
  page.save_picture(picture("correlation"));
}

}  // namespace scansim
