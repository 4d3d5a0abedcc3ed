// Rows of a sweep in shards: what was appended whole is read, what was cut off or damaged is not, and two
// answers to one key are no answer. Fronts of small sets by hand.
#include "host/sweep/sweep_store.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "host/sweep/sweep_front.h"
#include "host/sweep/sweep_tables.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

point_row row_with(const std::string& key, uint64_t cycles) {
  point_row row;
  row.key = key;
  row.cycles = cycles;
  row.counters["dma"]["read_bursts"] = 3 * cycles;
  row.compulsory_bytes = 5;
  row.cpu_s = 0.25;
  return row;
}

struct sweep_place {
  sweep_place() { std::filesystem::create_directories(folder.file("shards")); }
  std::string shard(const std::string& name) const { return folder.file("shards/" + name + ".jsonl"); }
  void append(const std::string& name, const std::vector<point_row>& rows) const {
    shard_writer writer(folder.path().string(), name);
    for (const point_row& row : rows) writer.append(row);
  }
  stored_rows read() const { return read_shards(folder.path().string()); }
  test::temporary_folder folder;
};

std::string text_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("sweep_store reads what was appended, from any number of shards", "[sweep]") {
  const sweep_place place;
  point_row refused;
  refused.key = "r", refused.status = row_status::refused, refused.message = "no \"room\"\n";
  place.append("a-1-0", {row_with("x", 10), refused});
  place.append("b-2-0", {row_with("y", 20), row_with("x", 10)});
  const stored_rows store = place.read();
  CHECK(store.dropped == 0);
  REQUIRE(store.rows.size() == 3);
  CHECK(store.rows.at("x").cycles == 10);
  CHECK(store.rows.at("x").counters.at("dma").at("read_bursts") == 30);
  CHECK(store.rows.at("r").message == refused.message);
}

TEST_CASE("sweep_store drops a line that is cut off or damaged anywhere, and no other", "[sweep]") {
  const sweep_place place;
  place.append("whole", {row_with("x", 10), row_with("y", 20)});
  const std::string text = text_in(place.shard("whole"));
  const size_t first = text.find('\n') + 1;
  for (size_t cut = first; cut < text.size(); ++cut) {
    std::ofstream(place.shard("whole"), std::ios::binary) << text.substr(0, cut);
    const stored_rows store = place.read();
    CHECK(store.rows.size() == 1);
    CHECK(store.dropped == (cut == first ? 0 : 1));
  }
  for (size_t at = first; at + 1 < text.size(); at += 7) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(place.shard("whole"), std::ios::binary) << damaged;
    CAPTURE(at);
    const stored_rows store = place.read();
    CHECK(store.rows.contains("x"));
    CHECK_FALSE(store.rows.contains("y"));
    CHECK(store.dropped >= 1);
  }
}

TEST_CASE("sweep_store takes a later success for a failure and refuses two answers to one key", "[sweep]") {
  const sweep_place place;
  point_row failed;
  failed.key = "x", failed.status = row_status::failed, failed.message = "killed";
  place.append("a", {failed});
  CHECK(place.read().rows.at("x").status == row_status::failed);
  place.append("b", {row_with("x", 10)});
  CHECK(place.read().rows.at("x").status == row_status::ok);
  place.append("c", {row_with("x", 11)});
  CHECK_THROWS_AS(place.read(), tool_error);
  CHECK_THROWS_WITH(place.read(), Catch::Contains("key x has 11 cycles here and 10"));
}

TEST_CASE("sweep_front keeps what no other point beats, ties too", "[sweep]") {
  const std::vector<std::pair<double, double>> values = {{1, 9}, {2, 5}, {2, 5}, {3, 5},
                                                         {4, 1}, {5, 2}, {1, 10}};
  std::vector<judged_point> points;
  for (const auto& [time, energy] : values) {
    judged_point one;
    one.results = {{"time_s", time}, {"energy_j", energy}};
    points.push_back(one);
  }
  const auto front = [&](const std::vector<sweep_objective>& objectives) {
    mark_front(points, objectives);
    std::vector<size_t> kept;
    for (size_t i = 0; i < points.size(); ++i)
      if (points[i].on_front) kept.push_back(i);
    return kept;
  };
  CHECK(front({{"time_s"}, {"energy_j"}}) == std::vector<size_t>{0, 1, 2, 4});
  CHECK(front({{"time_s"}}) == std::vector<size_t>{0, 6});
  CHECK(front({{"time_s", true}, {"energy_j"}}) == std::vector<size_t>{4, 5});
}

TEST_CASE("sweep_front a point is robust where no end of the costs takes it off the front", "[sweep]") {
  const test::temporary_folder folder;
  test::write_bytes(folder.file("s.yaml"),
                    "sweep: 1\nbase: base\nworkloads: [{channels: 16, states: 16, length: 8}]\n"
                    "space: {tile_buffers: [2, 4, 8]}\nobjectives: [{min: energy_j}, {min: cycles}]\n");
  const sweep_spec spec = load_sweep_spec(folder.file("s.yaml"));
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 3);
  stored_rows store;
  const auto add = [&](size_t point, uint64_t cycles, event_counters counters) {
    point_row row = row_with(plan.points[point].keys[0], cycles);
    row.counters = std::move(counters);
    store.rows[row.key] = row;
  };
  // 31 nJ of DRAM whose range is narrow, 32 nJ of registers whose range is wide, and the fewest cycles.
  add(0, 10, {{"dma", {{"dram_read_bytes", 1000}}}});
  add(1, 10, {{"scan_serial", {{"slot_read_bits", 8'000'000}}}});
  add(2, 9, {{"dma", {{"dram_read_bytes", 9000}}}});
  const auto marks = [&](energy_end end) {
    std::string text;
    for (const judged_point& one : judge_sweep(spec, plan, store, end).points)
      text += one.robust ? 'R' : one.on_front ? 'f' : '-';
    return text;
  };
  CHECK(marks(energy_end::low) == "-fR");
  CHECK(marks(energy_end::nominal) == "f-R");
  CHECK(marks(energy_end::high) == "f-R");
  const std::string csv = front_csv(spec, judge_sweep(spec, plan, store));
  CHECK(csv.find(",robust\n") != std::string::npos);
  CHECK(csv.ends_with(",1\n"));
}

}  // namespace scansim
