// Pages in a browser: opened from a file, pointed at, clicked, dragged, and looked at. No test of the page is
// in the page: a browser is driven as a user would.
#include <catch2/catch.hpp>
#include <filesystem>

#include "host/page/page_document.h"
#include "host/sweep/sweep_tables.h"
#include "tests/host/page/page_example.h"
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
    test::write_bytes(file(), html_page(title, sweep_page(title, spec, store, outcome)));
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
  const judged_point& one = sweep.outcome.points[point];
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
  if (chosen != one.point->id) WARN("another point lies over it");
  const auto shown = std::find_if(sweep.outcome.points.begin(), sweep.outcome.points.end(),
                                  [&](const judged_point& other) { return other.point->id == chosen; });
  REQUIRE(shown != sweep.outcome.points.end());
  const std::string commands = text_at(page, "#detail pre");
  for (const sweep_workload& workload : sweep.spec.workloads)
    CHECK(commands.find(reproduce_text(sweep.spec, settings_text(*shown->point), workload).substr(0, 200)) !=
          std::string::npos);
  CHECK(page.value("Number(document.querySelector('#summary dl').innerText.match(/cycles\\s+([\\d "
                   "]+)/)[1].replace(/ /g, ''))")
            .get<double>() == Approx(shown->results.at("cycles")).margin(1));
  page.save_picture(picture("sweep"));
  CHECK(std::filesystem::file_size(picture("sweep")) > 20000);
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
  REQUIRE(names.size() == 9 + 4);
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

}  // namespace scansim
